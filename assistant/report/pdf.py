"""The report as PDF: typst lays it out, from data alone."""

from __future__ import annotations

import json
from bisect import bisect_left
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import typst

from assistant.report.parts import Outline

_LAYOUT = Path(__file__).parent / "layout"
_REPORT = _LAYOUT / "report.typ"
_TRIES = (
    ("10.5", "3"), ("10", "3"), ("9.5", "3"), ("9.5", "2"), ("9.5", "1"), ("9", "2"), ("9", "1"), ("8.7", "0"),
    ("8.7", "-1"),
)  # fmt: skip
_MOST_PAGES = 4
_DOTS_PER_INCH = 200.0
Figure = Literal["mark", "stairs", "areas"]


def as_pdf(outline: Outline) -> bytes:
    """Two to four A4 pages, tagged (PDF/UA); the same bytes for the same report."""
    written = datetime.fromisoformat(outline.date).replace(tzinfo=UTC)
    found: bytes = typst.compile(
        _REPORT,
        sys_inputs=_fitting(_data(outline)),
        pdf_standards="ua-1",
        ignore_system_fonts=True,
        timestamp=int(written.timestamp()),
    )
    return found


def _fitting(data: str) -> dict[str, str]:
    """The largest text with which the report keeps to its pages, and the most of the rest; the least where nothing fits.

    The rest: the first year in four steps, the trap of each change, where others stand. Each try costs 0.1 s.
    """
    inputs = [{"report": data, "size": size, "more": more} for size, more in _TRIES]
    return inputs[bisect_left(inputs[:-1], True, key=lambda given: _pages(given) <= _MOST_PAGES)]


def _pages(inputs: dict[str, str]) -> int:
    asked = typst.query(_REPORT, "<pages>", field="value", one=True, sys_inputs=inputs, ignore_system_fonts=True)
    return int(json.loads(asked))


def as_png(outline: Outline, figure: Figure) -> bytes:
    """One of the figures as a picture."""
    found: bytes = typst.compile(
        _LAYOUT / "figure.typ",
        format="png",
        ppi=_DOTS_PER_INCH,
        sys_inputs={"report": _data(outline), "figure": figure},
        ignore_system_fonts=True,
    )
    return found


def _data(outline: Outline) -> str:
    return json.dumps(asdict(outline), ensure_ascii=False)
