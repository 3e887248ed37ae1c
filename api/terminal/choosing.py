"""After the result, in the terminal: the three futures and the choice of one, then its two or three changes.

What is chosen becomes the same messages as on the page; nothing need be chosen.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace

from api.commands import command_of
from api.pages import choices
from api.pages.choices import standing_of
from api.pages.render import translations
from api.terminal.picking import Option, named, picked
from api.terminal.result import show_changes, show_questions, show_road
from api.terminal.screen import Screen
from assistant.ambition import Future, futures
from assistant.changes import MOST, CriticalChange
from assistant.messages import UnfitMessageError
from assistant.report.compose import Report, for_sharing
from assistant.report.outline import outline
from assistant.report.parts import Outline
from assistant.session import Session
from assistant.sessions.desk import Desk
from assistant.voice import Voice

_ALL = frozenset(("all", "all of them", "alle", "alle sammen", "begge", "both", "kõik", "mõlemad"))
_PACE = re.compile(r"(\d{1,4})\s*(?:months?|m[åa]neder|mnd\.?|kuud?)(?:\W.*)?", re.IGNORECASE)
_LEAST_MONTHS, _MOST_MONTHS = 3, 120
_APART = re.compile(r"\s*[,;]\s*")
_NUMBERS = re.compile(r"\d+(?:(?:\s*[,;+&]\s*|\s+(?:and|og|ja)\s+|\s+)\d+)*")


class _GoneBackError(Exception):
    """The leader goes back to what was heard."""


class _OtherPaceError(Exception):
    """The futures are to be seen at another pace."""


class Choosing:
    """The choice of an ambition and of changes, in one session after its result."""

    def __init__(self, screen: Screen, desk: Desk, session: Session) -> None:
        self._screen, self._desk, self.session = screen, desk, session
        self._months = 0

    def run(self) -> bool:
        """False where the leader goes back to what was heard. Raises EOFError where nothing more is typed."""
        _, screen = self._screen.gettext, self._screen
        report = self._report()
        screen.title(_("Where do you want to be in five years?"))
        screen.say(self._voice.say("clarity_intro"))
        screen.listed(question.text for question in report.clarity)
        self._months = report.ambition.months_per_step
        while True:
            offered = futures(self._voice, report.result.ground, self._months)
            self._show_futures(offered)
            try:
                future = self._future(report, offered)
            except _GoneBackError:
                return False
            except _OtherPaceError:
                continue
            if future is None and not report.ambition_chosen:
                screen.hint(_("Nothing is chosen. Until you choose, the report shows the middle future as a draft."))
                return True
            if future is None or self._aimed(future):
                break
        self._changes()
        return True

    @property
    def _voice(self) -> Voice:
        return self._desk.interview.voice(self.session)

    def _report(self) -> Report:
        return self._desk.report(self.session, edited=False)

    def _show_futures(self, offered: Sequence[Future]) -> None:
        _, screen = self._screen.gettext, self._screen
        screen.heading(_("Possible futures"))
        for number, future in enumerate(offered):
            if number:
                screen.gap()
            self._show_future(future)
        screen.gap()
        screen.hint(self._voice.say("pace_note", months=str(self._months)))
        screen.hint(_("To see them at another pace, write it: “18 months”."))

    def _show_future(self, future: Future) -> None:
        _, screen = self._screen.gettext, self._screen
        if not future.steps:
            screen.say(future.level_name, "bold", f"{future.level}  ")
            screen.say(_("You stand on the last level: what there is to do is to hold it."), "dim", indent=5)
        else:
            screen.say(f"{future.level_name} · {future.name}", "bold", f"{future.level}  ")
            pace = translations(screen.language).ngettext(
                "%(count)s step, %(months)s months at the assumed pace",
                "%(count)s steps, %(months)s months at the assumed pace",
                future.steps,
            )
            screen.say(pace % {"count": future.steps, "months": future.months}, "dim", indent=5)
        screen.say(future.draft, indent=5)
        if future.warning:
            screen.say(future.warning, "yellow", indent=5)

    def _future(self, report: Report, offered: Sequence[Future]) -> Future | None:
        """The future chosen; None where it is left open or as it was. Raises _GoneBackError, _OtherPaceError."""
        _, screen = self._screen.gettext, self._screen
        levels = ", ".join(str(future.level) for future in offered)
        screen.gap()
        screen.say(_("Which future do you choose?"), "bold")
        if report.ambition_chosen:
            screen.hint(_("Chosen so far: {future}. Enter keeps it.").format(
                future=f"{report.ambition.level} {report.ambition_name}"))  # fmt: skip
        else:
            screen.hint(
                _("By the number of the level or by words. Enter leaves it open; /back corrects what was heard.")
            )
        options = [Option(str(f.level), f.name, (f.level_name, f"{f.level} {f.level_name}")) for f in offered]
        while line := screen.ask():
            command = command_of(line)
            if command == "back":
                raise _GoneBackError
            if command:
                return None
            if self._is_pace(line):
                raise _OtherPaceError
            found = [option for option in options if line == option.value] or named(line, options)
            if len(found) == 1 and (not line.isdecimal() or line == found[0].value):
                return next(future for future in offered if str(future.level) == found[0].value)
            screen.hint(_("Choose by the number of the level, {levels}, or by words.").format(levels=levels))
        return None

    def _is_pace(self, line: str) -> bool:
        """Whether a line is a pace, "18 months"; it holds from here on."""
        pace = _PACE.fullmatch(line)
        if pace is None or not _LEAST_MONTHS <= int(pace[1]) <= _MOST_MONTHS:
            return False
        self._months = int(pace[1])
        return True

    def _aimed(self, future: Future) -> bool:
        """Keeps the future, in the leader's words or in the draft's. False to choose once more."""
        _, screen = self._screen.gettext, self._screen
        kept = standing_of(self._desk.interview, self.session).fields
        own = kept["statement"] if kept["level"] == str(future.level) else ""
        while True:
            screen.gap()
            screen.say(_("In your own words: how you manage, on what decisions rest, how people behave"), "bold")
            if own:
                screen.hint(_("Enter keeps “{answer}”.").format(answer=own.rstrip(".")))
            else:
                screen.hint(_("Enter keeps the draft: {draft}").format(draft=self._voice.quoted(future.draft)))
            words = screen.ask()
            if command_of(words) == "back":
                return False
            statement = own if command_of(words) or not words else words
            typed = {"level": str(future.level), "statement": statement, "months_per_step": str(self._months)}
            if self._kept(typed):
                return True

    def _changes(self) -> None:
        """The ambition as it stands, the changes that lead to it, and the road."""
        _, screen, report = self._screen.gettext, self._screen, self._report()
        standing = standing_of(self._desk.interview, self.session)
        found = {c.indicator: c for c in (*report.proposals, *(entry.change for entry in report.decided))}
        cards = [found[change.indicator] for change in standing.cards]
        told = self._told(replace(report, decided=(), proposals=tuple(cards)))
        self._show_ambition(told)
        screen.heading(told.labels["changes"])
        for note in (_("Two or three, no more. Each rests on something you said.") if cards else "", told.changes_note):
            screen.say(note)
        if cards:
            show_changes(screen, told)
            ticked = [n for n, card in enumerate(cards, 1) if standing.fields.get(f"tick-{card.indicator}")]
            self._decide(cards, ticked)
        told = self._told(self._desk.report(self.session))
        show_road(screen, told)
        show_questions(screen, told)

    def _told(self, report: Report) -> Outline:
        return outline(for_sharing(report, {line.indicator for line in report.result.lines}), self._voice)

    def _show_ambition(self, told: Outline) -> None:
        screen = self._screen
        screen.heading(told.labels["ambition"])
        screen.say(told.ambition_level, "bold")
        screen.say(told.ambition)
        for note in told.ambition_notes:
            screen.hint(note)

    def _decide(self, cards: Sequence[CriticalChange], ticked: Sequence[int]) -> None:
        _, screen = self._screen.gettext, self._screen
        screen.gap()
        screen.say(_("Which of these changes do you choose?"), "bold")
        if ticked:
            kept = ", ".join(str(number) for number in ticked)
            screen.hint(_("Chosen so far: {numbers}. Enter keeps them.").format(numbers=kept))
        else:
            screen.hint(_("Their numbers, such as “1 2”, words from them, or “all”. Enter leaves it open."))
        while (line := screen.ask()) and command_of(line) is None:
            chosen = self._chosen(line, cards)
            if len(chosen) > MOST:
                screen.hint(_("{most} at the most, so that each gets its due. Which can wait?").format(most=MOST))
            elif chosen and self._kept({f"tick-{c.indicator}": "on" if c in chosen else "" for c in cards}):
                return

    def _chosen(self, line: str, cards: Sequence[CriticalChange]) -> list[CriticalChange]:
        """The changes that a line names; none, with the reason said, where one of its parts names none."""
        options = [Option(card.indicator, card.title) for card in cards]
        if line.casefold().strip(" .") in _ALL:
            return list(cards)
        parts = re.findall(r"\d+", line) if _NUMBERS.fullmatch(line) else [line]
        if len(named(line, options)) != 1 and parts == [line]:
            parts = [part for part in _APART.split(line) if part]
        values = set()
        for part in dict.fromkeys(parts):
            option = picked(self._screen, part, options)
            if option is None:
                return []
            values.add(option.value)
        return [card for card in cards if card.indicator in values]

    def _kept(self, typed: Mapping[str, str]) -> bool:
        """Takes what the choice comes to, as the page does; False where it cannot be kept, and it was said."""
        _, screen = self._screen.gettext, self._screen
        messages, faults = choices.acts(typed, standing_of(self._desk.interview, self.session))
        try:
            for message in () if faults else messages.values():
                key = secrets.token_urlsafe(12)
                self.session = self._desk.take(self.session.id, message, key, self.session.version)
        except UnfitMessageError:
            faults = {"aim": "invalid"}
        if faults:
            screen.hint(_("That is too long or cannot be read. Nothing was changed; try it shorter."))
            return False
        screen.hint(_("Saved"))
        return True
