"""The report as a document tells it, in order and in words: every string in the session's language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from textwrap import shorten
from typing import Any

from babel.numbers import format_percent

from assistant.changes import CriticalChange, Support
from assistant.findings import account, capital, date_or_text, written_date
from assistant.report.compose import Report
from assistant.report.edits import AMBITION, SUMMARY, Decided
from assistant.report.judgement import Judgement
from assistant.report.naming import shortened
from assistant.report.parts import (
    AreaPart,
    ChangePart,
    Group,
    JudgementPart,
    Note,
    Outline,
    Said,
    Stair,
    SupportPart,
    YearPart,
    span_of,
)
from assistant.report.shares import percentages
from assistant.result import AreaFinding, Finding, Line, Result
from assistant.road import Cairn
from assistant.standing import BETWEEN
from assistant.voice import Voice
from knowledge.schema import EvidenceKind, Language, Status

LOCALES: dict[Language, str] = {"en": "en-GB", "nb": "nb-NO", "et": "et-EE"}
_LONGEST_QUOTE, _LONGEST_SCOPE, _LONGEST_JUDGEMENT = 200, 60, 300
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LABELS = (
    "how_sure", "mark", "mark_finding", "mark_tick", "six_levels", "level", "way", "likelihood", "carries", "holds_back",
    "areas", "area", "heard", "next", "whole", "range_heard", "range_inferred", "mark_inferred", "nothing_here", "settle",
    "settle_none", "settle_thin",
    "dimensions", "elsewhere", "ambition", "draft", "changes", "proposed", "change", "rests_on", "why", "owner", "due",
    "first_step", "sign", "stop", "trap", "source", "support", "see_also", "road", "year_heading", "true", "wins", "first_year", "meeting",
    "judgement",
)  # fmt: skip
_COMMENTS = ("finding", "not_shown", "contradictions", "ambition", "proposed", "owner", "quotes")


def outline(report: Report, voice: Voice) -> Outline:
    """The report as a document tells it. `report` is as it may leave: see `for_sharing`."""
    found: Outline = _printable(_outline(report, voice))
    return found


def _printable(value: Any) -> Any:
    """The same without the characters that no document may hold; they come in by pasting."""
    if isinstance(value, str):
        return _CONTROL.sub("", value)
    if isinstance(value, tuple):
        return tuple(_printable(part) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{part.name: _printable(getattr(value, part.name)) for part in fields(value)})
    return value


def _outline(report: Report, voice: Voice) -> Outline:
    result, headline = report.result, report.result.headline
    heard = headline.text != voice.say("headline_nothing")
    scope = shortened(result.profile.scope, _LONGEST_SCOPE)
    told = account(voice, replace(result.profile, scope=scope), result.date, bool(result.earlier))
    stairs, areas = _stairs(result, voice, heard), tuple(_area(area, voice) for area in result.areas)
    return Outline(
        language=voice.language,
        locale=LOCALES[voice.language],
        title=voice.say("document_title"),
        subject=voice.say("document_subject"),
        scope=capital(result.profile.scope),
        scope_short=capital(scope),
        account=told.replace("….", "…"),
        date=result.date[:10],
        written_date=written_date(result.date, voice.language),
        heard=heard,
        found=headline.levels if heard else (),
        finding=headline.text,
        caveat=headline.caveat,
        stance=headline.stance,
        essence=report.summary or headline.essence,
        doubt=_doubt(result, voice, heard),
        tick=result.own_tick.text if result.own_tick else "",
        stairs=stairs,
        stairs_text=_stairs_text(result, voice, stairs),
        carries=tuple(line.sentence for line in headline.carries),
        holds_back=tuple(line.sentence for line in headline.holds_back),
        areas=areas,
        areas_text=voice.say(
            "document_areas_figure", areas="; ".join(f"{a.name} {a.span}, {a.standing}" for a in areas)
        ),
        settle=_groups(result, voice, ("missing_stones", "contradictions", "not_shown")),
        settle_none=voice.say("document_settle_thin" if result.thin else "document_settle_none"),
        others=(*_clarity(report, voice), *_groups(_unquoted(result), voice, ("patterns", "ask_others"))),
        dimensions=tuple(dimension.text for dimension in result.dimensions),
        dimensions_note=voice.say("ccma_note"),
        elsewhere=tuple(f"{finding.name}. {finding.text}" for finding in result.elsewhere),
        elsewhere_note=voice.say("elsewhere_note"),
        ambition=report.ambition.statement,
        ambition_level=f"{report.ambition.level}\u00a0{report.ambition_name}",
        ambition_chosen=report.ambition_chosen,
        ambition_notes=tuple(
            text for text in (report.ambition_distance, report.ambition_warning, report.pace_note) if text
        ),
        changes=_changes(report, voice),
        changes_chosen=bool(report.decided),
        changes_note=" ".join(note for note in (report.proposals_note, report.sources_note) if note),
        road=tuple(_year(cairn, voice) for cairn in report.road),
        road_note=voice.say("year_source"),
        questions=report.meeting.questions,
        questions_note=report.meeting.source,
        rule_note=" ".join(voice.say(key) for key in ("rule_note", *(["drafted_note"] if report.is_drafted else []))),
        judgement=_judgement(report.judgement, voice),
        edited=_edited(report, voice),
        quotes=any(line.quote for line in result.lines),
        labels={key: voice.say(f"document_{key}") for key in _LABELS},
        comments={key: voice.say(f"comment_{key}") for key in _COMMENTS},
    )


def _quoted(line: Line, voice: Voice) -> Said:
    quote = shorten(line.quote, _LONGEST_QUOTE, placeholder=" …") if line.quote else ""
    put_right = f"({voice.say('document_put_right')})" if line.put_right else ""
    return Said(line.sentence, voice.quoted(quote) if quote else put_right)


def _cut(text: str, most: int) -> str:
    """The text as it is where it is short enough, else its first words, or its first letters where a word is too long."""
    if len(text) <= most:
        return text
    first = shorten(text, most, placeholder="…")
    return shorten(text, most, placeholder=" …") if len(first) > 1 else f"{text[: most - 1]}…"


def _percent(hundredths: int, language: Language) -> str:
    written: str = format_percent(hundredths / 100, locale=LOCALES[language].replace("-", "_"))
    return written


def _stairs(result: Result, voice: Voice, heard: bool) -> tuple[Stair, ...]:
    levels = result.headline.levels if heard else ()
    tick = result.own_tick.level if result.own_tick else None
    return tuple(
        Stair(
            level.id,
            voice.fill(level.name[voice.language]),
            voice.fill(level.stance[voice.language]),
            share / 100,
            _percent(share, voice.language) if heard else "",
            level.id in levels,
            level.id in levels and len(levels) <= BETWEEN,
            level.id == tick,
        )
        for level, share in zip(voice.knowledge.rubric.levels, percentages(result.probabilities), strict=True)
    )


def _stairs_text(result: Result, voice: Voice, stairs: Iterable[Stair]) -> str:
    named = voice.say("document_stairs", levels=", ".join(f"{stair.level} {stair.name}" for stair in stairs))
    return " ".join(text for text in (named, result.headline.text, result.own_tick and result.own_tick.text) if text)


def _doubt(result: Result, voice: Voice, heard: bool) -> tuple[str, ...]:
    """How likely the finding is, and on how much it rests."""
    return (_likelihood(result, voice), _counted(result, voice)) if heard else (_counted(result, voice),)


def _counted(result: Result, voice: Voice) -> str:
    known = [line for line in result.lines if line.status is not Status.UNKNOWN]
    shown = sum(line.evidence is EvidenceKind.EXAMPLE for line in known)
    counts = {"all": str(len(voice.knowledge.rubric.indicators))}
    if not known:
        return voice.say("document_signs_none", **counts)
    counts["heard"] = str(len(known))
    if not shown:
        return voice.say("document_signs_unshown", **counts)
    return voice.say("document_signs", shown=str(shown), **counts)


def _likelihood(result: Result, voice: Voice) -> str:
    levels = result.headline.levels
    name = {level: voice.level_name(level) for level in levels}
    share = {n: _percent(p, voice.language) for n, p in enumerate(percentages(result.probabilities), start=1)}
    if len(levels) == 1:
        return voice.say("document_doubt_one", level=name[levels[0]], share=share[levels[0]])
    if len(levels) == BETWEEN:
        lower, upper = levels
        return voice.say(
            "document_doubt_two",
            lower=name[lower], lower_share=share[lower], upper=name[upper], upper_share=share[upper],
        )  # fmt: skip
    return voice.say("document_doubt_wide", share=share[result.level])


def _area(area: AreaFinding, voice: Voice) -> AreaPart:
    heard = area.basis == "heard"
    standing = voice.say(f"document_standing_{area.standing}" if heard else "document_mark_inferred")
    levels = area.levels or (area.level,)
    lines = tuple(_quoted(line, voice) for line in area.lines)
    return AreaPart(area.name, levels, span_of(levels), standing, heard, lines, area.next_signs)


def _clarity(report: Report, voice: Voice) -> tuple[Group, ...]:
    """What was answered before the future was chosen; nothing where nothing was."""
    answered = [question for question in report.clarity if question.key in report.clarity_answers]
    items = tuple(
        Said(f"{question.text} {voice.say(f'clarity_{report.clarity_answers[question.key]}')}.")
        for question in answered
    )
    return (
        (Group("clarity", voice.say("document_clarity"), (Note(voice.say("document_clarity_lead"), items),)),)
        if items
        else ()
    )


def _groups(result: Result, voice: Voice, keys: Iterable[str]) -> tuple[Group, ...]:
    found = {key: _notes(getattr(result, key), voice) for key in keys}
    return tuple(Group(key, voice.say(f"document_{key}"), notes) for key, notes in found.items() if notes)


def _unquoted(result: Result) -> Result:
    """What is told of the areas' own lines once more does not quote them once more."""
    told = {line.indicator for area in result.areas for line in area.lines}
    patterns = tuple(
        replace(finding, lines=tuple(replace(x, quote=None) if x.indicator in told else x for x in finding.lines))
        for finding in result.patterns
    )
    return replace(result, patterns=patterns)


def _notes(findings: Iterable[Finding], voice: Voice) -> tuple[Note, ...]:
    """Findings with the same text told once; those that stand alone tell it beside their name."""
    by_text: dict[str, list[Finding]] = {}
    for finding in findings:
        by_text.setdefault(finding.text, []).append(finding)
    together: list[Note] = []
    alone: list[Said] = []
    for text, same in by_text.items():
        if len(same) == 1 and len(same[0].lines) < BETWEEN:
            alone.append(Said(f"{same[0].name}. {text}"))
        elif any(len(finding.lines) >= BETWEEN for finding in same):
            together += [Note(f"{f.name}. {text}", tuple(_quoted(x, voice) for x in f.lines)) for f in same]
        else:
            together.append(Note(text, tuple(Said(finding.name) for finding in same)))
    return (*together, Note("", tuple(alone))) if alone else tuple(together)


def _changes(report: Report, voice: Voice) -> tuple[ChangePart, ...]:
    return tuple(_change(entry, voice) for entry in report.shown_changes)


def _change(entry: Decided, voice: Voice) -> ChangePart:
    change = entry.change
    return ChangePart(
        change.title,
        _tags(change, voice),
        change.move,
        change.reason,
        change.gap.sentence,
        entry.owner or voice.say("document_owner_suggested", owner=change.owner),
        date_or_text(entry.due, voice.language) or voice.say("document_due_open"),
        bool(entry.owner and entry.due),
        change.first_step,
        change.sign,
        change.stop,
        change.trap,
        _titles(change),
        tuple(supporting(support, voice) for support in change.supported_by),
    )


def supporting(support: Support, voice: Voice) -> SupportPart:
    """A span of the passage, cut where it is long, and the source with its place."""
    place = "" if support.kind in ("retelling", "model") else support.locator
    about = ", ".join(
        part
        for part in (support.title, support.author, date_or_text(support.date or "", voice.language), place)
        if part
    )
    key = {"retelling": "support_retold", "model": "support_retold"}.get(support.kind, "support_quoted")
    where = voice.say(key, source=about)
    if support.language != voice.language:
        where += " " + voice.say("ask_original", language=voice.say(f"ask_language_{support.language}"))
    words = shorten(support.span, _LONGEST_QUOTE, placeholder=" …")
    return SupportPart(words if key == "support_retold" else voice.quoted(words), support.title, where)


def _tags(change: CriticalChange, voice: Voice) -> tuple[str, ...]:
    capacity = "capacity_true" if change.capacity else "capacity_false"
    return change.lens_name, voice.say(f"effort_{change.effort}"), voice.say(capacity)


def _titles(change: CriticalChange) -> tuple[str, ...]:
    """The sources that the change follows from, but for those of which a passage is told."""
    told = {support.title for support in change.supported_by}
    return tuple(dict.fromkeys(citation.title for citation in change.citations if citation.title not in told))


def _year(cairn: Cairn, voice: Voice) -> YearPart:
    name = voice.say("document_year", year=str(cairn.year))
    return YearPart(cairn.year, name, cairn.true_by_then, cairn.small_wins, cairn.steps)


def _judgement(judgement: Judgement | None, voice: Voice) -> JudgementPart | None:
    if judgement is None:
        return None
    text = f"{judgement.level}\u00a0{judgement.level_name}. {judgement.reason}"
    brief = _cut(text, _LONGEST_JUDGEMENT)
    areas = tuple(f"{area.name}: {area.level}\u00a0{area.level_name}. {area.reason}" for area in judgement.areas)
    by = f"{judgement.by}, {written_date(judgement.at, voice.language)}"
    return JudgementPart(text, by, areas, brief, brief != text or bool(areas))


def _edited(report: Report, voice: Voice) -> str:
    """Who worded which texts anew; empty where all stand as they were written."""
    if not report.edits:
        return ""
    names = ", ".join(dict.fromkeys(edit.by for edit in report.edits))
    last = max(edit.at for edit in report.edits)
    order = {entry.change.indicator: number for number, entry in enumerate(report.shown_changes, start=1)}
    places = dict.fromkeys(_place(edit.place, order, voice) for edit in report.edits)
    return voice.say("document_edited", names=names, date=written_date(last, voice.language), places=", ".join(places))


def _place(place: str, order: Mapping[str, int], voice: Voice) -> str:
    if place in (SUMMARY, AMBITION):
        return voice.say(f"edited_{place}")
    return voice.say("edited_change", number=str(order[place.rpartition(":")[0]]))
