"""Answers worded by a language model: an agent that searches, and code that keeps only sentences the passages bear out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from assistant.answers import Answer, Answerer
from assistant.chat_model import LONGEST_ANSWER, ChatModel, Fault, in_prose
from assistant.grounding import MARKUP, NEAR, SHARED, misplaced, nearness, words_of
from assistant.listening.screen import seen
from assistant.metering import Meter
from assistant.quoting import MOST_SENTENCES, Said, spans
from assistant.redaction import Redaction, redaction
from assistant.steps import Step, Tell, untold
from knowledge.schema import Language, Passage
from prompts import template

MOST_SEARCHES = 3
_HITS = 5
_STEPS = 12
_MOST_WORDS = 60
_MOST_ENTRIES = 12
_LANGUAGES = {"en": "English", "nb": "Norwegian (bokmål)", "et": "Estonian"}


@dataclass
class Searches:
    """The searches of one answer. `found` is all that was retrieved, by key; no more than three are made."""

    answerer: Answerer
    language: Language
    organisation: str
    hidden: Redaction
    tell: Tell = untold
    found: dict[str, Passage] = field(default_factory=dict)
    made: int = 0

    def search(self, query: str) -> str:
        """Passages that lie near to the query, each with its id."""
        if self.made >= MOST_SEARCHES:
            return "No more searches. Answer from what was found."
        self.made += 1
        self.tell(Step("searching", number=self.made, most=MOST_SEARCHES))
        hits = self.answerer.library.search.find(
            self.hidden.reveal(query), self.language, self.organisation, limit=_HITS
        )
        self.found.update({hit.passage.key: hit.passage for hit in hits})
        return "\n\n".join(
            f"<passage id={hit.passage.key}>\n{hit.passage.heading}\n{hit.passage.text}\n</passage>" for hit in hits
        )


class ModelAnswerer(Answerer):
    """Whether the sources answer is decided as without a model; how an answer reads is the model's, where it holds."""

    def __init__(self, plain: Answerer, model: ChatModel, redact: bool = False) -> None:
        super().__init__(plain.library)
        self._plain, self._chat, self._redact = plain, model, redact

    @property
    def model(self) -> str:
        return self._chat.name

    def without_model(self) -> Answerer:
        return self._plain

    def answer(self, question: str, language: Language, organisation: str = "", tell: Tell = untold) -> Answer:
        """See Answerer. The extractive answer stands where the model fails or nothing of what it says holds."""
        plain = self._plain.answer(question, language, organisation)
        if plain.reason != "answered" or plain.settled:
            return plain
        meter = Meter(self.model)
        if self._chat.breaker.resting:
            return replace(plain, trace=meter.trace("resting"))
        tell(Step("wording", self.model))
        hidden = redaction([question], language, [organisation]) if self._redact else Redaction()
        searches = Searches(self._plain, language, organisation, hidden, tell)
        try:
            text = self._chat.within(lambda: self._run(hidden.hide(plain.question), searches, meter))
            data = in_prose(hidden.reveal(text))
        except Fault as fault:
            tell(Step("alone", self.model))
            return replace(plain, trace=meter.trace(fault.code))
        tell(Step("checking", self.model))
        said = self.verified(data, searches.found, language)
        trace = meter.trace("used", kept=len(said), of=_entries(data))
        return replace(plain, said=said, note="", trace=trace) if said else replace(plain, trace=trace)

    async def _run(self, question: str, searches: Searches, meter: Meter) -> str:
        from langchain.agents import create_agent  # noqa: PLC0415 - half a second, only where a model is set
        from langchain_core.tools import StructuredTool  # noqa: PLC0415 - the same

        tool = StructuredTool.from_function(searches.search, name="search")
        system = template("answering.system").fill(language=_LANGUAGES[searches.language], most=str(MOST_SEARCHES))
        agent: Any = create_agent(self._chat.ready(), [tool], system_prompt=system)
        options = {"recursion_limit": _STEPS, "callbacks": [meter.handler()]}
        state = await agent.ainvoke({"messages": [("user", question)]}, options)
        text = str(state["messages"][-1].text)
        if len(text) > LONGEST_ANSWER:
            raise Fault("too_long", counts=False)
        return text

    def verified(self, data: Mapping[str, Any], found: Mapping[str, Passage], language: Language) -> tuple[Said, ...]:
        """The sentences that hold, each with the span of a passage that bears it out most."""
        entries = data.get("sentences")
        kept = [
            self._one(entry, found, language)
            for entry in (entries if isinstance(entries, list) else [])[:_MOST_ENTRIES]
        ]
        return tuple(said for said in kept if said is not None)[:MOST_SENTENCES]

    def _one(self, entry: Any, found: Mapping[str, Passage], language: Language) -> Said | None:
        if not isinstance(entry, Mapping) or not isinstance(entry.get("text"), str):
            return None
        text, ids = " ".join(entry["text"].split()), entry.get("passages")
        if not isinstance(ids, list) or not ids or any(not isinstance(i, str) or i not in found for i in ids):
            return None
        cited = [found[i] for i in dict.fromkeys(ids)]
        if (
            not text
            or len(text.split()) > _MOST_WORDS
            or MARKUP.search(text)
            or seen(text) != text
            or self._claims.hostile(text)
        ):
            return None
        return self._borne_out(text, cited, language) if stands(text, cited) else None

    def _borne_out(self, text: str, cited: Sequence[Passage], language: Language) -> Said | None:
        """The sentence with the span that lies nearest, where words or meaning support it enough."""
        whole = max(words_of(text, f"{p.heading} {p.text}", language) for p in cited)
        places = [(p, start, end) for p in cited for start, end in spans(p)]
        near = nearness(text, [p.text[start:end] for p, start, end in places], self.quoter.embedder)
        if whole < SHARED and max(near) < NEAR:
            return None
        passage, start, end = places[int(np.argmax(near))]
        return Said(text, passage, start, end)


def _entries(data: Mapping[str, Any]) -> int:
    entries = data.get("sentences")
    return len(entries) if isinstance(entries, list) else 0


def stands(text: str, cited: Sequence[Passage]) -> bool:
    """Whether every figure and every name of the sentence stands in what it cites."""
    return not misplaced(
        text, " ".join(f"{p.title} {p.heading} {p.text} {p.author or ''} {p.date or ''}" for p in cited)
    )
