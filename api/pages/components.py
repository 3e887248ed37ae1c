"""What the page of components shows: every component once, in real words, of a talk that nobody had."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

from api.pages import contexts
from assistant.ambition import futures
from assistant.findings import capital
from assistant.interview import Interview, advance
from assistant.report.compose import Report, compose
from assistant.result import AreaFinding, Finding, Line
from assistant.session import Message, Profile, Session
from assistant.standing import Standing, standing_of
from assistant.voice import Voice
from knowledge.schema import LEVELS, Language, Status

_AT = "2026-01-01T00:00:00+00:00"
_TOKENS = (
    "paper", "card", "ink", "soft", "line", "edge", "stone", "stone-deep", "stone-pale", "on-stone", "tick", "warn",
    "warn-pale",
)  # fmt: skip
_WHOLE = (3,)
_REACHES = ((1, 2), (2, 3), (3,), (3, 4), (2, 3, 4))
_FOUND = ((3,), (2, 3), (2, 3, 4, 5), ())
_TICKS = (3, 4, 6, None)


def talked(interview: Interview, language: Language) -> Session:
    """A talk of clicks alone: no listener is asked, so neither is a language model."""
    session = Session("components", Profile(language, "private", "", ""), 1, _AT)
    messages = [Message("stopped")]
    for number, indicator in enumerate(interview.knowledge.rubric.indicators):
        status = (Status.ESTABLISHED, Status.PARTIAL, Status.ABSENT, Status.UNKNOWN)[number % 4]
        messages.append(Message("corrected", value=status.value, indicator=indicator.id))
    messages += [Message("confirmed"), Message("skipped"), Message("skipped"), Message("ticked", value="4")]
    for message in messages:
        session = advance(interview, session, message, _AT)
    return session


def components(interview: Interview, language: Language) -> dict[str, Any]:
    """The context of the page: what the talk, the confirmation and the report would show, side by side."""
    session = talked(interview, language)
    voice = interview.voice(session)
    found = _quoted(compose(interview, session), voice)
    told = zip(_FOUND, _TICKS, strict=True)
    figures = {
        "stairs": [(f"stair-{n}", levels, tick, _said(voice, levels, tick)) for n, (levels, tick) in enumerate(told)],
        "areas": _areas(found, voice), "tokens": _TOKENS, "whole": _WHOLE,
        "standings": {s: voice.say(f"document_standing_{s}") for s in get_args(Standing)},
        "futures": futures(voice, LEVELS[1], 18)[:3],
    }  # fmt: skip
    heard = contexts.confirm(interview, session, interview.course(session))
    shown = contexts.report(voice, found, (), ())
    opening = interview.opening(session)
    choices = voice.statuses(interview.knowledge.rubric.indicators[-1].id)
    return shown | figures | {"heard": heard["areas"][0].lines[:2], "opening": opening, "choices": choices}


def _quoted(report: Report, voice: Voice) -> Report:
    """With findings that a talk of clicks doesn't bring, and a quote on each line, as after a talk in words."""
    lines = [replace(line, quote=line.sentence) for line in report.result.lines if line.status is Status.ESTABLISHED]

    def found(text: str, *of: Line) -> tuple[Finding, ...]:
        return tuple(Finding(capital(line.label), text, (line,)) for line in of)

    stones = found(voice.say("missing_stone", level=voice.level_name(_WHOLE[0])), lines[0])
    return replace(
        report,
        result=replace(report.result, missing_stones=stones, not_shown=found(voice.say("not_shown"), *lines[1:3])),
    )


def _said(voice: Voice, levels: tuple[int, ...], tick: int | None) -> str:
    """What a staircase shows, in the words of a result."""
    name = {level.id: f"{level.id}\u00a0{level.name}" for level in contexts.levels(voice)}
    if not levels:
        return voice.say("headline_nothing")
    ends = {"lower": name[levels[0]], "upper": name[levels[-1]]}
    finding = voice.say("headline_at", level=name[levels[0]]) if len(levels) == 1 else ""
    finding = finding or voice.say("headline_between" if levels[1:] == levels[-1:] else "headline_wide", **ends)
    key = "tick_same" if (tick,) == levels else "tick_higher"
    return f"{finding} {voice.say(key, level=name[tick])}" if tick else finding


def _areas(report: Report, voice: Voice) -> list[AreaFinding]:
    """The five areas, each standing otherwise to the whole; the last as if nothing had been heard of it."""
    pairs = zip(report.result.areas, _REACHES, strict=True)
    standing = [(area, levels, standing_of(levels, _WHOLE)) for area, levels in pairs]
    found = [
        replace(area, levels=levels, standing=where, text=voice.say(f"area_{where}", area=area.name))
        for area, levels, where in standing
    ]
    return [*found[:-1], replace(found[-1], basis="inferred")]
