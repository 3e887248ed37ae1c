"""Two or three critical changes, each resting on a gap that was clearly heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.citing import Cited
from assistant.result import Line, Result
from assistant.session import Citation, Profile
from assistant.voice import Voice
from knowledge.schema import Effort, Knowledge, LensKey, Status

MOST, LEAST = 3, 2
_SAME_LENS_AT_MOST = 2
_STATUS_PUSH = {Status.ABSENT: 0.3, Status.PLANNED: 0.25, Status.PARTIAL: 0.15, Status.ESTABLISHED: 0.3}
_TWINS = {"ignore.ownership": "mobilise.owner", "ignore.feedback": "explore.surveys"}


@dataclass(frozen=True)
class Traits:
    """The four traits of those who succeed (source 001), checked for this change."""

    clear_why: str
    woven_in: str
    ownership: str
    small_step: str


@dataclass(frozen=True)
class Support(Cited):
    """A passage that supports a change; what does is `span`, in `text` from `start` to `end`."""

    start: int
    end: int
    span: str


@dataclass(frozen=True)
class CriticalChange:
    """One change, of one lens, resting on one gap that was heard.

    `citations`: what the playbook says that it follows from. `supported_by`: what a search found besides, empty where
    none was made.
    """

    indicator: str
    title: str
    lens: LensKey
    lens_name: str
    move: str
    gap: Line
    reason: str
    why: str
    owner: str
    effort: Effort
    first_step: str
    sign: str
    small_win: str
    stop: str
    trap: str
    capacity: bool
    traits: Traits
    citations: tuple[Citation, ...]
    supported_by: tuple[Support, ...] = ()


@dataclass(frozen=True)
class _Candidate:
    line: Line
    score: float
    reason: str
    context: str | None = None


class Advisor:
    """Finds the changes for one result and one ambition."""

    def __init__(self, voice: Voice, result: Result) -> None:
        self.voice, self.result = voice, result
        self.knowledge: Knowledge = voice.knowledge
        self.rubric = self.knowledge.rubric

    def candidates(self, target: int) -> list[_Candidate]:
        """Heard gaps up to the target, the most urgent first; of those only touched on, none stands before a clear one."""
        found = [self._candidate(line, target) for line in self.result.lines if self._is_gap(line)]
        kept = [c for c in found if c is not None]
        named = {c.line.indicator for c in kept}
        kept = [c for c in kept if _TWINS.get(c.line.indicator) not in named]
        return sorted(kept, key=lambda c: (not c.line.clear, -c.score, c.line.level, c.line.indicator))

    def _is_gap(self, line: Line) -> bool:
        if line.level == 1:
            return line.status in (Status.ESTABLISHED, Status.PARTIAL)
        return line.status in (Status.ABSENT, Status.PLANNED, Status.PARTIAL)

    def _candidate(self, line: Line, target: int) -> _Candidate | None:
        here = self.result.ground
        if line.level > max(target, here + 1):
            return None
        stone = self.rubric.is_keystone(line.indicator)
        if stone and line.level <= here:
            score, reason = 3.0, "reason_stone"
        elif line.level == 1:
            score, reason = (2.1 if here <= 2 else 1.2), "reason_below"
        elif line.level <= here:
            score, reason = 2.2, "reason_below"
        elif line.level == here + 1:
            score, reason = (2.6 if stone else 2.0), ("reason_stone_next" if stone else "reason_next")
        else:
            score, reason = 1.0, "reason_later"
        score += _STATUS_PUSH[line.status]
        context = self._context(line, self.result.profile)
        return _Candidate(line, score + (0.5 if context else 0.0), reason, context)

    def _context(self, line: Line, profile: Profile) -> str | None:
        """What source 000 says of where to begin: it depends on history, culture and kind."""
        standing = {area.key: area.standing for area in self.result.areas}
        if profile.kind == "scale-up" and line.area == "metrics":
            return "reason_scale_up"
        if profile.kind == "public" and line.area == "metrics":
            return "reason_public"
        culture_lags = standing["culture"] == "behind" and "behind" not in (standing["metrics"], standing["design"])
        if profile.kind == "private" and line.area == "culture" and culture_lags:
            return "reason_culture"
        return None

    def propose(self, target: int) -> tuple[CriticalChange, ...]:
        """Two or three changes where as many gaps were clearly heard; at least one builds capacity where one can.

        Where fewer than two were, one that was only touched on is proposed beside it, as something to check first.
        """
        found = self.candidates(target)
        ranked = [candidate for candidate in found if candidate.line.clear]
        chosen: list[_Candidate] = []
        for candidate in ranked:
            same_area = sum(c.line.area == candidate.line.area for c in chosen)
            if len(chosen) < MOST and same_area < 2:
                chosen.append(candidate)
        if chosen and not any(self._builds_capacity(c) for c in chosen):
            builder = next((c for c in ranked if self._builds_capacity(c)), None)
            chosen = [*chosen[: MOST - 1], builder] if builder else chosen
        doubtful = [candidate for candidate in found if not candidate.line.clear]
        return self.worded([*chosen, *doubtful[: len(chosen) < LEAST]])

    def _builds_capacity(self, candidate: _Candidate) -> bool:
        return self.knowledge.playbook[candidate.line.indicator].capacity

    def worded(self, chosen: Sequence[_Candidate]) -> tuple[CriticalChange, ...]:
        changes: list[CriticalChange] = []
        said: set[str] = set()
        for candidate in chosen:
            fresh = candidate.context and candidate.context not in said
            reason = candidate.context if candidate.context and fresh else candidate.reason
            reason = reason if candidate.line.clear else "reason_check"
            said.add(reason)
            changes.append(self._change(candidate, self._lens(candidate.line.indicator, changes), reason))
        return tuple(changes)

    def _lens(self, indicator: str, before: Sequence[CriticalChange]) -> LensKey:
        """The indicator's own lens, or another that it has a move in where that lens is used up."""
        moves = self.knowledge.playbook[indicator][self.voice.language].moves
        usual = self.rubric.by_id[indicator].lens
        order = [usual, *moves.lenses] if usual in moves.lenses else list(moves.lenses)
        used = [change.lens for change in before]
        return next((lens for lens in order if used.count(lens) < _SAME_LENS_AT_MOST), order[0])

    def _change(self, candidate: _Candidate, lens: LensKey, reason: str) -> CriticalChange:
        play = self.knowledge.playbook[candidate.line.indicator]
        text, fill = play[self.voice.language], self.voice.fill
        lens_name = next(x.name[self.voice.language] for x in self.rubric.lenses if x.key == lens)
        traits = Traits(fill(text.why), fill(text.meeting), fill(text.owner), fill(text.first_step))
        passages = (self.knowledge.passages[p, self.voice.language] for p in play.passages)
        return CriticalChange(
            candidate.line.indicator,
            fill(text.title),
            lens,
            lens_name,
            fill(text.moves[lens]),
            candidate.line,
            self.voice.say(reason),
            fill(text.why),
            fill(text.owner),
            play.effort,
            fill(text.first_step),
            fill(text.sign),
            fill(text.small_win),
            fill(text.stop),
            fill(text.trap),
            play.capacity,
            traits,
            tuple(Citation(p.id, p.source, p.title) for p in passages),
        )
