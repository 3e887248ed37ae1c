"""What people use today, and simpler ways, over the same cases: so that a figure of Varde's means something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.belief import STATUS_COUNT, BeliefModel
from assistant.observations import Evidence, Observation, certain
from assistant.rule import CODES, Floats
from evals.case import Case
from evals.figures import Row
from evals.personas import Overclaimer
from knowledge.embedding import Embedder
from knowledge.lexical import terms
from knowledge.schema import LEVELS, Knowledge, Status
from prompts import Terms, load
from prompts import terms as words_of

Statuses = Mapping[str, Status]
BASELINES = {
    "paper": "paper worksheet, own tick",
    "form": "form of all 28, mean score",
    "form_short": "form at equal turns, mean score",
    "form_belief": "form of all 28, with the belief",
    "form_belief_short": "form at equal turns, with the belief",
    "random": "random order at equal turns, with the belief",
    "nearest": "nearest level description, by embedding",
    "keywords": "words shared with the description",
}


def tags_of(case: Case) -> dict[str, str]:
    """What a case is counted under."""
    return {
        "language": case.language, "style": case.style, "level": str(case.level), "kind": case.organisation.kind,
        "borderline": "borderline" if case.borderline else "clear",
    }  # fmt: skip


def row(case: Case, probabilities: Sequence[float], questions: int) -> Row:
    return Row(case.id, case.level, case.also, tuple(probabilities), questions, tags_of(case))


def at(level: int) -> tuple[float, ...]:
    """All probability on one level."""
    return tuple(float(n == level) for n in LEVELS)


def paper(cases: Sequence[Case]) -> list[Row]:
    """What the leaders would tick themselves."""
    return [row(case, at(case.self_level), 1) for case in cases if case.self_level]


@dataclass(frozen=True)
class Bands:
    """Five cuts on the mean standing, 0 to 3, between the six levels."""

    cuts: tuple[float, ...]

    def level(self, score: float) -> int:
        return 1 + sum(score >= cut for cut in self.cuts)


def fitted(scores: Floats, levels: Sequence[int]) -> Bands:
    """The bands by which the fewest are on the wrong side of each cut."""
    gold, cuts = np.asarray(levels), []
    edges = np.unique(scores)
    middles = np.concatenate([[edges[0] - 0.01], (edges[1:] + edges[:-1]) / 2])
    for level in LEVELS[1:]:
        wrong = [int(((scores >= cut) != (gold >= level)).sum()) for cut in middles]
        cuts.append(float(middles[int(np.argmin(wrong))]))
    return Bands(tuple(cuts))


def items(knowledge: Knowledge, count: int) -> list[str]:
    """A form of so many questions, taken evenly over the model."""
    ids = [i.id for i in knowledge.rubric.indicators]
    return [ids[int(place)] for place in np.linspace(0, len(ids) - 1, min(count, len(ids))).round()]


def mean_standing(model: BeliefModel, statuses: Statuses, asked: Sequence[str]) -> float:
    """The mean of what was ticked, level 1's signs turned round; what the leader can't know is left out."""
    columns = [model.rule.column[i] for i in asked if CODES[statuses[i]] >= 0]
    codes = np.array([CODES[statuses[i]] for i in asked if CODES[statuses[i]] >= 0])
    if not len(codes):
        return 0.0
    return float(np.where(model.reversed[columns], STATUS_COUNT - 1 - codes, codes).mean())


Ticked = Callable[[Case], Statuses]


def honest(case: Case) -> Statuses:
    return case.statuses


def overclaimed(case: Case) -> Statuses:
    return Overclaimer(case).claims


def form(
    model: BeliefModel, tuning: Sequence[Case], cases: Sequence[Case], asked: Sequence[str], ticked: Ticked = honest
) -> list[Row]:
    """A fixed form, mean score, bands fitted on the tuning cases."""
    scores = np.array([mean_standing(model, case.statuses, asked) for case in tuning])
    bands = fitted(scores, [case.level for case in tuning])
    return [row(c, at(bands.level(mean_standing(model, ticked(c), asked))), len(asked)) for c in cases]


def form_with_belief(
    model: BeliefModel, cases: Sequence[Case], asked: Callable[[Case], Sequence[str]], ticked: Ticked = honest
) -> list[Row]:
    """A form whose ticks the belief reads, none of them with an example."""
    found = []
    for case in cases:
        statuses = ticked(case)
        heard = {
            i: Observation(i, certain(statuses[i]), Evidence((0.0, 1.0, 0.0)), n, "clicked")
            for n, i in enumerate(asked(case), 1)
        }
        found.append(row(case, model.update(heard).level, len(heard)))
    return found


def in_random_order(knowledge: Knowledge, count: int) -> Callable[[Case], Sequence[str]]:
    """So many indicators of each case, by chance (seeded by the case)."""
    ids = [i.id for i in knowledge.rubric.indicators]

    def chosen(case: Case) -> Sequence[str]:
        seed = list(case.id.encode())
        return [ids[n] for n in np.random.default_rng(seed).permutation(len(ids))[:count]]

    return chosen


def nearest(knowledge: Knowledge, embedder: Embedder, cases: Sequence[Case]) -> list[Row]:
    """The level whose description lies nearest to the open answers; no training."""
    found = []
    for case in cases:
        described = embedder.embed([_description(knowledge, case, level) for level in LEVELS])
        said = embedder.embed(_said(case)).mean(axis=0)
        found.append(row(case, at(int(np.argmax(described @ said)) + 1), len(case.on_area) + 1))
    return found


def keywords(knowledge: Knowledge, cases: Sequence[Case]) -> list[Row]:
    """The level whose description shares the most words with the open answers; rarer words count more."""
    found = []
    for case in cases:
        described = [set(terms(_description(knowledge, case, level), case.language)) for level in LEVELS]
        common = Counter(term for level in described for term in level)
        said = set(terms(" ".join(_said(case)), case.language))
        scores = [sum(1 / common[t] for t in level & said) / np.sqrt(len(level)) for level in described]
        found.append(row(case, at(int(np.argmax(scores)) + 1), len(case.on_area) + 1))
    return found


def _said(case: Case) -> list[str]:
    return [case.opening, *(text for area in case.on_area.values() for text in (area.says, area.example))]


def _description(knowledge: Knowledge, case: Case, level: int) -> str:
    """The level as Varde describes it, with what shows it."""
    spoken, found = _words(case), knowledge.rubric.level(level)
    texts = [found.stance, found.essence, found.managed, *(i.text for i in knowledge.rubric.of_level(level))]
    return " ".join(spoken.fill(text[case.language]) for text in texts)


def _words(case: Case) -> Terms:
    return words_of(load(case.language).words, "customer", "customer-experience")
