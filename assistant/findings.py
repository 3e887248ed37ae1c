"""Finds the result of one session: computed from the turns, the same every time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from babel.dates import format_date

from assistant.belief import Belief, BeliefModel
from assistant.course import Course, bears_contradiction, quote_of
from assistant.observations import Observation
from assistant.result import (
    AreaFinding,
    Basis,
    Deviation,
    DimensionFinding,
    Earlier,
    Finding,
    Headline,
    Line,
    OwnTick,
    Result,
)
from assistant.session import Citation, Profile, Session, Versions
from assistant.standing import BETWEEN, RULED_OUT, ground_of, likely_levels, standing_levels, standing_of
from assistant.voice import Voice
from knowledge.schema import LEVELS, AreaKey, DimensionKey, EvidenceKind, Indicator, Knowledge, Language, Status

DOUBTFUL = 0.6
ENOUGH_SIGNS, ENOUGH_AREAS = 5, 3
_DEVIATES = 0.5
_WHY_LINES = 2
_GAPS = (Status.ABSENT, Status.PLANNED, Status.PARTIAL)


class Findings:
    """Computes the result of one session. Holds what the parts share."""

    def __init__(self, session: Session, course: Course, belief: Belief, model: BeliefModel, voice: Voice) -> None:
        self.session, self.course, self.belief, self.model, self.voice = session, course, belief, model, voice
        self.knowledge: Knowledge = voice.knowledge
        self.rubric = self.knowledge.rubric
        self.lines = tuple(self.line(course.heard[i.id]) for i in self.rubric.indicators if i.id in course.heard)
        self.levels = standing_levels(belief.level)
        self.ground = ground_of(self.levels, belief.likeliest)

    def line(self, observation: Observation) -> Line:
        indicator = self.rubric.by_id[observation.indicator]
        return Line(
            indicator.id,
            self.voice.label(indicator.id),
            indicator.area,
            indicator.level,
            observation.status,
            self.voice.heard(indicator.id, observation.status),
            quote_of(self.course, observation),
            observation.evidence.kind,
            observation.source,
            observation.turn,
            observation.indicator in self.course.put_right,
            observation.source != "heard" or (observation.direct and observation.certainty >= DOUBTFUL),
        )

    def result(self, versions: Versions, date: str, earlier: tuple[Earlier, ...] = ()) -> Result:
        profile = self.session.profile
        return Result(
            profile.language,
            profile,
            date,
            self._account(date, bool(earlier)),
            self.belief.likeliest,
            tuple(round(p, 4) for p in self.belief.level),
            self.headline(),
            self.lines,
            tuple(self.area(area.key) for area in self.rubric.areas),
            self.patterns(),
            self.missing_stones(),
            self.not_shown(),
            self.contradictions(),
            self.ask_others(),
            tuple(self.dimension(d.key) for d in self.rubric.dimensions),
            self.elsewhere(),
            self.own_tick(),
            self.course.employees,
            self.course.promise,
            versions,
            earlier,
            self.is_thin(),
        )

    def _account(self, date: str, corrected: bool) -> str:
        return account(self.voice, self.session.profile, date, corrected)

    def is_thin(self) -> bool:
        """Whether too little was heard for a finding: fewer signs than any whole talk brings, or of most areas nothing."""
        known = [line for line in self.lines if line.status is not Status.UNKNOWN]
        areas = {line.area for line in known} | set(self.course.placements)
        return len(areas) < ENOUGH_AREAS or len(known) + len(self.course.placements) < ENOUGH_SIGNS

    def as_earlier(self, versions: Versions, date: str) -> Earlier:
        """The result in brief, as it is shown beside a later one."""
        headline = self.headline()
        written = written_date(date, self.session.profile.language)
        text = self.voice.say("earlier", date=written, headline=headline.text)
        return Earlier(date, self.belief.likeliest, headline.levels, text, versions)

    # the headline

    def headline(self) -> Headline:
        stance, essence = self._told() if self._was_heard() and not self.is_thin() else ("", "")
        return Headline(
            self._headline_text(self.levels),
            self.levels,
            stance,
            essence,
            self._carrying(self.levels[-1] if len(self.levels) <= BETWEEN else self.ground),
            self._holding_back(self.ground),
            self._caveat(),
        )

    def _told(self) -> tuple[str, str]:
        """The way of managing, and what it comes to: of both levels, more briefly, where it stands between two."""
        found = [self.rubric.level(level) for level in self.levels]
        stances = [self.voice.fill(level.stance[self.voice.language]) for level in found]
        essences = [self.voice.fill(level.essence[self.voice.language]) for level in found]
        if len(found) == 1:
            return stances[0], essences[0]
        if len(found) > BETWEEN:
            return "", ""
        essences = [essence.partition(". ")[0].rstrip(".") for essence in essences]
        lower, upper = (self.voice.level_name(level) for level in self.levels)
        both = self.voice.say(
            "essence_between",
            lower=lower, lower_stance=stances[0], lower_essence=essences[0],
            upper=upper, upper_stance=stances[1], upper_essence=essences[1],
        )  # fmt: skip
        return self.voice.say("stance_between"), both

    def _caveat(self) -> str:
        known = sum(line.status is not Status.UNKNOWN for line in self.lines)
        if not self.is_thin() or not known or not self._was_heard():
            return ""
        return self.voice.say("headline_thin", heard=str(known), all=str(len(self.rubric.indicators)))

    def _headline_text(self, levels: tuple[int, ...]) -> str:
        name = [self.voice.level_name(level) for level in levels]
        if not self._was_heard():
            return self.voice.say("headline_nothing")
        if len(levels) == 1:
            key, values = "headline_at", {"level": name[0]}
        elif len(levels) == 2:
            key, values = "headline_between", {"lower": name[0], "upper": name[1]}
        else:
            return self.voice.say("headline_wide", lower=name[0], upper=name[-1])
        above = next((n for n in LEVELS if n > levels[-1]), None)
        if above is None or sum(self.belief.level[above - 1 :]) >= RULED_OUT:
            return self.voice.say(key, **values)
        return self.voice.say(f"{key}_not", **values, above=self.voice.level_name(above))

    def _was_heard(self) -> bool:
        return any(o.direct for o in self.course.heard.values()) or bool(self.course.placements)

    def _carrying(self, level: int) -> tuple[Line, ...]:
        """What was shown by an example to be in place at this level or below, the highest first; a claim carries nothing."""
        held = [x for x in self.lines if 1 < x.level <= level and x.status is Status.ESTABLISHED]
        shown = [x for x in held if x.evidence is EvidenceKind.EXAMPLE]
        return tuple(sorted(shown, key=lambda x: -x.level))[:_WHY_LINES]

    def _holding_back(self, level: int) -> tuple[Line, ...]:
        """What was heard to be missing up to the next level, what was clearly heard first, then the lowest."""
        gaps = [x for x in self.lines if 1 < x.level <= level + 1 and x.status in _GAPS]
        gaps.sort(key=lambda x: (not x.clear, x.level, not self.rubric.is_keystone(x.indicator), _GAPS.index(x.status)))
        return tuple(gaps)[:_WHY_LINES]

    # areas and dimensions

    def area(self, key: AreaKey) -> AreaFinding:
        probabilities = self.belief.areas[self.model.area_index[key]]
        levels = likely_levels([float(p) for p in probabilities])
        standing = standing_of(levels, self.levels)
        lines = tuple(line for line in self.lines if line.area == key)
        basis: Basis = "heard" if any(line.status is not Status.UNKNOWN for line in lines) else "inferred"
        name = self.voice.area_name(key)
        text = self.voice.say(f"area_{standing}" if basis == "heard" else "area_inferred", area=name)
        level = int(np.argmax(probabilities)) + 1
        return AreaFinding(key, name, level, standing, basis, text, lines, self._next_signs(key), levels)

    def _next_signs(self, key: AreaKey) -> tuple[str, ...]:
        """What would show the next level in an area: the lowest indicators not heard to be in place."""
        heard = self.course.heard
        ahead = [
            i
            for i in self.rubric.of_area(key)
            if i.level > 1 and not (i.id in heard and heard[i.id].status is Status.ESTABLISHED)
        ]
        next_level = [i for i in ahead if i.level >= self.ground] or ahead
        return tuple(self.voice.fill(i.shows[self.voice.language]) for i in next_level[:1])

    def dimension(self, key: DimensionKey) -> DimensionFinding:
        """How what was heard deviates from what is usual at the levels that the headline names."""
        heard = [
            (i, self.course.heard[i.id])
            for i in self.rubric.indicators
            if i.dimension == key and i.id in self.course.heard and self.course.heard[i.id].status is not Status.UNKNOWN
        ]
        name = self.voice.fill(self._dimension_name(key))
        if not heard:
            return DimensionFinding(key, name, None, None, 0, self.voice.say("dimension_none", dimension=name))
        difference = float(np.mean([self._surplus(indicator) for indicator, _ in heard]))
        deviation: Deviation = "as expected"
        if difference <= -_DEVIATES:
            deviation = "below"
        elif difference >= _DEVIATES:
            deviation = "above"
        said = {"below": "dimension_below", "as expected": "dimension_as", "above": "dimension_above"}[deviation]
        text = self.voice.say(said, dimension=name)
        return DimensionFinding(key, name, deviation, round(difference, 2), len(heard), text)

    def _surplus(self, indicator: Indicator) -> float:
        """Standing as believed, less what the model expects at the levels named: in steps of a status."""
        column = self.model.rule.column[indicator.id]
        steps = np.arange(4)[::-1] if indicator.reversed else np.arange(4)
        weights = np.array([self.belief.level[level - 1] for level in self.levels])
        usual = weights / weights.sum() @ np.stack([self.model.usual(level)[column] for level in self.levels])
        return float((self.belief.statuses[column] - usual) @ steps)

    def _dimension_name(self, key: DimensionKey) -> str:
        return next(d.name[self.voice.language] for d in self.rubric.dimensions if d.key == key)

    # named findings

    def patterns(self) -> tuple[Finding, ...]:
        found = []
        for pattern in self.knowledge.patterns:
            lines = self._lines_of((*pattern.has, *pattern.lacks))
            holds = all(map(self._has, pattern.has)) and all(map(self._clearly_lacks, pattern.lacks))
            lags = pattern.area is None or self.area(pattern.area).standing in ("behind", "with_or_behind")
            if holds and lags:
                name, text = pattern.name[self.voice.language], pattern.text[self.voice.language]
                found.append(
                    Finding(self.voice.fill(name), self.voice.fill(text), lines, self._citations(pattern.passages))
                )
        return tuple(found)

    def _has(self, indicator: str) -> bool:
        heard = self.course.heard.get(indicator)
        return heard is not None and heard.status in (Status.ESTABLISHED, Status.PARTIAL)

    def _clearly_lacks(self, indicator: str) -> bool:
        heard = self.course.heard.get(indicator)
        return heard is not None and heard.status in (Status.ABSENT, Status.PLANNED) and self.line(heard).clear

    def missing_stones(self) -> tuple[Finding, ...]:
        """Keystones of the levels reached that were clearly heard not to hold."""
        found = []
        for level, stones in self.rubric.keystones.items():
            text = self.voice.say("missing_stone", level=self.voice.level_name(level))
            for stone in stones if level <= self.ground else ():
                if self._clearly_lacks(stone):
                    line = self.line(self.course.heard[stone])
                    found.append(Finding(capital(line.label), text, (line,)))
        return tuple(found)

    def not_shown(self) -> tuple[Finding, ...]:
        """Claims of something in place that no example bears out. A line put right by a click was asked for none."""
        found = []
        for line in self.lines:
            if line.source == "corrected":
                continue
            asked = self.course.heard[line.indicator].evidence.asked
            good = line.status is (Status.ABSENT if line.level == 1 else Status.ESTABLISHED)
            claimed = good or (asked and line.status is Status.PARTIAL)
            if claimed and line.evidence is not EvidenceKind.EXAMPLE:
                text = self.voice.say("not_shown_asked" if asked else "not_shown")
                found.append(Finding(capital(line.label), text, (line,)))
        return tuple(found)

    def contradictions(self) -> tuple[Finding, ...]:
        found = [
            Finding(capital(self.voice.label(new.indicator)), self.voice.say("clash"), (self.line(old), self.line(new)))
            for old, new in self.course.clashes
        ]
        if self.ground > 2:
            text = self.voice.say("ignore_still_true", level=self.voice.level_name(self.ground))
            found += [Finding(capital(line.label), text, (line,)) for line in self.lines if self._still_true(line)]
        return tuple(found)

    def _still_true(self, line: Line) -> bool:
        """Whether one of level 1's signs was heard to hold, plainly enough to be told of."""
        heard = self.course.heard[line.indicator]
        plain = heard.certainty >= DOUBTFUL and bears_contradiction(self.course, heard)
        return line.level == 1 and line.status is Status.ESTABLISHED and plain

    def ask_others(self) -> tuple[Finding, ...]:
        """What the leader could not know, and who might."""
        unknown = [line for line in self.lines if line.status is Status.UNKNOWN]
        return tuple(Finding(capital(line.label), self._whom_to_ask(line.indicator), (line,)) for line in unknown)

    def _whom_to_ask(self, indicator: str) -> str:
        profile, asking = self.session.profile, self.knowledge.asking
        whom = asking.whom(indicator, profile.role, profile.perspective, self.voice.language)
        return self.voice.say("ask_other", whom=self.voice.fill(whom))

    def elsewhere(self) -> tuple[Finding, ...]:
        """What publications say of others; the note on pace has no publisher and stands with the pace."""
        published = [b for b in self.knowledge.benchmarks if b.publisher]
        return tuple(Finding(b.publisher or "", b.finding[self.voice.language]) for b in published)

    def own_tick(self) -> OwnTick | None:
        if self.course.tick is None:
            return None
        levels = self.levels
        if not self._was_heard() or self.is_thin():
            return OwnTick(
                self.course.tick, self.voice.say("tick_unheard", level=self.voice.level_name(self.course.tick))
            )
        key = "tick_higher" if self.course.tick > levels[-1] else "tick_lower"
        if self.course.tick in levels:
            key = "tick_same" if len(levels) == 1 else "tick_within"
        return OwnTick(self.course.tick, self.voice.say(key, level=self.voice.level_name(self.course.tick)))

    def _lines_of(self, indicators: Sequence[str]) -> tuple[Line, ...]:
        return tuple(self.line(self.course.heard[i]) for i in indicators if i in self.course.heard)

    def _citations(self, passages: Sequence[str]) -> tuple[Citation, ...]:
        found = (self.knowledge.passages[passage, self.voice.language] for passage in passages)
        return tuple(Citation(p.id, p.source, p.title) for p in found)


def account(voice: Voice, profile: Profile, date: str, corrected: bool) -> str:
    """Whose account it is, when and of what, and who was not asked."""
    written = written_date(date, profile.language)
    told = voice.say("account", role=profile.role, date=written, scope=profile.scope)
    return f"{told} {voice.say('account_corrected')}" if corrected else told


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def written_date(date: str, language: Language) -> str:
    """An ISO date as it is written in the language; it is not parted at the end of a line."""
    locale = {"en": "en_GB", "nb": "nb_NO", "et": "et_EE"}[language]
    written: str = format_date(datetime.fromisoformat(date).date(), "long", locale=locale)
    return written.replace(" ", "\u00a0")


def date_or_text(text: str, language: Language) -> str:
    """An ISO date as it is written in the language; what is no date stays as it was given."""
    try:
        return written_date(text, language)
    except ValueError:
        return text
