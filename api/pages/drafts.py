"""What the pages of the ambition and the report show of drafts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from api.pages.render import translations
from assistant.ambition import draft as authored_ambition
from assistant.drafting.draft import PARTS, Draft, Part, Statement
from assistant.report.compose import Report
from assistant.session import Session
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


def beside(desk: Desk, session: Session, found: Report) -> dict[str, Any]:
    """The drafts of a session, and the leader's own words for the summary."""
    voice = desk.interview.voice(session)
    acts = desk.interview.course(session).acts
    return {
        "drafting": {part: _drafting(desk, session, found, part, voice) for part in PARTS} | {"facts": _facts(found)},
        "own_summary": str(acts["summarised"].data.get("own", "")) if "summarised" in acts else "",
    }


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
