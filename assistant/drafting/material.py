"""What a draft may rest on: what the leader said, and what is written for where they stand and want to be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from assistant.ambition import draft
from assistant.changes import CriticalChange
from assistant.drafting.draft import AMBITION, SUMMARY, Part
from assistant.listening.screen import screened
from assistant.report.compose import Report
from assistant.result import Line
from assistant.voice import Voice
from knowledge.schema import LEVELS, EvidenceKind

MOST_SAID = {"ambition": 14, "changes": 10}
LONGEST_QUOTE = 360
RESULT = "result"


@dataclass(frozen=True)
class Fact:
    """One thing that may be rested on. `quote`: the leader's words, where it is an observation."""

    id: str
    text: str
    quote: str = ""

    @property
    def whole(self) -> str:
        return f"{self.text} {self.quote}".strip()


@dataclass(frozen=True)
class Material:
    """`about`: what is to be worded, each with the observation it must rest on, or nothing where any will do.

    `authored`: the words that stand there now. `orders`: quotes left out because they speak to a machine.
    """

    part: Part
    level: int
    facts: Mapping[str, Fact]
    about: Mapping[str, str]
    authored: Mapping[str, str]
    orders: int = 0

    @property
    def said(self) -> tuple[Fact, ...]:
        return tuple(fact for fact in self.facts.values() if fact.quote)

    @property
    def passages(self) -> tuple[Fact, ...]:
        return tuple(fact for fact in self.facts.values() if not fact.quote)


def material(report: Report, voice: Voice, part: Part, level: int) -> Material:
    """The material of one part; `about` is empty where the leader's own words carry nothing of it."""
    gaps = [change.gap.indicator for change in report.proposals] if part == "changes" else []
    lines = [line for line in report.result.lines if line.quote]
    whole = [fact for line in _ranked(lines, gaps) if (fact := _heard(line)) is not None]
    heard = whole[: MOST_SAID[part]]
    said = {fact.id for fact in heard}
    written = _for_ambition(report, voice, level) if part == "ambition" else _for_changes(report)
    authored = _authored(report, voice, part, level)
    about = {what: what if what in gaps else "" for what in authored if what in said or what in (AMBITION, SUMMARY)}
    facts = {fact.id: fact for fact in (*written, *heard)}
    return Material(part, level, facts, about if heard else {}, authored, len(lines) - len(whole))


def _heard(line: Line) -> Fact | None:
    """The observation with its quote, or nothing where the quote speaks to a machine."""
    found = screened(line.quote or "")
    if found.orders or not found.text.strip():
        return None
    return Fact(line.indicator, line.sentence, " ".join(found.text.split())[:LONGEST_QUOTE])


def _ranked(lines: Iterable[Line], gaps: Collection[str]) -> list[Line]:
    """What the changes rest on first, then what an example bears out."""
    return sorted(lines, key=lambda line: (line.indicator not in gaps, line.evidence is not EvidenceKind.EXAMPLE))


def _result(report: Report) -> Fact:
    headline = report.result.headline
    return Fact(
        RESULT, " ".join(filter(None, (headline.text, headline.stance and f"{headline.stance}.", headline.essence)))
    )


def _for_ambition(report: Report, voice: Voice, level: int) -> Iterator[Fact]:
    """Where they stand, the way of managing aimed at, and the step that leads there."""
    yield _result(report)
    language, fill = voice.language, voice.fill
    aim = voice.knowledge.rubric.level(level)
    stance, essence, managed = (fill(text[language]) for text in (aim.stance, aim.essence, aim.managed))
    yield Fact(f"level.{level}", f"{stance}. {essence} {managed}")
    below = max(level, LEVELS[1]) - 1
    step = voice.knowledge.playbook[f"step-{below}-{below + 1}"][language]
    moves = [step.moves[lens] for lens in step.moves.lenses]
    yield Fact(f"play.step-{below}-{below + 1}", fill(" ".join([step.ambition or "", *moves, *step.true_by_then])))


def _for_changes(report: Report) -> Iterator[Fact]:
    yield _result(report)
    for change in report.proposals:
        yield Fact(f"play.{change.indicator}", _told(change))


def _told(change: CriticalChange) -> str:
    return " ".join((f"{change.title}.", change.why, change.move, change.first_step, change.sign))


def _authored(report: Report, voice: Voice, part: Part, level: int) -> dict[str, str]:
    if part == "ambition":
        return {AMBITION: draft(voice, level)}
    essence = report.result.headline.essence
    return {**({SUMMARY: essence} if essence else {}), **{c.indicator: c.move for c in report.proposals}}
