"""What the pages of the ambition and the report show of drafts, and what stands in the forms beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from api.pages.render import translations
from assistant.ambition import draft as authored_ambition
from assistant.drafting.draft import PARTS, Draft, Origin, Part, Statement
from assistant.report.compose import Report
from assistant.session import Message, Session
from assistant.sessions.desk import Desk
from assistant.voice import Voice


@dataclass(frozen=True)
class Drafting:
    """What a page shows of one part's drafts. `model`: of which one may be asked, or nothing; `by`: whose this one is.

    `note`: one quiet line where nothing came of the last one asked for.
    """

    model: str
    seconds: int
    draft: Draft | None
    note: str
    authored: str = ""
    level_name: str = ""

    @property
    def by(self) -> str:
        return self.draft.model if self.draft else ""

    def about(self, what: str) -> tuple[Statement, ...]:
        return self.draft.about(what) if self.draft else ()


@dataclass(frozen=True)
class Entered:
    """What a leader entered on a change: picked already, or typed before they asked for a draft."""

    ticked: bool
    owner: str = ""
    due: str = ""
    origin: str = "authored"
    own: str = ""
    move: str = ""


def origin(given: Any) -> Origin | None:
    found: dict[Any, Origin] = {"authored": "authored", "drafted": "drafted", "own": "own"}
    return found.get(given)


_TYPED = ("statement", "months_per_step", "text", "owner-", "due-", "own-")


def typed_in(form: Iterable[tuple[str, Any]]) -> dict[str, str]:
    """What was typed and ticked in a form of the ambition, the changes or the summary."""
    fields = [(name, str(value)) for name, value in form]
    found = {name: value for name, value in fields if name.startswith(_TYPED) and value.strip()}
    ticked = " ".join(value for name, value in fields if name == "indicator")
    return {**found, "indicator": ticked} if ticked else found


def beside(desk: Desk, session: Session, found: Report) -> dict[str, Any]:
    """The drafts of a session, and what stands in the forms beside them."""
    voice = desk.interview.voice(session)
    acts = desk.interview.course(session).acts
    typed = {"ambition": _typed(session, "ambition", "aimed"), "changes": _typed(session, "changes", "decided")}
    aimed = acts["aimed"].data if "aimed" in acts else {}
    draft = found.draft("ambition")
    level = draft.level if draft and not found.ambition_chosen else found.ambition.level
    own = str(aimed.get("own", found.ambition.statement if found.ambition.origin == "own" else ""))
    return {
        "drafting": {part: _drafting(desk, session, found, part, voice) for part in PARTS} | {"facts": _facts(found)},
        "aimed_at": level,
        "months": typed["ambition"].get("months_per_step", found.ambition.months_per_step),
        "own_ambition": typed["ambition"].get("statement", own),
        "own_summary": str(acts["summarised"].data.get("own", "")) if "summarised" in acts else "",
        "entered": _entered(acts, typed["changes"], found),
    }


def _typed(session: Session, part: Part, after: str) -> dict[str, str]:
    """What stood in the form when the last draft was asked for, where nothing was kept of the form since."""
    for turn in reversed(session.turns):
        message = turn.message
        if message.kind == "drafted" and message.value == part:
            typed: Any = message.data["typed"]
            return dict(typed)
        if message.kind == after:
            return {}
    return {}


def _drafting(desk: Desk, session: Session, found: Report, part: Part, voice: Voice) -> Drafting:
    draft, model = found.draft(part), desk.drafts(session, part)
    seconds = round(desk.drafter.deadline) if desk.drafter else 0
    _ = translations(voice.language).gettext
    if draft is None:
        return Drafting(model, seconds, None, "")
    notes = {
        ("failed", False): _(
            "{model} did not answer just now. The text Varde has written stands as before, and nothing was lost."
        ),
        ("failed", True): _("{model} did not answer just now. The draft before it stays."),
        ("not_held", False): _("The draft by {model} did not hold against what was said, so it is not shown."),
        ("not_held", True): _("The new draft by {model} did not hold against what was said. The one before it stays."),
    }
    note = notes.get((draft.outcome, bool(draft.statements)), "").format(model=draft.model)
    name = f"{draft.level} {voice.fill(voice.knowledge.rubric.level(draft.level).name[voice.language])}"
    return Drafting(model, seconds, draft, note, authored_ambition(voice, draft.level), name)


def _facts(found: Report) -> dict[str, str]:
    """How the passages that a draft may rest on are called."""
    named = {f"play.{change.indicator}": change.title for change in found.proposals}
    return {**named, "result": found.result.headline.text}


def _entered(acts: Mapping[str, Message], typed: Mapping[str, str], found: Report) -> dict[str, Entered]:
    ticked = typed.get("indicator", "").split()
    if typed:
        return {
            i: Entered(
                i in ticked,
                typed.get(f"owner-{i}", ""),
                typed.get(f"due-{i}", ""),
                "authored",
                typed.get(f"own-{i}", ""),
            )
            for i in (change.indicator for change in found.proposals)
        }
    kept: Any = acts["decided"].data.get("changes", ()) if "decided" in acts else ()
    own = {str(entry["indicator"]): str(entry.get("own", entry.get("move", ""))) for entry in kept}
    return {
        entry.change.indicator: Entered(
            True, entry.owner, entry.due, entry.origin, own[entry.change.indicator], entry.change.move
        )
        for entry in found.decided
    }
