"""Asks a language model for one draft: one call, and only the sentences that hold are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from assistant.chat_model import Called, Caller
from assistant.drafting.briefing import brief, schema
from assistant.drafting.check import Check
from assistant.drafting.draft import AMBITION, SUMMARY, Draft, Part, Statement
from assistant.drafting.material import Material, material
from assistant.grounding import vocabulary
from assistant.redaction import Redaction, redaction
from assistant.report.compose import Report
from assistant.session import Trace
from assistant.voice import Voice
from knowledge.embedding import Embedder

_MOST_READ = 30
_MOST_KEPT = {AMBITION: 3, SUMMARY: 5}
_MOST_OF_CHANGE = 2
_LEAST_WORDS = {AMBITION: 8, SUMMARY: 16}
_LEAST_OF_CHANGE = 6


@dataclass(frozen=True)
class Drafter:
    """Drafts with a language model. Never raises for anything that a provider does.

    `deadline`: the seconds that a draft may take, as the page says before it is asked for.
    """

    caller: Caller
    embedder: Callable[[], Embedder]
    redact: bool = False
    deadline: float = 20.0

    @property
    def model(self) -> str:
        return self.caller.name

    def can(self, report: Report, voice: Voice, part: Part) -> bool:
        """Whether the leader's own words carry something of this part."""
        return any(what != SUMMARY for what in material(report, voice, part, report.ambition.level).about)

    def draft(self, report: Report, voice: Voice, part: Part, level: int) -> tuple[Draft, Trace]:
        """The draft with what became of the call; without statements where nothing of it holds or the model failed."""
        found = material(report, voice, part, level)
        hidden = self._redaction(found, report, voice)
        briefing = brief(found, voice, hidden)
        called = self.caller.ask(briefing.system, briefing.user, schema(list(found.about), list(found.facts)))
        dropped: Counter[str] = Counter({"order": found.orders} if found.orders else {})
        entries = called.data.get("statements") if called.data is not None else None
        if not isinstance(entries, list):
            fault = called.fault or "shape"
            return Draft(part, self.model, "failed", level), _trace(self.model, called, fault, 0, dropped)
        check = Check(found, voice, hidden, self.embedder(), vocabulary(voice.knowledge, voice.language))
        kept = _enough(found, _verified(check, entries, dropped), dropped)
        draft = Draft(part, self.model, "held" if kept else "not_held", level, kept)
        return draft, _trace(self.model, called, "used", len(kept), dropped)

    def _redaction(self, found: Material, report: Report, voice: Voice) -> Redaction:
        if not self.redact:
            return Redaction()
        profile = report.result.profile
        given = (name for name in (profile.organisation, profile.scope) if name != name.lower())
        return redaction([fact.quote for fact in found.said], voice.language, given)


def _verified(check: Check, entries: list[Any], dropped: Counter[str]) -> list[Statement]:
    found: list[Statement] = []
    if len(entries) > _MOST_READ:
        dropped["too_many"] += len(entries) - _MOST_READ
    for entry in entries[:_MOST_READ]:
        statement = check.statement(entry)
        if isinstance(statement, str):
            dropped[statement] += 1
        elif any(kept.text == statement.text for kept in found):
            dropped["twice"] += 1
        elif sum(kept.about == statement.about for kept in found) >= _MOST_KEPT.get(statement.about, _MOST_OF_CHANGE):
            dropped["too_many"] += 1
        else:
            found.append(statement)
    return found


def _enough(found: Material, statements: list[Statement], dropped: Counter[str]) -> tuple[Statement, ...]:
    """Those texts of which enough is left, in the leader's words at least once; the rest is counted."""
    kept: list[Statement] = []
    for what, needed in found.about.items():
        mine = [statement for statement in statements if statement.about == what]
        words = sum(len(statement.text.split()) for statement in mine)
        quoted = [reference.id for statement in mine for reference in statement.rests_on if reference.quote]
        own = needed in quoted if needed else bool(quoted)
        if words >= _LEAST_WORDS.get(what, _LEAST_OF_CHANGE) and own:
            kept += mine
        elif mine:
            dropped["too_little"] += len(mine)
    return tuple(kept)


def _trace(model: str, called: Called, outcome: str, kept: int, dropped: Counter[str]) -> Trace:
    return Trace(
        model, outcome, called.calls, round(called.seconds, 3), called.tokens_in, called.tokens_out, called.prompt,
        called.answer, kept, dict(dropped),
    )  # fmt: skip
