"""The report as a file, in any of its forms."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal, get_args

from pydantic import TypeAdapter

from assistant.report.compose import Report, for_sharing
from assistant.report.markdown import as_markdown
from assistant.report.naming import file_name
from assistant.report.outline import outline
from assistant.report.parts import Outline
from assistant.voice import Voice

Format = Literal["pdf", "docx", "pptx", "md", "json"]
FORMS: tuple[Format, ...] = get_args(Format)
_OFFICE = "application/vnd.openxmlformats-officedocument"
_MEDIA: dict[Format, str] = {
    "pdf": "application/pdf",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "md": "text/markdown; charset=utf-8",
    "json": "application/json",
}
_REPORT = TypeAdapter(Report)


@dataclass(frozen=True)
class File:
    name: str
    media_type: str
    content: bytes


def written(report: Report, voice: Voice, form: Format, quotes: bool | Collection[str] = False) -> File:
    """The report as it may leave: no quotes, all of them (True), or those of the named indicators; names as roles.

    What was drafted and not picked does not leave.
    """
    shared = replace(for_sharing(report, _ticked(report, quotes)), drafts=())
    content = _REPORT.dump_json(shared, indent=2) if form == "json" else _laid_out(outline(shared, voice), form)
    return File(file_name(shared.result.profile, shared.result.date, form), _MEDIA[form], content)


def _ticked(report: Report, quotes: bool | Collection[str]) -> Collection[str]:
    if isinstance(quotes, bool):
        return {line.indicator for line in report.result.lines} if quotes else ()
    return quotes


def _laid_out(found: Outline, form: Format) -> bytes:
    """Each library is imported by the form that needs it: 0.04 to 0.1 s that no other command should wait for."""
    if form == "pdf":
        from assistant.report.pdf import as_pdf

        return as_pdf(found)
    if form == "docx":
        from assistant.report.word import as_docx

        return as_docx(found)
    if form == "pptx":
        from assistant.report.slides import as_pptx

        return as_pptx(found)
    return as_markdown(found).encode()
