"""A small, fixed part of the suite, quick enough for every test run, with its bounds kept as data.

Each part is a function that gives figures; a run goes through when every bound in `gate.yaml` holds. The bounds lie
below what is reached by about the noise of a re-fit, so that a gate gone red means that the coach got worse.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from assistant import parameters
from assistant.belief import Belief, BeliefModel
from assistant.bootstrap import interview
from assistant.explaining import Explainer
from assistant.interview import Interview, advance
from assistant.listening.protocol import Asked, Hearing, Listener
from assistant.observations import STATUSES, Evidence, Heard, Observation, certain, kinds_of
from assistant.questions import Ask, Progress, Questioner
from assistant.rule import LevelRule
from assistant.session import Message, Session
from evals.case import CASES, Case, read_case
from evals.figures import Row, whole
from evals.listening import Read, f1, macro_f1, read_answers
from evals.personas import Persona, leader
from evals.player import Answers, play, profile_of
from evals.qa import SETS, Question, holds, library_for, read_questions
from evals.scores import scored
from evals.simulate import walk, world_of
from evals.targets import Bound, bounds
from evals.thorough import thorough
from knowledge import default as knowledge
from knowledge.embedding import static
from knowledge.schema import LANGUAGES, EvidenceKind, Status
from knowledge.text import stands_in

FILE = Path(__file__).with_suffix(".yaml")
PLAYED = (
    "ametikassa-et-06", "brattvaer-nb-13", "ebbsworth-en-11", "kikusild-et-26", "klirr-nb-20", "tarnmere-en-03",
)  # fmt: skip
NAMED = ("chalkline-fibre-en-192", "sivlund-nb-116", "valgesirel-et-122")
READ = ("ametikassa-et-06", "brattvaer-nb-13", "ebbsworth-en-11")
ORGANISATIONS, DRAWS = 24, 512
ASKED = 5
Figures = dict[str, float]


@cache
def case(name: str) -> Case:
    return read_case(CASES / "test" / f"{name}.yaml")


def coach(listener: Listener | None = None, draws: int | None = None) -> Interview:
    """A coach of its own, so that nothing is kept from one run to the next."""
    known, given = knowledge(), parameters.default()
    model = BeliefModel(known.rubric, given.model_copy(update={"draws": draws}) if draws else given)
    return Interview(known, model, Questioner(model), listener or interview().listener, Explainer(known, None))


def labels() -> Figures:
    """Whether the rule still gives the labels of the cases."""
    rule = LevelRule(knowledge().rubric)
    cases = [case(name) for name in (*PLAYED, *_OTHERS)]
    return {
        "levels": _mean([rule.level_of(c.statuses) == c.level for c in cases]),
        "areas": _mean([rule.areas_of(c.statuses) == dict(c.areas) for c in cases]),
    }


_OTHERS = ("laadija-et-07", "ladevei-nb-15", "prairielink-en-05", "pruitt-en-30", "tverroy-nb-25", "vainamere-et-29")


def belief() -> Figures:
    """Synthetic organisations whose leaders are as the belief assumes."""
    found, world = coach(draws=DRAWS), world_of("matched")
    walks = [walk(o, world, "varde", found.model, found.questioner) for o in world.organisations(0, ORGANISATIONS)]
    rows = [Row(str(w.organisation.number), w.organisation.level, None, tuple(w.path[-1]), w.questions) for w in walks]
    figures = whole(rows)
    return {name: figures[name].value for name in ("exact", "within_one", "bias", "rps", "turns")}


def moves() -> Figures:
    """Where single answers move the belief: by an example, by claims without any, by level 1's signs, by a refusal."""
    found = coach(draws=DRAWS)
    rubric, model = found.model.rubric, found.model
    upper = [i.id for i in rubric.indicators if not i.reversed and i.level <= _UPPER]
    signs = [i.id for i in rubric.indicators if i.reversed]

    def told(ids: Sequence[str], status: Status, kind: EvidenceKind) -> Belief:
        evidence = Evidence(kinds_of(kind), True)
        return model.update({i: Observation(i, certain(status), evidence, n, "clicked") for n, i in enumerate(ids, 1)})

    shown, bare = (told(upper, Status.ESTABLISHED, kind) for kind in (EvidenceKind.EXAMPLE, EvidenceKind.NONE))
    gone, there = (told(signs, status, EvidenceKind.CLAIM) for status in (Status.ABSENT, Status.ESTABLISHED))
    return {
        "by_examples": shown.expected_level - bare.expected_level,
        "suspicion": bare.bias[-1] - shown.bias[-1],
        "by_signs": gone.expected_level - there.expected_level,
        "by_refusal": _refused(found),
    }


_UPPER = 4


class Scripted(Questioner):
    """Asks for one indicator, then for the example, whatever was said."""

    def next(self, belief: Belief, heard: Heard, progress: Progress, doubted: bool = False) -> Ask | None:
        asks = (Ask("indicator", _KEYSTONE), Ask("example", _KEYSTONE), None)
        return asks[min(progress.turns - 1, len(asks) - 1)]


_KEYSTONE = "mobilise.owner"


def _refused(found: Interview) -> float:
    """By how much an example asked for and not given lowers the expected level, in one talk."""
    scripted = replace(found, questioner=Scripted(found.model))
    session = Session("gate", profile_of(case(READ[0])), 1, "2026-01-01T00:00:00+00:00")
    expected = []
    for message in (Message("said", case(READ[0]).opening), Message("chose", value="established"), _NO_EXAMPLE):
        session = advance(scripted, session, message, session.created)
        expected.append(found.belief(found.course(session)).expected_level)
    return expected[1] - expected[2]


_NO_EXAMPLE = Message("chose", value="none")


def replays() -> Figures:
    """Whether the same talk gives the same belief, whatever the order in which it was heard."""
    found = coach(draws=DRAWS)
    session = play(found, case(PLAYED[0]), "choices").session
    course = found.course(session)
    there, back = dict(course.heard), dict(reversed(list(course.heard.items())))
    again = coach(draws=DRAWS).model.update(back)
    return {"same": float(found.model.update(there).level == again.level)}


def interviews() -> Figures:
    """Cases played by quick replies, and what the scorers say of them."""
    return _played("plain", "choices", PLAYED)


def everything() -> Figures:
    """Tuning cases with a contradiction and a missing stone each, asked everything by quick replies."""
    cases = [read_case(CASES / "tuning" / f"{name}.yaml") for name in NAMED]
    return _over(thorough(coach(draws=DRAWS)), "plain", "choices", cases)


def words() -> Figures:
    """Cases played by free text, a language each."""
    return _played("plain", "text", READ)


def overclaimer() -> Figures:
    """Cases whose leader claims too much and has no example."""
    return _played("overclaimer", "choices", PLAYED)


def _played(persona: Persona, answers: Answers, names: Sequence[str]) -> Figures:
    return _over(coach(draws=DRAWS), persona, answers, [case(name) for name in names])


def _over(found: Interview, persona: Persona, answers: Answers, cases: Sequence[Case]) -> Figures:
    rows = []
    for c in cases:
        played = play(found, c, answers, leader=leader(persona, c, answers))
        probabilities = found.belief(found.course(played.session)).level
        rows.append(Row(c.id, c.level, c.also, probabilities, played.turns, scores=scored(found, played)))
    return {name: figure.value for name, figure in whole(rows).items()}


@dataclass(frozen=True)
class Inventor:
    """A listener that makes up its quotes: none of them may be kept."""

    listener: Listener
    version: str = "inventor"

    @property
    def model(self) -> str:
        return ""

    def listen(self, message: str, asked: Asked) -> Hearing:
        heard = self.listener.listen(message, asked)
        invented = tuple(
            replace(o, evidence=replace(o.evidence, quote="nobody said these words")) for o in heard.observations
        )
        return replace(heard, observations=invented)


def quotes() -> Figures:
    """What becomes of quotes that were not said."""
    found = coach(Inventor(interview().listener), DRAWS)
    session = play(found, case(READ[2]), "text").session
    said = [turn.message.text for turn in session.turns]
    kept = [o.evidence.quote for turn in session.turns for o in turn.observations if o.evidence.quote]
    return {"invented": float(sum(not any(stands_in(quote, text) for text in said) for quote in kept))}


def listening() -> Figures:
    """Single answers; the language that is read worst counts."""
    reads = read_answers(interview().listener, [case(name) for name in READ])
    kinds = np.array([int(np.argmax(read.kinds)) for read in reads])
    by_language = [_right([r for r in reads if r.language == language]) for language in LANGUAGES]
    gold, found = np.array([r.status for r in reads]), np.array([r.found for r in reads])
    return {
        "accuracy": _right(reads),
        "worst_language": min(by_language),
        "macro_f1": macro_f1(gold, found),
        "unknown_f1": f1(gold, found, len(STATUSES) - 1) or 0.0,
        "evidence": _mean(np.array([r.evidence for r in reads]) == kinds),
    }


def _right(reads: Sequence[Read]) -> float:
    return _mean([r.found == r.status for r in reads])


@cache
def _questions() -> list[Question]:
    """So many answerable questions of each language, and as many that the sources don't answer or that are hostile."""
    every = read_questions(SETS / "test")
    return [
        q
        for language in LANGUAGES
        for kind in (True, False)
        for q in [q for q in every if q.language == language and q.answerable is kind][:ASKED]
    ]


def answers() -> Figures:
    """Questions from the sources: found, answered where they should be, cited to the letter."""
    from assistant.answers import Answerer  # noqa: PLC0415 - loads the search

    with library_for(static()) as library:
        answerer = Answerer(library)
        asked = [q for q in _questions() if q.answerable and q.sources]
        hits = [
            any(hit.passage.source in q.sources for hit in library.search.find(q.question, q.language, limit=3))
            for q in asked
        ]
        given = [(q, answerer.answer(q.question, q.language)) for q in _questions()]
        spans = [
            bool((kept := library.passage(said.passage.key, said.passage.owner)) and said.span in kept.text)
            for _, answer in given
            for said in answer.said
        ]
    return {
        "recall_at_3": _mean(hits),
        "answered": _mean([bool(a.said) for q, a in given if q.answerable]),
        "refused": _mean([a.abstained for q, a in given if not q.answerable]),
        "hostile_refused": _mean([a.abstained for q, a in given if q.hostile]),
        "must": _mean([holds(q, a.text) for q, a in given if q.answerable and q.must]),
        "cited": _mean(spans),
    }


def _mean(values: Sequence[bool] | np.ndarray) -> float:
    return float(np.mean(values)) if len(values) else 0.0


PARTS: dict[str, Callable[[], Figures]] = {
    part.__name__: part
    for part in (labels, belief, moves, replays, interviews, everything, words, overclaimer, quotes, listening, answers)
}


@dataclass(frozen=True)
class Red:
    """A bound that does not hold, or a part that broke."""

    part: str
    why: str


def gate(parts: Sequence[str] = tuple(PARTS)) -> list[Red]:
    """What is red, part by part; nothing where the gate is open."""
    found: list[Red] = []
    for part in parts:
        try:
            run: dict[str, Any] = {part: PARTS[part]()}
        except Exception as error:  # a coach that breaks is red, whatever broke
            found.append(Red(part, f"broke with {type(error).__name__}: {error}"))
            continue
        found += [Red(part, _said(bound, run)) for bound in _bounds(part) if not bound.holds(run)]
    return found


def _bounds(part: str) -> list[Bound]:
    return [bound for bound in bounds(FILE) if bound.at.startswith(f"{part}.")]


def _said(bound: Bound, run: dict[str, Any]) -> str:
    value = bound.value(run)
    return f"{bound.says}: {'nothing to measure' if value is None else f'{value:.3f}'}, wanted {bound.wanted}"
