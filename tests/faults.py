"""Faults planted into the coach, each of which must turn the gate red: the suite is itself tested.

A fault is a small patch of what the product does, at the seams that are unlikely to move. `part` is where the gate
must notice it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

import numpy as np

from assistant import course
from assistant.answers import Answer, Answerer
from assistant.belief import BeliefModel
from assistant.changes import Advisor
from assistant.findings import Findings
from assistant.listening.embedded import EmbeddedListener
from assistant.listening.protocol import Asked, Hearing
from assistant.observations import EVEN, Evidence, Observation, certain, kinds_of
from assistant.questions import Ask, Manners, Progress, Questioner
from assistant.quoting import Said
from assistant.rule import Ints, LevelRule
from assistant.understanding import Understanding
from assistant.voice import Voice
from knowledge.schema import EvidenceKind, Status
from knowledge.search import Search


@dataclass(frozen=True)
class Fault:
    """`plant` gives the patch as a context; the gate's `part` must go red within it."""

    name: str
    part: str
    plant: Callable[[], Any]


def _around(owner: Any, name: str, change: Callable[..., Any]) -> Callable[[], Any]:
    """A patch of a method: `change` gets the method as it was, then its arguments."""
    original = getattr(owner, name)
    return lambda: patch.object(owner, name, lambda *given, **named: change(original, *given, **named))


def _swapped_levels(original: Any, self: LevelRule, codes: Ints) -> Ints:
    found = original(self, codes)
    return np.asarray(np.choose(found - 1, [1, 2, 4, 3, 5, 6]))


def _without_keystones(original: Any, self: LevelRule, codes: Ints) -> Ints:
    loose = self.rubric.model_copy(update={"keystones": {}})
    return np.asarray(original(LevelRule(loose), codes))


def _other_threshold(original: Any, self: LevelRule, codes: Ints) -> Ints:
    rule = self.rubric.rule.model_copy(update={"reached": 0.85})
    return np.asarray(original(LevelRule(self.rubric.model_copy(update={"rule": rule})), codes))


def _shifted_areas(original: Any, self: LevelRule, codes: Ints) -> Ints:
    return np.asarray(np.minimum(original(self, codes) + 1, 6))


def _no_evidence(original: Any, self: BeliefModel, observation: Observation, *given: Any) -> Any:
    plain = replace(observation, evidence=Evidence(kinds_of(EvidenceKind.EXAMPLE)))
    return original(self, plain, *given)


def _always_plain(original: Any, self: BeliefModel, observation: Observation, *given: Any) -> Any:
    found = original(self, observation, *given)
    return np.repeat(found[:1], len(found), axis=0)


def _ignored_answers(original: Any, self: BeliefModel, observation: Observation, *given: Any) -> Any:
    return np.sqrt(original(self, observation, *given)) ** 0.2


def _turned_wrong(original: Any, self: BeliefModel, observation: Observation, *given: Any) -> Any:
    found = original(self, observation, *given)
    return found[:, ::-1] if self.reversed[self.rule.column[observation.indicator]] else found


def _order_matters(original: Any, self: BeliefModel, heard: Any, *given: Any) -> Any:
    kept = dict(list(heard.items())[-4:])
    return original(self, kept, *given)


def _stops_early(original: Any, self: Questioner, belief: Any, heard: Any, progress: Progress) -> Ask | None:
    return None if progress.turns >= 8 else original(self, belief, heard, progress)


def _settled_at_half(original: Any, self: Questioner, model: BeliefModel, manners: Manners | None = None) -> None:
    original(self, model, Manners(settled=0.5, gaps=0))


def _too_long(original: Any, self: Questioner, model: BeliefModel, manners: Manners | None = None) -> None:
    original(self, model, Manners(turns=28, follow_ups=6, settled=0.9999, least_information=0.0))


def _least_telling(original: Any, self: Questioner, belief: Any) -> Any:
    found = original(self, belief)
    return found.max() - found


def _forgets_what_was_asked(original: Any, progress: Progress, ask: Ask, rubric: Any) -> Progress:
    found = original(progress, ask, rubric)
    return replace(found, asked=progress.asked, follow_ups={})


def _says_the_level(original: Any, self: Voice, ask: Ask, observation: Observation | None = None) -> str:
    where = {"en": "So far that is level 3.", "nb": "Så langt er det nivå 3.", "et": "Praegu on see 3. tase."}
    return f"{where[self.language]} {original(self, ask, observation)}"


def _leads(original: Any, self: Voice, ask: Ask, observation: Observation | None = None) -> str:
    tail = {"en": "surely it does, right?", "nb": "det gjør dere, ikke sant?", "et": "teete ju, eks ole?"}
    return f"{original(self, ask, observation).rstrip('?')}, {tail[self.language]}"


def _talks_too_much(original: Any, self: Voice, ask: Ask, observation: Observation | None = None) -> str:
    return " ".join([original(self, ask, observation)] * 4)


def _unchecked(original: Any, self: Understanding, observation: Observation, *given: Any) -> bool:
    return True


def _no_example_is_fine(original: Any, self: Understanding, *given: Any) -> Any:
    example = kinds_of(EvidenceKind.EXAMPLE)
    return tuple(replace(o, evidence=replace(o.evidence, kinds=example)) for o in original(self, *given))


def _clicks_lost(original: Any, self: Understanding, *given: Any) -> Observation:
    return replace(original(self, *given), statuses=(*EVEN, 0.0))


def _partly_is_enough(original: Any, self: Understanding, *given: Any) -> Observation:
    found: Observation = original(self, *given)
    better = {Status.PLANNED: Status.ESTABLISHED, Status.PARTIAL: Status.ESTABLISHED}.get(found.status)
    return replace(found, statuses=certain(better)) if better else found


def _heard(change: Callable[[Observation, Asked], Observation]) -> Callable[..., Hearing]:
    """A fault of the listener: every reading changed on its way out."""

    def listen(original: Any, self: EmbeddedListener, message: str, asked: Asked) -> Hearing:
        found: Hearing = original(self, message, asked)
        return replace(found, observations=tuple(change(o, asked) for o in found.observations))

    return listen


def _statuses_swapped(observation: Observation, asked: Asked) -> Observation:
    a, b, c, d, e = observation.statuses
    return replace(observation, statuses=(d, b, c, a, e))


def _estonian_dropped(observation: Observation, asked: Asked) -> Observation:
    return replace(observation, statuses=certain(Status.UNKNOWN)) if asked.language == "et" else observation


def _evidence_dropped(observation: Observation, asked: Asked) -> Observation:
    return replace(observation, evidence=replace(observation.evidence, kinds=kinds_of(EvidenceKind.CLAIM)))


def _only_what_is_usual(observation: Observation, asked: Asked) -> Observation:
    return replace(observation, statuses=(*observation.prior, 0.0))


def _nothing_found(original: Any, self: Findings) -> tuple[()]:
    return ()


def _gaps_nobody_told(original: Any, self: Advisor, line: Any) -> bool:
    return not original(self, line)


def _no_sources(original: Any, self: Advisor, *given: Any) -> Any:
    return replace(original(self, *given), citations=())


def _one_change(original: Any, self: Advisor, target: int) -> Any:
    return original(self, target)[:1]


def _wrong_fusion(original: Any, self: Search, *given: Any, **named: Any) -> Any:
    return list(reversed(original(self, *given, **{**named, "limit": 40})))[: named.get("limit", 8)]


def _always_answers(original: Any, self: Answerer, *given: Any, **named: Any) -> Answer:
    found: Answer = original(self, *given, **named)
    passage = self.library.search.find("customer", "en", limit=1)[0].passage
    return found if found.said else replace(found, said=(Said(passage.text, passage, 0, len(passage.text)),))


def _never_answers(original: Any, self: Answerer, *given: Any, **named: Any) -> Answer:
    found: Answer = original(self, *given, **named)
    return replace(found, said=(), note="")


FAULTS = (
    Fault("two levels swapped", "labels", _around(LevelRule, "levels", _swapped_levels)),
    Fault("keystones forgotten", "labels", _around(LevelRule, "levels", _without_keystones)),
    Fault("a threshold of the rule moved", "labels", _around(LevelRule, "levels", _other_threshold)),
    Fault("areas one too high", "labels", _around(LevelRule, "area_levels", _shifted_areas)),
    Fault("evidence ignored", "moves", _around(BeliefModel, "likelihood", _no_evidence)),
    Fault("bias ignored", "moves", _around(BeliefModel, "likelihood", _always_plain)),
    Fault("answers hardly counted", "belief", _around(BeliefModel, "likelihood", _ignored_answers)),
    Fault("level 1's signs turned the wrong way", "moves", _around(BeliefModel, "likelihood", _turned_wrong)),
    Fault("only the last answers counted", "replays", _around(BeliefModel, "update", _order_matters)),
    Fault("stops too early", "belief", _around(Questioner, "next", _stops_early)),
    Fault("settled at one half", "belief", _around(Questioner, "__init__", _settled_at_half)),
    Fault("asks far too much", "belief", _around(Questioner, "__init__", _too_long)),
    Fault("asks what tells least", "belief", _around(Questioner, "information", _least_telling)),
    Fault("asks the same again", "interviews", _around(course, "asked", _forgets_what_was_asked)),
    Fault("tells the level early", "interviews", _around(Voice, "question", _says_the_level)),
    Fault("leads", "interviews", _around(Voice, "question", _leads)),
    Fault("talks too much", "interviews", _around(Voice, "question", _talks_too_much)),
    Fault("clicks lost", "interviews", _around(Understanding, "_click", _clicks_lost)),
    Fault("a half-truth counts whole", "overclaimer", _around(Understanding, "_click", _partly_is_enough)),
    Fault("quotes unchecked", "quotes", _around(Understanding, "is_verified", _unchecked)),
    Fault(
        "an example not given counts as given",
        "moves",
        _around(Understanding, "_without_example", _no_example_is_fine),
    ),
    Fault("two statuses swapped", "listening", _around(EmbeddedListener, "listen", _heard(_statuses_swapped))),
    Fault("one language dropped", "listening", _around(EmbeddedListener, "listen", _heard(_estonian_dropped))),
    Fault("examples not heard", "listening", _around(EmbeddedListener, "listen", _heard(_evidence_dropped))),
    Fault("words not listened to", "words", _around(EmbeddedListener, "listen", _heard(_only_what_is_usual))),
    Fault("what is not shown left out", "interviews", _around(Findings, "not_shown", _nothing_found)),
    Fault("missing stones left out", "everything", _around(Findings, "missing_stones", _nothing_found)),
    Fault("contradictions left out", "everything", _around(Findings, "contradictions", _nothing_found)),
    Fault("changes on no gap", "interviews", _around(Advisor, "_is_gap", _gaps_nobody_told)),
    Fault("changes without sources", "interviews", _around(Advisor, "_change", _no_sources)),
    Fault("one change only", "interviews", _around(Advisor, "propose", _one_change)),
    Fault("wrong fusion", "answers", _around(Search, "find", _wrong_fusion)),
    Fault("always answers", "answers", _around(Answerer, "answer", _always_answers)),
    Fault("never answers", "answers", _around(Answerer, "answer", _never_answers)),
)
