"""The report as plain text, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import fill

from assistant.report.compose import Report
from assistant.report.outline import supporting
from assistant.result import Finding, Line
from assistant.voice import Voice

_WIDTH = 78


def as_text(report: Report, voice: Voice) -> str:
    """The result, the ambition, the changes and the road, in words."""
    return "\n".join(_parts(report, voice))


def _wrapped(text: str, indent: str = "") -> str:
    return fill(text, _WIDTH, initial_indent=indent, subsequent_indent=" " * len(indent))


def _parts(report: Report, voice: Voice) -> Iterator[str]:
    result, headline = report.result, report.result.headline
    yield _wrapped(result.account)
    yield ""
    yield _wrapped(headline.text)
    if headline.caveat:
        yield _wrapped(headline.caveat)
    if headline.stance:
        yield _wrapped(report.lead)
    yield ""
    for sign, lines in (("+", headline.carries), ("-", headline.holds_back)):
        yield from (_line(sign, line) for line in lines)
    if result.own_tick:
        yield _wrapped(result.own_tick.text)
    yield ""
    yield from (_wrapped(area.text, "  ") for area in result.areas)
    groups = (result.patterns, result.missing_stones, result.not_shown, result.contradictions, result.ask_others)
    for group in groups:
        yield from (_finding(finding) for finding in group)
    yield ""
    yield _wrapped(report.ambition.statement)
    yield _wrapped(report.ambition_distance)
    yield ""
    for change in [entry.change for entry in report.decided] or report.proposals:
        yield _wrapped(f"{change.title} ({change.lens_name})", "* ")
        yield _wrapped(change.move, "    ")
        yield _wrapped(change.first_step, "    ")
        yield from (_wrapped(supporting(support, voice).whole, "    ") for support in change.supported_by)
    yield ""
    for cairn in report.road:
        yield from (_wrapped(text, f"{cairn.year}  ") for text in cairn.true_by_then)
    yield ""
    yield _wrapped(voice.say("rule_note"))


def _line(sign: str, line: Line) -> str:
    return _wrapped(line.sentence, f"{sign} ")


def _finding(finding: Finding) -> str:
    return _wrapped(f"{finding.name[0].upper()}{finding.name[1:]}: {finding.text}", "  ")
