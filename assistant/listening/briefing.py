"""What a model is sent to read one message: the statements that matter, the question, the last turns, the message."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from assistant.listening.protocol import Asked
from assistant.questions import AREA_KINDS
from assistant.redaction import Redaction
from assistant.session import Intent, Profile
from assistant.voice import Voice, voice_of
from knowledge.schema import EVIDENCE_KINDS, Indicator, Knowledge, Status
from prompts import template

_MASKED = "Brackets such as [name 1] stand for names that are hidden: someone or a place. Copy them as they stand.\n"
LANGUAGES = {"en": "English", "nb": "Norwegian (bokmål)", "et": "Estonian"}
_LONGEST_SAID = 500
_LONGEST_MESSAGE = 6_000
INTENTS: dict[Intent, str] = {
    "answer": "says something about the organisation",
    "dont_know": "cannot know",
    "no_example": "has no example to give, where one was asked for",
    "question_back": "asks you something instead of answering",
    "correction": "takes back or changes something said earlier",
    "decline": "does not want to answer this question",
    "off_topic": "speaks of something else",
    "hostile": "is angry with the interview",
    "stop": "wants to end the interview",
    "pause": "wants to go on another day",
    "yes": "says that what was said back is right",
    "no": "says that it is wrong",
}


@dataclass(frozen=True)
class Briefing:
    """The two messages to a model, and the statements that it may speak of."""

    system: str
    user: str
    about: tuple[str, ...]


def about(knowledge: Knowledge, asked: Asked) -> tuple[Indicator, ...]:
    """The statements that a message may be about: the one asked first, then those of its area; else all."""
    rubric, ask = knowledge.rubric, asked.ask
    if ask is None or ask.kind == "opening":
        return rubric.indicators
    if ask.kind in AREA_KINDS:
        return tuple(i for i in rubric.indicators if i.area == ask.target)
    target = rubric.by_id[ask.target]
    return (target, *(i for i in rubric.indicators if i.area == target.area and i.id != target.id))


def brief(knowledge: Knowledge, asked: Asked, message: str, redaction: Redaction) -> Briefing:
    """The briefing for one message. What could name someone is hidden behind the redaction's masks."""
    profile = asked.profile or Profile(asked.language, "private", "", "")
    voice = voice_of(profile, 0, knowledge)
    chosen = about(knowledge, asked)
    direct = asked.ask is not None and asked.ask.target in knowledge.rubric.by_id
    hide = redaction.hide
    text = hide(message)[:_LONGEST_MESSAGE]
    system = template("listening.system").fill(
        language=LANGUAGES[asked.language],
        asked=_asked(chosen, direct),
        statements=_statements(voice, chosen, in_full=asked.ask is not None and asked.ask.kind != "opening"),
        intents="; ".join(f"{intent}: {meaning}" for intent, meaning in INTENTS.items()) + ". When in doubt, answer.",
    )
    user = template("listening.user").fill(
        term=voice.field,
        served=voice.served,
        before=_before(asked.said, hide),
        question=hide(asked.question) or "(none)",
        earlier=_earlier(asked.earlier, hide) + (_MASKED if redaction.masks else ""),
        mark=sha256(text.encode()).hexdigest()[:8],
        message=text,
    )
    return Briefing(system, user, tuple(i.id for i in chosen))


def _asked(chosen: Sequence[Indicator], direct: bool) -> str:
    if not direct:
        return "The question was open: report only statements that the message plainly speaks of."
    return f"The question was about {chosen[0].id}: always report it, once, with what was said on it before in mind."


def _statements(voice: Voice, chosen: Sequence[Indicator], in_full: bool) -> str:
    lines = []
    for indicator in chosen:
        lines.append(f"- {indicator.id}: {voice.fill(indicator.text[voice.language])}")
        if in_full:
            against = " (shows that it does not hold)" if indicator.reversed else ""
            lines.append(f"  What would show it{against}: {voice.fill(indicator.shows[voice.language])}")
    return "\n".join(lines)


def _before(said: Sequence[tuple[str, str]], hide: Callable[[str], str]) -> str:
    pairs = [f"- {question}\n  Answer: {hide(answer)[:_LONGEST_SAID]}\n" for question, answer in said]
    return "Said just before (for context, not to be reported):\n" + "".join(pairs) + "\n" if pairs else ""


def _earlier(earlier: Sequence[str], hide: Callable[[str], str]) -> str:
    if not earlier:
        return ""
    return "Said on it before: " + " / ".join(hide(words)[: 2 * _LONGEST_SAID] for words in earlier) + "\n"


def schema(about: Sequence[str]) -> dict[str, object]:
    """The shape of an answer, in JSON Schema as strict as providers take it."""
    observation = strict_object(
        indicator={"type": "string", "enum": list(about)},
        status={"type": "string", "enum": [status.value for status in Status]},
        evidence={"type": "string", "enum": [kind.value for kind in EVIDENCE_KINDS]},
        quote={"type": "string"},
    )
    return {
        "title": "heard",
        "description": "What one message of the interview says.",
        **strict_object(
            intent={"type": "string", "enum": list(INTENTS)},
            observations={"type": "array", "items": observation},
            corrections={"type": "array", "items": observation},
            questions_back={"type": "array", "items": {"type": "string"}},
            reflection={"type": "string"},
        ),
    }


def strict_object(**properties: object) -> dict[str, object]:
    """An object of exactly these properties, in JSON Schema."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
