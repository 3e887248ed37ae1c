"""What each page shows, as typed values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from api.pages.choices import Fault, Fields, Place, Standing, passed
from api.pages.render import translations
from assistant.ambition import CLARITY_QUESTIONS
from assistant.changes import MOST, Support
from assistant.course import Course, quote_of
from assistant.findings import DOUBTFUL, capital, date_or_text
from assistant.interview import Interview
from assistant.questions import Ask
from assistant.report.compose import Report
from assistant.report.outline import outline
from assistant.report.parts import Outline, Stair
from assistant.result import Finding, Line
from assistant.session import Choice, Session
from assistant.voice import Voice
from knowledge import default as knowledge
from knowledge.schema import LEVELS, AreaKey, Language, Passage
from prompts import load

_LONG_CHOICE = 40


@dataclass(frozen=True)
class LevelName:
    id: int
    name: str
    stance: str


@dataclass(frozen=True)
class AreaProgress:
    name: str
    covered: bool


@dataclass(frozen=True)
class Earlier:
    question: str
    answer: str


@dataclass(frozen=True)
class ConfirmLine:
    indicator: str
    label: str
    sentence: str
    quote: str | None
    status: str
    doubtful: bool
    corrected: bool
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class ConfirmArea:
    name: str
    lines: tuple[ConfirmLine, ...]
    chosen: ConfirmLine | None


@dataclass(frozen=True)
class Figures:
    """What the figures show and say. `found`: the levels of the finding, none where too little was heard."""

    found: tuple[int, ...]
    text: str
    mark_finding: str
    mark_tick: str
    doubt: tuple[str, ...]
    stairs: tuple[Stair, ...]
    standing: Mapping[str, str]
    labels: Mapping[str, str]


def levels(voice: Voice) -> list[LevelName]:
    found = voice.knowledge.rubric.levels
    return [
        LevelName(level.id, voice.fill(level.name[voice.language]), voice.fill(level.stance[voice.language]))
        for level in found
    ]


def start(language: Language, given: Mapping[str, str], problem: str = "", organisation: str = "") -> dict[str, Any]:
    """The form before the first question, with what was given so far. `organisation`: whose private link it is."""
    _ = translations(language).gettext
    words = load(language).words
    default = {"role": "", "scope": "", "kind": "private", "perspective": "leadership", "served": "customer"}
    return {
        "given": {**default, "field": "customer-experience", **given},
        "problem": problem,
        "organisation": organisation,
        "invitation": given.get("invitation", ""),
        "kinds": [
            ("private", _("Private company")), ("public", _("Public body")), ("scale-up", _("Scale-up")),
            ("non-profit", _("Association or non-profit")),
        ],
        "perspectives": [
            ("leadership", _("Top management")), ("management", _("Middle management")),
            ("frontline", _("With those we serve, every day")),
        ],
        "served": [(key, next(iter(forms.values()))) for key, forms in words["served"].items()],
        "fields": [(key, next(iter(forms.values()))) for key, forms in words["field"].items()],
    }  # fmt: skip


def talk(interview: Interview, session: Session, draft: str) -> dict[str, Any]:
    """The conversation: the open question, what was said before, how far it has come."""
    reply, voice = interview.current(session), interview.voice(session)
    ask = reply.ask
    _ = translations(voice.language).gettext
    areas = [AreaProgress(voice.area_name(a.key), a.key in reply.covered) for a in interview.knowledge.rubric.areas]
    earlier = _earlier(interview, session, _("Skipped"))
    asides = [("skipped", _("Skip this"))] if reply.phase != "tick" else []
    if reply.phase in ("employees", "promise", "tick"):
        asides.append(("back", _("Back to the summary")))
    if reply.phase == "interview":
        asides += [("back", _("Back to the last question"))] if earlier else []
        asides.append(("stopped", _("That is enough, show the summary")))
    return {
        "reply": reply,
        "areas": areas,
        "covered": sum(area.covered for area in areas),
        "earlier": earlier,
        "asides": asides,
        "long_choices": any(len(choice.label) > _LONG_CHOICE for choice in reply.choices),
        "draft": draft,
        "written": Written(voice.language),
        **_model(interview, session),
        "thing": thing(interview, voice, ask),
    }


def thing(interview: Interview, voice: Voice, ask: Ask | None) -> str:
    """What the quick replies are said of; empty where they are whole sentences, as those on an absence are."""
    if ask is None or ask.kind != "indicator":
        return ""
    return "" if interview.knowledge.rubric.by_id[ask.target].reversed else capital(voice.label(ask.target))


def _model(interview: Interview, session: Session) -> dict[str, Any]:
    """What is said of a language model at work, and its switch: the value and its label."""
    _ = translations(session.profile.language).gettext
    off = interview.course(session).model_off
    switch = ("on", _("Switch the model on")) if off else ("off", _("Switch the model off"))
    return {"model": interview.about_model(session), "model_switch": switch}


def _earlier(interview: Interview, session: Session, skipped: str) -> list[Earlier]:
    """The answers so far with their questions; what answered nothing (a blank, going back) is left out."""
    asked = interview.opening(session)
    found = []
    for turn in session.turns:
        labels = {choice.value: choice.label for choice in asked.choices}
        answer = turn.message.text.strip() or labels.get(turn.message.value, "")
        if turn.message.kind == "skipped":
            answer = skipped
        if answer and turn.intent != "blank":
            found.append(Earlier(asked.question, answer))
        if turn.message.kind != "switched":
            asked = turn.reply
    return found


def confirm(interview: Interview, session: Session, course: Course) -> dict[str, Any]:
    """What was heard, by area, every line correctable."""
    voice = interview.voice(session)
    rubric = interview.knowledge.rubric
    areas = []
    for area in rubric.areas:
        heard = [course.heard[i.id] for i in rubric.of_area(area.key) if i.id in course.heard]
        lines = tuple(
            ConfirmLine(
                o.indicator, voice.label(o.indicator), voice.heard(o.indicator, o.status), quote_of(course, o),
                o.status.value, o.certainty < DOUBTFUL, o.source == "corrected" or o.indicator in course.put_right,
                _in_full(voice, o.indicator),
            )
            for o in heard
        )  # fmt: skip
        areas.append(ConfirmArea(voice.area_name(area.key), lines, _chosen(voice, course, area.key)))
    return {
        "reply": interview.current(session),
        "areas": areas,
        "levels": levels(voice),
        "ended": course.ended,
        **_model(interview, session),
    }


def _chosen(voice: Voice, course: Course, area: AreaKey) -> ConfirmLine | None:
    """The description that the leader chose for an area; from here on all six may be read."""
    placement = course.placements.get(area)
    if placement is None:
        return None
    texts = {level: voice.fill(voice.knowledge.cells[area, level].text[voice.language]) for level in LEVELS}
    choices = (
        *(Choice(str(level), text) for level, text in texts.items()),
        Choice("none", voice.say("neighbours_none")),
    )
    name, chosen = voice.area_name(area), str(placement.level)
    return ConfirmLine(area, name, texts[placement.level], None, chosen, False, False, choices)


def _in_full(voice: Voice, indicator: str) -> tuple[Choice, ...]:
    """The readings as whole sentences: here a leader compares them."""
    said = voice.bank.indicator(indicator).heard
    found = [Choice(key, voice.fill(getattr(said, key))) for key in ("established", "partial", "planned", "absent")]
    return (*found, Choice("unknown", voice.say("choice_unknown")))


@dataclass(frozen=True)
class Dates:
    """Dates as they are written in a language, for templates."""

    language: Language

    def __call__(self, at: str) -> str:
        return date_or_text(at, self.language)


def notes(voice: Voice) -> dict[str, str]:
    keys = {
        "rule": "rule_note", "ccma": "ccma_note", "elsewhere": "elsewhere_note", "clarity": "clarity_intro",
        "year": "year_source", "drafted": "drafted_note",
        "pace": "pace_own",
    }  # fmt: skip
    return {name: voice.say(key) for name, key in keys.items()}


def report(voice: Voice, found: Report, ticked: Iterable[str], quotable: Iterable[Line]) -> dict[str, Any]:
    """What the result, ambition and report pages share."""
    _ = translations(voice.language).gettext
    told = outline(found, voice)
    entries = [(entry.change, entry.owner, date_or_text(entry.due, voice.language)) for entry in found.decided]
    return {
        "result": found.result,
        "lead": found.lead,
        "report": found,
        "judgement": found.judgement,
        "dates": Dates(voice.language),
        "levels": levels(voice),
        "figures": figures(voice, told),
        "told": told,
        "notes": notes(voice),
        "bases": {"heard": _("heard"), "inferred": _("inferred")},
        "efforts": {effort: voice.say(f"effort_{effort}") for effort in ("low", "medium", "high")},
        "capacities": {True: voice.say("capacity_true"), False: voice.say("capacity_false")},
        "clarity_choices": [(key, voice.say(f"clarity_{key}")) for key in ("yes", "partly", "no")],
        "changes": entries or [(change, "", "") for change in found.proposals],
        "ticked": set(ticked),
        "in_original": in_original,
        "source_title": source_title,
        "written": Written(voice.language),
        "gathered": gathered,
        "quoted_above": {line.indicator for area in found.result.areas for line in area.lines},
        "quotable": [line for line in quotable if line.quote],
    }


def ambition(
    voice: Voice, standing: Standing, fields: Fields, elsewhere: Fields, faults: Mapping[Place, Fault], now: str
) -> dict[str, Any]:
    """The form of the ambition page: what stands in it, and what is to be said beside it.

    `elsewhere`: what was kept of a field in another window.
    """
    cards = standing.cards
    ticked = [change.indicator for change in cards if fields.get(f"tick-{change.indicator}")]
    aside = {c.indicator for c in cards if any(fields.get(f"{name}-{c.indicator}") for name in ("owner", "due", "own"))}
    return {
        "fields": fields,
        "cards": cards,
        "elsewhere": {name: _readable(voice, name, value) for name, value in elsewhere.items()},
        "faults": faults,
        "most": MOST,
        "due_passed": passed({c.indicator: fields.get(f"due-{c.indicator}", "") for c in cards}, now),
        "alone": len(ticked) == 1 and len(cards) > 1,
        "aside": aside - set(ticked),
        "moves": {entry.change.indicator: entry.change.move for entry in standing.report.decided},
    }


def _readable(voice: Voice, name: str, value: str) -> str:
    """What was kept of a field, as the page says it."""
    _ = translations(voice.language).gettext
    names = {str(level.id): f"{level.id} {level.name}" for level in levels(voice)}
    origins = {"authored": _("The text Varde has written"), "drafted": _("The draft"), "own": _("Your own words")}
    if name.startswith("tick-"):
        return _("ticked") if value else _("not ticked")
    if name.startswith("due-"):
        value = date_or_text(value, voice.language)
    if name in CLARITY_QUESTIONS and value:
        value = voice.say(f"clarity_{value}")
    if name == "level":
        value = names.get(value, "")
    return (origins.get(value, value) if name.startswith("origin") else value) or _("left empty")


def figures(voice: Voice, told: Outline) -> Figures:
    """The figures, in the words that the documents use for theirs."""
    parts = zip(voice.knowledge.rubric.areas, told.areas, strict=True)
    return Figures(
        told.found,
        told.stairs_text,
        capital(told.labels["mark_finding"]),
        capital(told.labels["mark_tick"]),
        told.doubt,
        told.stairs,
        {area.key: part.standing for area, part in parts},
        told.labels,
    )


def gathered(findings: Iterable[Finding]) -> list[tuple[str, list[Finding]]]:
    """Findings by what is said of them, in their order; one that names a source of its own stands alone."""
    found: dict[object, tuple[str, list[Finding]]] = {}
    for finding in findings:
        key = id(finding) if finding.citations else finding.text
        found.setdefault(key, (finding.text, []))[1].append(finding)
    return list(found.values())


def source_title(source: str) -> str:
    """How a source is called, from its retellings; the name of its file where nothing of it is retold."""
    return next((passage.title for passage in knowledge().passages.values() if passage.source == source), source)


@dataclass(frozen=True)
class Written:
    """The language of a source's title, for templates: its code, and what is said of it; nothing where it is the page's."""

    language: Language

    def __call__(self, title: str) -> tuple[str, str]:
        titled = (p.written_in for p in knowledge().passages.values() if p.title == title and p.written_in)
        code = next(titled, self.language)
        return ("", "") if code == self.language else (code, load(self.language).phrase(f"source_in_{code}"))


def in_original(passage: Passage | Support, language: Language) -> str:
    """What is said of a passage that is quoted in another language than the answer's; nothing of the others."""
    if passage.language == language:
        return ""
    bank = load(language)
    name = bank.phrase(f"ask_language_{passage.language}")
    return bank.phrase("ask_original").replace("{language}", name)
