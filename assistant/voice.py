"""How the coach puts it: authored questions and remarks, in the session's language and the leader's two words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from zlib import crc32

from assistant.listening.text import gist
from assistant.observations import Observation
from assistant.questions import AREA_KINDS, Ask
from assistant.session import Choice, Profile, Remark
from knowledge.schema import LEVELS, AreaKey, Knowledge, Language, Status
from prompts import Bank, Terms, load, terms

_REFLECTED_WORDS = 16
_LEAST_REFLECTED = 4
_MARKS: dict[Language, tuple[str, str]] = {"en": ("“", "”"), "nb": ("«", "»"), "et": ("„", "“")}
_FOLLOWING = (Status.ESTABLISHED, Status.PARTIAL, Status.PLANNED, Status.ABSENT)


@dataclass(frozen=True)
class Voice:
    """The words of one session. `seed` fixes which wording of several is used."""

    knowledge: Knowledge
    language: Language
    bank: Bank
    terms: Terms
    seed: int

    def fill(self, template: str, **values: str) -> str:
        return self.terms.fill(template, **values)

    def say(self, key: str, turn: int = 0, /, **values: str) -> str:
        """A phrase, in the wording whose turn it is."""
        return self.fill(self.bank.phrase(key, turn), **values)

    @property
    def field(self) -> str:
        """The leader's word for the field, in its plain form."""
        return self.fill(next(f"{{{name}}}" for name in self.terms.forms if name.startswith("field")))

    @property
    def served(self) -> str:
        """The leader's word for whom the organisation serves, in its plain form."""
        return next(form for name, form in self.terms.forms.items() if name.startswith("served"))

    def _pick(self, wordings: tuple[str, ...], target: str) -> str:
        return wordings[crc32(f"{self.seed}:{target}".encode()) % len(wordings)]

    def label(self, indicator: str) -> str:
        return self.fill(self.bank.indicator(indicator).label)

    def area_name(self, area: AreaKey) -> str:
        return self.fill(self.knowledge.rubric.by_area[area].name[self.language])

    def level_name(self, level: int) -> str:
        """A level's number and name, not parted at the end of a line."""
        return f"{level}\u00a0{self.fill(self.knowledge.rubric.level(level).name[self.language])}"

    def heard(self, indicator: str, status: Status) -> str:
        """A reading in plain words, as a whole sentence."""
        if status is Status.UNKNOWN:
            return self.say("heard_unknown", thing=self.label(indicator))
        return self.fill(getattr(self.bank.indicator(indicator).heard, status.value))

    def question(self, ask: Ask, observation: Observation | None = None) -> str:
        """The authored question. `observation` is what is said back where the coach is in doubt."""
        if ask.kind == "opening":
            return self.fill(self.bank.opening.ask[0])
        if ask.kind == "area":
            return self.fill(self._pick(self.bank.areas[ask.target].ask, ask.target))
        if ask.kind == "neighbours":
            return self.fill(self.bank.areas[ask.target].neighbours)
        if ask.kind == "last_time":
            return self.fill(self._pick(self.bank.areas[ask.target].last_time, ask.target))
        if ask.kind == "indicator":
            return self.fill(self._pick(self.bank.indicator(ask.target).ask, ask.target))
        if ask.kind == "example":
            return self.fill(self.bank.indicator(ask.target).last_time)
        status = observation.status if observation else Status.UNKNOWN
        return self.say("say_back", self.seed + len(ask.target), heard=self.heard(ask.target, status))

    def why(self, ask: Ask) -> str:
        """Why the coach asks this, if the leader wants to know."""
        if ask.kind == "opening":
            return self.say("why_opening")
        if ask.kind in AREA_KINDS:
            return self.fill(self.bank.areas[ask.target].why)
        if ask.kind == "indicator":
            area = self.knowledge.rubric.by_id[ask.target].area
            return self.say("why_indicator", area=self.area_name(area))
        return self.say("why_example" if ask.kind == "example" else "why_say_back")

    def choices(self, ask: Ask, guess: int) -> tuple[Choice, ...]:
        """Quick replies beside the text field. `guess` is the level around which descriptions are offered."""
        if ask.kind in ("indicator", "say_back"):
            return self.statuses(ask.target)
        if ask.kind == "example":
            return (Choice("none", self.say("choice_none")),)
        if ask.kind == "neighbours":
            return self._descriptions(ask.target, guess)
        return ()

    def statuses(self, indicator: str) -> tuple[Choice, ...]:
        """The statuses as quick replies. Of an absence, each is said in full: "in place" would mislead there."""
        in_full = self.knowledge.rubric.by_id[indicator].reversed
        ordered = [
            Choice(s.value, self.heard(indicator, s) if in_full else self.say(f"choice_{s.value}")) for s in _FOLLOWING
        ]
        return (*ordered, Choice(Status.UNKNOWN.value, self.say("choice_unknown")))

    def _descriptions(self, area: str, guess: int) -> tuple[Choice, ...]:
        """Up to three neighbouring descriptions, without numbers, in mixed order."""
        centre = min(max(guess, LEVELS[1]), LEVELS[-2])
        cells = [c for c in self.knowledge.cells.values() if c.area == area and abs(c.level - centre) <= 1]
        cells.sort(key=lambda c: crc32(f"{self.seed}:{area}:{c.level}".encode()))
        offered = [Choice(str(c.level), self.fill(c.text[self.language])) for c in cells]
        return (*offered, Choice("none", self.say("neighbours_none")))

    def quoted(self, quote: str) -> str:
        """The leader's words in the quotation marks of the language."""
        opening, closing = _MARKS[self.language]
        return f"{opening}{_inner(quote, self.language)}{closing}"

    def reflection(self, quote: str | None, turn: int) -> Remark | None:
        """What was heard, in the leader's own words."""
        found = gist(quote, _LEAST_REFLECTED, _REFLECTED_WORDS) if quote else None
        if found is None:
            return None
        short = found.strip("\"'“”„«»")
        return Remark("reflection", self.say("reflect", self.seed + turn, quote=_inner(short, self.language)))


def _inner(quote: str, language: Language) -> str:
    """Quotation marks inside a quotation become single ones."""
    opening, closing = _MARKS[language]
    return quote.replace(opening, "‘").replace(closing, "’").replace('"', "’")


@cache
def _terms_of(language: Language, served: str, field: str) -> Terms:
    return terms(load(language).words, served, field)


def voice_of(profile: Profile, seed: int, knowledge: Knowledge) -> Voice:
    """The voice of a session."""
    chosen = _terms_of(profile.language, profile.served, profile.field)
    return Voice(knowledge, profile.language, load(profile.language), chosen, seed)
