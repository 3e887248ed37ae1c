"""The run as one page of its own: figures in SVG, light and dark, no script, nothing fetched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from evals.baselines import BASELINES
from evals.figures import Change
from evals.simulate import POLICIES
from evals.suite import INTERVIEWS, NAMED, Run, talks
from evals.targets import bounds

_LANGUAGES = {"en": "English", "nb": "Norwegian", "et": "Estonian"}
_SHOWN = {"choices": 0, "text": 1, "corrected": 2}
_CELL, _LEFT, _TOP = 44, 60, 24


@dataclass(frozen=True)
class Dot:
    """One line of a chart: a figure with its interval."""

    name: str
    figure: dict[str, float]
    colour: int

    @property
    def stroke(self) -> str:
        return f"s{self.colour}"

    @property
    def fill(self) -> str:
        return f"f{self.colour}"


def page(run: Run, changes: Sequence[Change] | None = None) -> str:
    """The whole page. `changes`: what moved beyond noise since another run, where there was one."""
    compared, languages, curves = _compared(run), _by_language(run), _curves(run)
    overall = [section["overall"] for section in run["interviews"].values()]
    return _template().render(
        run=run, changes=changes, cases=len(run["interviews"]["choices"]["rows"]), bounds=bounds(),
        compared=compared, languages=languages, curves=curves, reliabilities=_reliabilities(run),
        figures=list(dict.fromkeys(figure for section in overall for figure in section)),
        named=NAMED, talks=talks(run),
        fewest=min(dot.figure["n"] for dot in languages),
        interviews={name: kind.says for name, kind in INTERVIEWS.items()}, confusion_figure=confusion_figure,
        described={
            "base": _listed(compared), "language": _listed(languages),
            "curve": "; ".join(f"{name}: {points[6]:.0%} after 6, {points[-1]:.0%} after 20" for name, points in curves),
            "reliability": "; ".join(
                f"{name}: " + ", ".join(f"sure {b['sure']:.0%}, right {b['right']:.0%}" for b in bins)
                for name, bins in _reliabilities(run)
            ),
            **{name: _off_by(run["interviews"][name]["confusion"]) for name in ("choices", "text")},
        },
    )  # fmt: skip


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("page.html")


def _compared(run: Run) -> list[Dot]:
    ours = [Dot(f"Varde, {INTERVIEWS[name].says}", run["interviews"][name]["overall"]["exact"], 0) for name in _SHOWN]
    return ours + [Dot(says, run["baselines"][name]["overall"]["exact"], 3) for name, says in BASELINES.items()]


def _by_language(run: Run) -> list[Dot]:
    return [
        Dot(f"{spoken}, {INTERVIEWS[name].says}", run["interviews"][name]["by"]["language"][language]["exact"], colour)
        for language, spoken in _LANGUAGES.items()
        for name, colour in _SHOWN.items()
        if language in run["interviews"][name]["by"]["language"]
    ]


def _curves(run: Run) -> list[tuple[str, list[float]]]:
    found = run["population"]["curves"]
    return [(says, found[name]) for name, says in POLICIES.items() if name in found and name != "form"]


def _reliabilities(run: Run) -> list[tuple[str, list[dict[str, Any]]]]:
    worlds = run["population"]["worlds"]
    return [(f"{name} world", _with_shares(worlds[name]["reliability"])) for name in worlds]


def _with_shares(bins: Sequence[dict[str, float]]) -> list[dict[str, Any]]:
    total = sum(b["n"] for b in bins)
    return [{**b, "share": b["n"] / total} for b in bins]


def _listed(dots: Sequence[Dot]) -> str:
    return "; ".join(
        f"{d.name}: {d.figure['value']:.0%} ({d.figure['low']:.0%} to {d.figure['high']:.0%})" for d in dots
    )


def _off_by(counts: Sequence[Sequence[int]]) -> str:
    away = [(abs(i - j), n) for i, line in enumerate(counts) for j, n in enumerate(line)]
    total = sum(n for _, n in away)
    right, beside = (sum(n for distance, n in away if distance == d) for d in (0, 1))
    return f"Of {total}, {right} at their level, {beside} one beside it, {total - right - beside} further off."


def confusion_figure(id: str, counts: Sequence[Sequence[int]], desc: str) -> Markup:
    """Counts by level and level found, the fuller the darker."""
    size = len(counts)
    parts = [
        f'<svg viewBox="0 0 {_LEFT + size * _CELL + 10} {_TOP + size * _CELL + 8}" role="img" '
        f'aria-labelledby="{id}-t {id}-d"><title id="{id}-t">Levels by the labels and as found</title>'
        f'<desc id="{id}-d">{desc}</desc>'
    ]
    for i, line in enumerate(counts):
        middle = _TOP + i * _CELL + _CELL / 2 + 4
        parts.append(f'<text class="soft" x="{_LEFT - 8}" y="{middle}" text-anchor="end">level {i + 1}</text>')
        parts.append(
            f'<text class="soft" x="{_LEFT + i * _CELL + _CELL / 2}" y="16" text-anchor="middle">{i + 1}</text>'
        )
        for j, n in enumerate(line):
            x, y, shade = _LEFT + j * _CELL, _TOP + i * _CELL, n / max(1, sum(line)) * 0.6
            parts.append(
                f'<rect x="{x}" y="{y}" width="{_CELL - 2}" height="{_CELL - 2}" rx="4" '
                f'style="fill: rgba(var(--fill), {shade + 0.05:.2f})"/>'
            )
            if n:
                parts.append(f'<text x="{x + _CELL / 2 - 1}" y="{middle}" text-anchor="middle">{n}</text>')
    return Markup("".join(parts) + "</svg>")  # noqa: S704 - numbers and our own words
