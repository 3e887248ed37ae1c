"""The listener that asks a language model: one call a turn, and only what code can verify is kept.

Whatever the model or the way to it does, the turn ends in a valid hearing: the embedded listener reads the message
where the model did not, or where what it said does not hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from assistant.chat_model import Called, Caller
from assistant.listening.ahead import begun
from assistant.listening.briefing import Briefing, brief, schema
from assistant.listening.intent import intent_of
from assistant.listening.protocol import Asked, Hearing, Listener
from assistant.listening.reflecting import unfit
from assistant.listening.screen import is_order, screened
from assistant.listening.trust import Trust
from assistant.observations import STATUSES, Evidence, Observation
from assistant.redaction import Redaction, redaction
from assistant.session import Intent, Trace
from assistant.steps import Step
from knowledge.schema import EvidenceKind, Knowledge, Status
from knowledge.text import folded, stands_in

_BY_CODE: frozenset[Intent] = frozenset({"blank", "stop", "pause", "yes", "no"})
_SHORT, _MIDDLING = 14, 40
_MOST_OBSERVATIONS, _MOST_CORRECTIONS = 12, 1
_LEAST_QUOTE, _MOST_FOR_ONE_QUOTE = 2, 3
_PHASES = ("interview", "confirm")


@dataclass(frozen=True)
class ModelListener:
    """Reads messages with a language model; `embedded` reads where it cannot."""

    knowledge: Knowledge
    embedded: Listener
    caller: Caller
    trust: Trust = field(default_factory=Trust)
    redact: bool = False

    @property
    def version(self) -> str:
        return f"model-{self.trust.version}+{self.embedded.version}"

    @property
    def model(self) -> str:
        return self.caller.name

    def listen(self, message: str, asked: Asked) -> Hearing:
        """See Listener. `trace` says what became of the call."""
        own = intent_of(message, asked)
        if asked.alone or asked.insisted or asked.phase not in _PHASES or own in _BY_CODE:
            return self.embedded.listen(message, asked)
        found, asked = screened(message), _screened(asked)
        if found.orders:
            trace = Trace(self.caller.name, "screened", dropped={"order": found.orders})
            if not found.text.strip():
                return Hearing("off_topic", trace=trace)
            return replace(self.embedded.listen(found.text, asked), trace=trace)
        ahead = replace(self, embedded=begun(self.embedded, found.text, asked))
        return ahead._asked(found.text, asked, own)

    def _asked(self, message: str, asked: Asked, own: Intent) -> Hearing:
        hidden = self._redaction(message, asked)
        briefing = brief(self.knowledge, asked, message, hidden)
        asked.tell(Step("listening", self.caller.name))
        called = self.caller.ask(briefing.system, briefing.user, schema(briefing.about))
        if called.data is None:
            asked.tell(Step("alone", self.caller.name))
            return replace(self.embedded.listen(message, asked), trace=_trace(self.caller.name, called, Counter()))
        asked.tell(Step("checking", self.caller.name))
        return _Reading(self, message, asked, own, briefing, called, hidden).hearing()

    def _redaction(self, message: str, asked: Asked) -> Redaction:
        if not self.redact:
            return Redaction()
        profile = asked.profile
        given = (profile.organisation, profile.scope) if profile else ()
        texts = (message, asked.question, *asked.earlier, *(answer for _, answer in asked.said))
        return redaction(texts, asked.language, (g for g in given if g != g.lower()), by_shape=True)


@dataclass(frozen=True)
class _Reading:
    """One answer of a model on its way to a hearing. `dropped` counts what is left out."""

    listener: ModelListener
    message: str
    asked: Asked
    own: Intent
    briefing: Briefing
    called: Called
    hidden: Redaction
    dropped: Counter[str] = field(default_factory=Counter)

    @property
    def data(self) -> Mapping[str, Any]:
        return self.called.data or {}

    def hearing(self) -> Hearing:
        if not isinstance(self.data.get("observations"), list) or "intent" not in self.data:
            alone = self.listener.embedded.listen(self.message, self.asked)
            return replace(alone, trace=_trace(self.listener.caller.name, self.called, self.dropped, "shape"))
        mine = self.listener.embedded.listen(self.message, self.asked)
        intent = self._intent(mine)
        observations = self._observations(intent, mine)
        if intent == "answer" != mine.intent and not observations:
            intent, observations = mine.intent, mine.observations
        reflection = self._reflection() if intent == "answer" else ""
        trace = _trace(self.listener.caller.name, self.called, self.dropped, kept=len(observations))
        about = observations[0].indicator if intent == "correction" and observations else ""
        bearing = mine.bearing if intent == "answer" else None
        return Hearing(intent, observations, about, mine.language, reflection, trace, bearing)

    def _intent(self, mine: Hearing) -> Intent:
        """The model's intent where the message can have it; a long message is an answer."""
        said, words = self.data["intent"], len(self.message.split())
        if mine.intent == "correction" and mine.observations:
            return mine.intent
        if said not in get_args(Intent) or said in ("act", "blank"):
            self.dropped["intent"] += 1
            return mine.intent
        kind = self.asked.ask.kind if self.asked.ask else ""
        fits = {
            "answer": self.asked.ask is not None,
            "no_example": kind == "example" and words <= _SHORT,
            "yes": words <= _SHORT and kind == "say_back" and self.own == "yes",
            "no": words <= _SHORT and kind == "say_back",
            "stop": words <= _SHORT,
            "pause": words <= _SHORT,
            "dont_know": words <= _MIDDLING,
            "decline": words <= _MIDDLING,
        }
        if not fits.get(said, words <= _MIDDLING):
            self.dropped["intent"] += 1
            return mine.intent
        intent: Intent = said
        return intent

    def _observations(self, intent: Intent, mine: Hearing) -> tuple[Observation, ...]:
        if intent == "correction":
            found = self._verified("corrections", tuple(i.id for i in self.listener.knowledge.rubric.indicators), True)
            return tuple(found.values())[:_MOST_CORRECTIONS] or (mine.observations if mine.intent == intent else ())
        if intent != "answer":
            return ()
        found = self._verified("observations", self.briefing.about, False)
        ask = self.asked.ask
        if ask is None or ask.target not in self.listener.knowledge.rubric.by_id:
            return tuple(found.values())
        read = next((o for o in mine.observations if o.indicator == ask.target and o.direct), None)
        first = found.pop(ask.target, None)
        if first is None:
            self.dropped["unread"] += 1
        asked_about = self._weighed(first, read) if first else read
        return (*((asked_about,) if asked_about else ()), *found.values())

    def _verified(self, key: str, known: tuple[str, ...], direct: bool) -> dict[str, Observation]:
        """What was said of each known statement, where the quote was said; the first of several on one."""
        found: dict[str, Observation] = {}
        entries = self.data.get(key)
        entries = entries if isinstance(entries, list) else []
        self.dropped.update(
            {"too_many": len(entries) - _MOST_OBSERVATIONS} if len(entries) > _MOST_OBSERVATIONS else {}
        )
        for entry in entries[:_MOST_OBSERVATIONS]:
            observation = self._one(entry, known, direct)
            if isinstance(observation, str):
                self.dropped[observation] += 1
            elif observation.indicator in found:
                self.dropped["twice"] += 1
            else:
                found[observation.indicator] = observation
        return self._spread(found)

    def _spread(self, found: dict[str, Observation]) -> dict[str, Observation]:
        """Without those whose quote is made to carry more statements than words can; the one asked about stays."""
        uses = Counter(folded(o.evidence.quote or "") for o in found.values())
        worn = {quote for quote, count in uses.items() if count > _MOST_FOR_ONE_QUOTE}
        kept = {i: o for i, o in found.items() if o.direct or folded(o.evidence.quote or "") not in worn}
        if len(kept) < len(found):
            self.dropped["quote_for_all"] += len(found) - len(kept)
        return kept

    def _one(self, entry: Any, known: tuple[str, ...], direct: bool) -> Observation | str:
        """The observation, or why it is left out."""
        if not isinstance(entry, Mapping):
            return "shape"
        indicator, status, evidence, quote = (entry.get(k) for k in ("indicator", "status", "evidence", "quote"))
        if indicator not in known:
            return "indicator"
        if status not in [s.value for s in STATUSES]:
            return "status"
        if evidence not in [kind.value for kind in EvidenceKind]:
            return "evidence"
        if not isinstance(quote, str):
            return "quote"
        words = self.hidden.reveal(quote).strip()
        whole = folded(words) == folded(self.message)
        if not stands_in(words, self.message) or (len(words.split()) < _LEAST_QUOTE and not whole):
            return "quote"
        if is_order(words):
            return "order"
        ask, trust = self.asked.ask, self.listener.trust
        wanted = ask is not None and ask.kind == "example" and ask.target == indicator
        asked_about = direct or (ask is not None and ask.target == indicator)
        kind = EvidenceKind(evidence)
        statuses = trust.statuses(Status(status), kind, words, self.message, asked_about)
        return Observation(
            str(indicator), statuses, Evidence(trust.kinds(kind), wanted, words), self.asked.turn, direct=asked_about
        )

    def _weighed(self, found: Observation, read: Observation | None) -> Observation:
        """Far above what the embedded listener surely reads, the mean of both stands: a doubt that is asked about."""
        if read is None or read.certainty < self.listener.trust.file.contradicted:
            return found
        down = self.listener.knowledge.rubric.by_id[found.indicator].reversed
        places = [STATUSES.index(o.status) for o in (found, read)]
        if (
            max(places) > STATUSES.index(Status.ESTABLISHED)
            or (places[1] - places[0] if down else places[0] - places[1]) < 2
        ):
            return found
        self.dropped["contradicted"] += 1
        a, b, c, d, e = (round((x + y) / 2, 4) for x, y in zip(found.statuses, read.statuses, strict=True))
        return replace(found, statuses=(a, b, c, d, e))

    def _reflection(self) -> str:
        said = self.data.get("reflection")
        if not isinstance(said, str) or not said.strip():
            return ""
        text = self.hidden.reveal(said.strip())
        heard = " ".join((self.message, *self.asked.earlier, self.asked.question))
        why = unfit(text, heard, self.asked.language)
        if why:
            self.dropped[f"reflection_{why}"] += 1
            return ""
        return text


def _screened(asked: Asked) -> Asked:
    """What was said before, without what spoke to a machine then."""
    said = tuple((question, screened(answer).text) for question, answer in asked.said)
    return replace(asked, earlier=tuple(screened(words).text for words in asked.earlier), said=said)


def _trace(name: str, called: Called, dropped: Counter[str], fault: str = "", kept: int = 0) -> Trace:
    return Trace(
        name, fault or called.fault or "used", called.calls, round(called.seconds, 3), called.tokens_in,
        called.tokens_out, called.prompt, called.answer, kept, dict(dropped),
    )  # fmt: skip
