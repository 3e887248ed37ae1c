"""Everything that is measured, in one run: interviews, baselines, single answers, questions, a synthetic population."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args

import numpy as np

from assistant.bootstrap import interview
from assistant.interview import Interview
from evals import baselines
from evals.case import CASES, Case, read_cases
from evals.figures import Figures, Row, averaged, confusion, reliability, split, whole
from evals.listening import evaluate as evaluate_listening
from evals.personas import Persona, leader
from evals.player import Answers, Played, play
from evals.population import World
from evals.qa import SETS, read_questions
from evals.qa import evaluate as evaluate_answers
from evals.scores import scored
from evals.simulate import POLICIES, Job, Policy, Walk, claims, jobs_of, open_topics, run, world_of
from evals.thorough import thorough, with_something_to_name
from evals.workers import workers
from knowledge import default as knowledge
from knowledge.embedding import static

VERSION = 3
TAGS = ("language", "style", "level", "kind", "borderline")
CURVE_TO = 20
Run = dict[str, Any]
Progress = Callable[[int], object]


@dataclass(frozen=True)
class Kind:
    """A kind of interview: who answers and how, and the share of wrong readings put right at the confirmation."""

    says: str
    persona: Persona
    answers: Answers
    corrected: float = 0.0


INTERVIEWS = {
    "choices": Kind("quick replies", "plain", "choices"),
    "text": Kind("free text alone", "plain", "text"),
    "corrected": Kind("free text, half put right", "plain", "text", 0.5),
    "wandering": Kind("wandering", "wandering", "choices"),
    "overclaimer": Kind("claiming too much", "overclaimer", "choices"),
}
NAMED = {
    "contradictions_named": "contradictions, a talk", "contradictions_precision": "borne out",
    "contradictions_recall": "found", "stones_precision": "stones borne out", "stones_recall": "found",
    "patterns_borne_out": "patterns borne out",
}  # fmt: skip
PLAN: tuple[tuple[World, Policy], ...] = (
    ("matched", "varde"), ("mismatched", "varde"), ("matched", "ceiling"), ("matched", "random"), ("matched", "form"),
    ("mismatched", "form"),
)  # fmt: skip


@dataclass(frozen=True)
class Play:
    """One case under one kind of respondent."""

    interview: str
    case: str
    folder: str


@cache
def cases_in(folder: str) -> dict[str, Case]:
    return {case.id: case for case in read_cases(Path(folder))}


def play_one(job: Play) -> Row:
    """One interview, scored; what a worker process does."""
    case, kind = cases_in(job.folder)[job.case], INTERVIEWS[job.interview]
    who = leader(kind.persona, case, kind.answers)
    return _row(interview(), play(interview(), case, kind.answers, corrected=kind.corrected, leader=who))


def ask_everything(case: Case) -> Row:
    """One interview by quick replies that asks everything, scored; what a worker process does."""
    coach = thorough(interview())
    return _row(coach, play(coach, case, "choices"))


def _row(coach: Interview, played: Played) -> Row:
    case, belief = played.case, coach.belief(coach.course(played.session))
    scores = scored(coach, played)
    return Row(case.id, case.level, case.also, belief.level, played.turns, baselines.tags_of(case), scores)


@cache
def rare() -> tuple[Case, ...]:
    """Tuning cases whose labels hold a contradiction or a missing stone: the other parts have hardly any."""
    return tuple(with_something_to_name(knowledge().rubric, cases_in(str(CASES / "tuning")).values()))


def steps_of(count: int, folder: Path) -> int:
    """How many steps a progress bar has."""
    return len(INTERVIEWS) * len(cases_in(str(folder))) + len(rare()) + len(jobs_of(count, PLAN))


def measure(count: int, folder: Path, advance: Progress = lambda done: None, processes: int | None = None) -> Run:
    """Interviews, baselines and population. Raises KnowledgeError for a broken case."""
    cases = cases_in(str(folder))
    plays = [Play(name, case, str(folder)) for name in INTERVIEWS for case in cases]
    jobs = jobs_of(count, PLAN)
    with workers(processes) as spread:
        rows = list(_counted(spread(play_one, plays), advance))
        asked = list(_counted(spread(ask_everything, rare()), advance))
        walks = list(_counted(spread(run, jobs), advance))
    by_interview = {
        name: [row for row, job in zip(rows, plays, strict=True) if job.interview == name] for name in INTERVIEWS
    }
    turns = round(float(np.mean([row.turns for row in by_interview["choices"]])))
    by_baseline = baselines_of(list(cases.values()), turns)
    return {
        "version": VERSION,
        "cases": folder.name,
        "versions": _versions(),
        "interviews": {name: _section(of, TAGS) for name, of in by_interview.items()},
        "asked_everything": _section(asked, ("language",)),
        "baselines": {name: _section(of, ("language",)) for name, of in by_baseline.items()},
        "equal_turns": _difference(by_interview["choices"], by_baseline["form_short"]),
        "overclaimed_forms": {
            name: _section(of, ()) for name, of in _overclaimed(list(cases.values())).items()
        },
        "population": population(_gathered(jobs, walks)),
    }  # fmt: skip


def talks(run: Run) -> dict[str, Run]:
    """Every kind of talk of a run with its section, the one that asks everything last."""
    found: dict[str, Run] = {kind.says: run["interviews"][name] for name, kind in INTERVIEWS.items()}
    return found | {"everything asked, of those that have one": run["asked_everything"]}


def _difference(rows: Sequence[Row], others: Sequence[Row]) -> Run:
    """By how much the one is right more often than the other, case by case."""
    right = [np.array([row.values["exact"] for row in of], dtype=float) for of in (rows, others)]
    return as_json({"exact": averaged(right[0] - right[1])})


def _counted(found: Iterator[Any], advance: Progress) -> Iterator[Any]:
    for one in found:
        advance(1)
        yield one


def _versions() -> dict[str, str]:
    coach = interview()
    return {
        "rubric": str(coach.knowledge.rubric.version), "parameters": coach.model.parameters.version,
        "listener": coach.listener.version,
    }  # fmt: skip


def single_answers(folder: Path) -> Run:
    """How single answers are read."""
    return evaluate_listening(interview().listener, folder)


def answers() -> Run:
    """How questions of the test part are answered."""
    return evaluate_answers(read_questions(SETS / "test"), static())


def _section(rows: Sequence[Row], tags: Sequence[str]) -> Run:
    return {
        "overall": as_json(whole(rows)),
        "by": {tag: {group: as_json(figures) for group, figures in split(rows, tag).items()} for tag in tags},
        "confusion": confusion(rows),
        "reliability": reliability(rows),
        "rows": [row.as_json() for row in rows],
    }


def as_json(figures: Figures) -> Run:
    return {name: figure.as_json() for name, figure in figures.items()}


def baselines_of(cases: Sequence[Case], turns: int) -> dict[str, list[Row]]:
    """Every baseline over the cases; `turns`: how many questions Varde asked, for those at equal turns."""
    known, model = knowledge(), interview().model
    tuning = list(cases_in(str(CASES / "tuning")).values())
    all_of, some = baselines.items(known, len(known.rubric.indicators)), baselines.items(known, turns)
    by_chance = baselines.in_random_order(known, turns)
    return {
        "paper": baselines.paper(cases),
        "form": baselines.form(model, tuning, cases, all_of),
        "form_short": baselines.form(model, tuning, cases, some),
        "form_belief": baselines.form_with_belief(model, cases, lambda case: all_of),
        "form_belief_short": baselines.form_with_belief(model, cases, lambda case: some),
        "random": baselines.form_with_belief(model, cases, by_chance),
        "nearest": baselines.nearest(known, static(), cases),
        "keywords": baselines.keywords(known, cases),
    }


def _overclaimed(cases: Sequence[Case]) -> dict[str, list[Row]]:
    """The forms, filled in by the respondent who claims too much."""
    known, model = knowledge(), interview().model
    tuning = list(cases_in(str(CASES / "tuning")).values())
    all_of = baselines.items(known, len(known.rubric.indicators))
    return {
        "form": baselines.form(model, tuning, cases, all_of, baselines.overclaimed),
        "form_belief": baselines.form_with_belief(model, cases, lambda case: all_of, baselines.overclaimed),
    }


# the synthetic population

Walks = Mapping[tuple[World, Policy], Sequence[Walk]]


def _gathered(jobs: Sequence[Job], walks: Sequence[Sequence[Walk]]) -> dict[tuple[World, Policy], list[Walk]]:
    found: dict[tuple[World, Policy], list[Walk]] = {}
    for job, chunk in zip(jobs, walks, strict=True):
        found.setdefault((job.world, job.policy), []).extend(chunk)
    return found


def population(walks: Walks) -> Run:
    """Each world under Varde, the curves of every policy, and how many questions the ceiling needs for as much."""
    matched = walks["matched", "varde"]
    return {
        "organisations": len(matched),
        "worlds": {world: _world(walks[world, "varde"]) for world in get_args(World)},
        "forms": {world: _world(walks[world, "form"]) for world in get_args(World)},
        "mean_score_form": {world: _mean_score(world, walks[world, "varde"]) for world in get_args(World)},
        "curves": {policy: curve(walks["matched", policy]) for policy in POLICIES if ("matched", policy) in walks},
        "ceiling": against_the_ceiling(matched, walks["matched", "ceiling"]),
    }


def rows_of(walks: Sequence[Walk]) -> list[Row]:
    return [Row(str(w.organisation.number), w.organisation.level, None, tuple(w.path[-1]), w.questions) for w in walks]


def _world(walks: Sequence[Walk]) -> Run:
    rows = rows_of(walks)
    return {key: value for key, value in _section(rows, ()).items() if key != "by"}


def _mean_score(world: World, walks: Sequence[Walk]) -> float:
    """How often the form's mean score hits the level; bands fitted on one half, counted on the other, and round."""
    generator = world_of(world)
    scores = np.nanmean(claims([w.organisation for w in walks], generator), axis=1)
    levels = np.array([w.organisation.level for w in walks])
    even = np.arange(len(levels)) % 2 == 0
    right = np.zeros(len(levels), dtype=bool)
    for half in (even, ~even):
        bands = baselines.fitted(scores[~half], levels[~half].tolist())
        right[half] = [bands.level(s) == gold for s, gold in zip(scores[half], levels[half], strict=True)]
    return float(right.mean())


def curve(walks: Sequence[Walk]) -> list[float]:
    """The share of levels found after 0, 1, 2 ... questions; whoever is done stays as they are."""
    return [
        float(np.mean([int(np.argmax(w.after(n))) + 1 == w.organisation.level for w in walks]))
        for n in range(CURVE_TO + 1)
    ]


def against_the_ceiling(mannered: Sequence[Walk], ceiling: Sequence[Walk]) -> Run:
    """How many questions the ceiling asks, on average, to be right as often as Varde is: all of them, and without the
    open ones, which both ask of everyone (`closed`).

    How often each is right is the mean chance, by the generator's own parameters, of the level named: the same as
    counting, without the luck of the draw.
    """
    goal = float(np.mean([w.given[int(np.argmax(w.path[-1]))] for w in mannered if w.given is not None]))
    asked = float(np.mean([w.questions for w in mannered]))
    open_questions = len(open_topics(knowledge().rubric))
    needed = _questions_for(goal, ceiling, open_questions)
    closed = None if needed is None else needed - open_questions
    return {
        "exact": goal,
        "varde_questions": asked,
        "varde_closed_questions": asked - open_questions,
        "ceiling_questions": needed,
        "ceiling_closed_questions": closed,
        "more": None if needed is None else asked / needed - 1,
        "more_closed": None if not closed else (asked - open_questions) / closed - 1,
    }


def _questions_for(goal: float, walks: Sequence[Walk], least: int = 0) -> float | None:
    """The fewest questions on average, `least` of them of everyone, at which stopping once sure enough is right as
    often as the goal."""
    for sure in np.linspace(0.3, 1.0, 141):
        stops = [_stop(w, float(sure), least) for w in walks]
        if np.mean([w.path[n].max() for w, n in zip(walks, stops, strict=True)]) >= goal:
            return float(np.mean(stops))
    return None


def _stop(walk: Walk, sure: float, least: int) -> int:
    enough = np.flatnonzero(walk.path[least:].max(axis=1) >= sure)
    return least + int(enough[0]) if len(enough) else walk.questions
