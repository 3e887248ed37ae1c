"""What the consultants' pages show, as typed values. `language` is the consultant's, which may not be the talk's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.pages.contexts import Dates
from api.pages.render import LANGUAGE_NAMES, translations
from assistant.findings import capital, written_date
from assistant.interview import Interview
from assistant.report.compose import Report, compose
from assistant.report.edits import AMBITION, SUMMARY, Edit, Wording, longest, wordings
from assistant.report.judgement import Judgement, judgements_of
from assistant.session import Profile, Session, State
from assistant.sessions.register import STATES, Page, Wanted
from knowledge.schema import Language


@dataclass(frozen=True)
class Row:
    """One assessment in the list."""

    id: str
    name: str
    role: str
    state: str
    spoken: Language
    changed: str
    changed_in_words: str


@dataclass(frozen=True)
class Field:
    """One text to edit. `value` stands in the field; `saved` is what is kept."""

    place: str
    label: str
    original: str
    saved: str
    value: str
    longest: int
    wrong: bool
    edit: Edit | None
    written: str
    earlier: tuple[tuple[str, Edit], ...]


@dataclass(frozen=True)
class Group:
    """The texts that are saved together."""

    key: str
    name: str
    note: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class AreaChoice:
    key: str
    name: str
    finding: str
    level: str
    reason: str


def states(language: Language) -> Mapping[State, str]:
    _ = translations(language).gettext
    names = (
        _("In the talk"), _("At the confirmation"), _("Result"), _("Ambition chosen"), _("Changes chosen"),
    )  # fmt: skip
    return dict(zip(STATES, names, strict=True))


def named(profile: Profile) -> str:
    """What an assessment is called: whose it is, and what it speaks for."""
    return ", ".join(part for part in (profile.organisation, capital(profile.scope)) if part)


def register(page: Page, wanted: Wanted, language: Language) -> dict[str, Any]:
    labels = states(language)
    rows = [
        Row(
            entry.id, named(entry.profile), entry.profile.role, labels[entry.state], entry.profile.language,
            entry.changed, written_date(entry.changed, language),
        )
        for entry in page.entries
    ]  # fmt: skip
    return {"page": page, "rows": rows, "wanted": wanted, "states": labels, "spoken_names": LANGUAGE_NAMES}


def head(session: Session, state: State, language: Language) -> dict[str, Any]:
    """What stands at the top of every page of one assessment."""
    changed = session.turns[-1].at if session.turns else session.created
    return {
        "id": session.id,
        "name": named(session.profile),
        "profile": session.profile,
        "spoken": session.profile.language,
        "spoken_name": LANGUAGE_NAMES[session.profile.language],
        "state": states(language)[state],
        "begun": written_date(session.created, language),
        "changed": written_date(changed, language),
        "answers": sum(turn.message.kind in ("said", "chose") for turn in session.turns),
    }


def overview(report: Report, language: Language) -> dict[str, Any]:
    """The finding in words, areas, changes; what a consultant made of them."""
    areas = report.judgement.areas if report.judgement else ()
    return {
        "report": report,
        "judgement": report.judgement,
        "judged": {area.area: area for area in areas},
        "edited": {edit.place for edit in report.edits},
        "dates": Dates(language),
        "ticked": (),
    }


def texts(
    interview: Interview, session: Session, language: Language, typed: Mapping[str, str], wrong: frozenset[str]
) -> dict[str, Any]:
    """All texts that may be edited, in groups; what was typed and not kept stays in its field."""
    _ = translations(language).gettext
    plain = compose(interview, session, edited=False)
    changes = plain.shown_changes
    found = wordings(session, plain.summary or plain.result.headline.essence, plain.ambition, changes)
    whole = [
        (SUMMARY, _("Summary"), _("It stands below the finding. The sentence that names the level stays as it is.")),
        (AMBITION, _("Ambition"), ""),
    ]
    parts = [(key, name, note, [w for w in found if w.place == key]) for key, name, note in whole]
    for number, entry in enumerate(changes, start=1):
        title = _("Change {number}: {title}").format(number=number, title=entry.change.title)
        mine = [w for w in found if w.place.startswith(f"{entry.change.indicator}:")]
        parts.append((entry.change.indicator, title, "", mine))
    groups = [
        Group(key, name, note, tuple(_field(w, name, language, typed, wrong) for w in mine))
        for key, name, note, mine in parts if mine
    ]  # fmt: skip
    shown = {field.place for group in groups for field in group.fields}
    homeless = [text for place, text in typed.items() if place not in shown]
    return {"groups": groups, "typed": bool(typed), "homeless": homeless}


def _field(
    wording: Wording, group: str, language: Language, typed: Mapping[str, str], wrong: frozenset[str]
) -> Field:  # fmt: skip
    _ = translations(language).gettext
    labels = {
        "title": _("Title"), "move": _("What changes"), "owner": _("Owner"), "sign": _("A sign that it works"),
        "first_step": _("First step within 90 days"), "stop": _("Make room"), "trap": _("The trap"),
    }  # fmt: skip
    edit = wording.edit
    earlier = wording.edits[:-1] if edit else wording.edits
    return Field(
        wording.place,
        labels.get(wording.place.rpartition(":")[2], group),
        wording.original,
        wording.text,
        typed.get(wording.place, wording.text),
        longest(wording.place),
        wording.place in wrong,
        edit,
        written_date(edit.at, language) if edit else "",
        tuple((written_date(e.at, language), e) for e in reversed(earlier)),
    )


def judging(
    interview: Interview, session: Session, language: Language, typed: Mapping[str, str] | None
) -> dict[str, Any]:
    """The form for a judgement, with what stands or what was typed, beside what Varde found."""
    report, voice = compose(interview, session), interview.voice(session)
    given = _given(report.judgement) if typed is None else typed
    areas = [
        AreaChoice(
            area.key, area.name, area.text, given.get(f"level-{area.key}", ""), given.get(f"reason-{area.key}", "")
        )
        for area in report.result.areas
    ]
    levels = [(str(level.id), voice.fill(level.name[voice.language])) for level in voice.knowledge.rubric.levels]
    made = judgements_of(session, voice)
    return {
        "report": report, "judgement": report.judgement, "given": given, "areas": areas, "levels": levels,
        "earlier": [found for found in reversed(made[:-1] if report.judgement else made) if found],
        "dates": Dates(language),
    }  # fmt: skip


def _given(judgement: Judgement | None) -> Mapping[str, str]:
    if judgement is None:
        return {}
    given = {"level": str(judgement.level), "reason": judgement.reason}
    for area in judgement.areas:
        given |= {f"level-{area.area}": str(area.level), f"reason-{area.area}": area.reason}
    return given
