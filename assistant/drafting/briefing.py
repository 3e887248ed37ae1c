"""What a model is sent to draft one part: the task, the texts that stand there now, what may be rested on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from assistant.drafting.draft import AMBITION
from assistant.drafting.material import Material
from assistant.listening.briefing import LANGUAGES, strict_object
from assistant.redaction import Redaction
from assistant.voice import Voice
from prompts import template

MOST_WORDS = 40


@dataclass(frozen=True)
class Briefing:
    """The two messages to a model."""

    system: str
    user: str


def brief(material: Material, voice: Voice, hidden: Redaction) -> Briefing:
    """The briefing for one draft. What could name someone is hidden behind the redaction's masks."""
    said = "\n".join(f"[{fact.id}] {fact.text} {voice.quoted(hidden.hide(fact.quote))}" for fact in material.said)
    system = template("drafting.system").fill(
        language=LANGUAGES[voice.language], task=_task(material, voice), most_words=str(MOST_WORDS)
    )
    user = template("drafting.user").fill(
        term=voice.field,
        served=voice.served,
        passages="\n".join(f"[{fact.id}] {fact.text}" for fact in material.passages),
        mark=sha256(said.encode()).hexdigest()[:8],
        said=said,
    )
    return Briefing(system, user)


def _task(material: Material, voice: Voice) -> str:
    if material.part == "ambition":
        aim = voice.knowledge.rubric.level(material.level)
        named = f"{voice.fill(aim.name[voice.language])}: {voice.fill(aim.managed[voice.language])}"
        return template("drafting.ambition").fill(aim=named, authored=material.authored[AMBITION])
    listed = "\n".join(f"- {what}: {material.authored[what] or '(none)'}" for what in material.about)
    return template("drafting.changes").fill(about=", ".join(material.about), authored=listed)


def schema(about: Sequence[str], facts: Sequence[str]) -> dict[str, object]:
    """The shape of an answer, in JSON Schema as strict as providers take it."""
    statement = strict_object(
        about={"type": "string", "enum": list(about)},
        text={"type": "string"},
        rests_on={"type": "array", "items": {"type": "string", "enum": list(facts)}},
    )
    return {
        "title": "drafted",
        "description": "The sentences of a draft, each with what it rests on.",
        **strict_object(statements={"type": "array", "items": statement}),
    }
