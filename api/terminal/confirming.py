"""What was heard, line by line, in the terminal: each area once, and a line named by its number or by words from it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from api.commands import command_of
from api.pages.contexts import ConfirmArea, ConfirmLine
from api.terminal.picking import Option, holds, named, offer, picked
from api.terminal.screen import Screen
from assistant.session import Choice, Message
from assistant.voice import Voice

_NUMBERED = re.compile(r"(\d+)\s*[.:,)–-]?\s*(.*)", re.DOTALL)
_STATUS_WORDS = 5  # more of them after a number is a sentence that begins with one
_PLAIN_OF_AN_ABSENCE = ("partial", "unknown")
_AGREED = frozenset(
    (
        "yes", "y", "yeah", "yep", "ok", "okay", "right", "all right", "correct", "all correct", "fine", "good", "agreed",
        "that's right", "that is right", "yes that's right", "yes that is right", "the rest is right", "all good", "go on",
        "looks right", "looks good", "done", "ferdig", "valmis", "that's fine", "it's right", "everything is right", "yes it is",
        "ja", "j", "jo", "jepp", "stemmer", "det stemmer", "ja det stemmer", "alt stemmer", "riktig", "det er riktig",
        "alt er riktig", "ja det er riktig", "helt riktig", "greit", "det er greit", "bra", "enig", "resten stemmer",
        "resten er riktig", "det ser riktig ut", "ser bra ut", "gå videre", "videre",
        "jah", "jaa", "õige", "jah õige", "kõik õige", "kõik on õige", "jah kõik on õige", "õige jah", "see on õige", "just",
        "nii on", "jah nii on", "nii ongi", "nõus", "olen nõus", "sobib", "jah sobib", "klapib", "kõik klapib", "korras",
        "kõik korras", "ülejäänu on õige", "edasi",
    )
)  # fmt: skip


@dataclass(frozen=True)
class _Line:
    """One line with its number and the area that it stands under."""

    number: int
    line: ConfirmLine

    @property
    def words(self) -> str:
        return f"{self.line.label} {self.line.sentence} {self.line.quote or ''}"


class Confirming:
    """The confirmation as it stands: shown once for each reply, and asked for the message that a typed line is."""

    def __init__(self, screen: Screen, voice: Voice, areas: Sequence[ConfirmArea]) -> None:
        self._screen, self._voice = screen, voice
        self._areas = [(area.name, _lines(area)) for area in areas if _lines(area)]
        lines = [line for _, found in self._areas for line in found]
        self._lines = [_Line(number, line) for number, line in enumerate(lines, start=1)]

    @property
    def heard(self) -> tuple[str, ...]:
        """What the lines are about, in their order."""
        return tuple(entry.line.indicator for entry in self._lines)

    def show(self) -> None:
        _, screen, number = self._screen.gettext, self._screen, 0
        for name, lines in self._areas:
            screen.heading(name)
            for line in lines:
                number += 1
                tags = [_("not sure I understood")] if line.doubtful else []
                tags += [_("corrected by you")] if line.corrected else []
                beside = f" ({', '.join(tags)})" if tags else ""
                screen.say(f"{line.sentence}{beside}", mark=f"{number:>2}  ")
                if line.quote:
                    screen.quote(self._voice.quoted(line.quote), indent=6)
        screen.gap()

    def hint(self) -> None:
        _ = self._screen.gettext
        if self._lines:
            self._screen.hint(_("Enter or “yes” if the rest is right. To change a line: its number, or words from it."))
        else:
            self._screen.hint(_("Enter goes on."))

    def message(self, said: str) -> Message | None:
        """The message that a line is; None where there is nothing to send, and it was said why. What names no line and
        is no yes is for the coach to understand."""
        command = command_of(said)
        if command == "back":
            return Message("back")
        if not said or command in ("skipped", "done") or _is_agreed(said):
            return Message("confirmed")
        if command or said.startswith("/"):
            self._screen.hint(self._screen.gettext("There is no such command here."))
            return None
        if numbered := _NUMBERED.fullmatch(said):
            if len(numbered[2].split()) <= _STATUS_WORDS:
                return self._numbered(int(numbered[1]), numbered[2])
            return Message("said", said)
        meant = [entry for entry in self._lines if holds(entry.words, said)]
        if not meant:
            return Message("said", said)
        if len(meant) == 1:
            return self._changed(meant[0], "")
        self._which(meant)
        return None

    def _numbered(self, number: int, status: str) -> Message | None:
        """A number alone, or with how it is: "3", "3: partly"."""
        if 1 <= number <= len(self._lines):
            return self._changed(self._lines[number - 1], status)
        _ = self._screen.gettext
        self._screen.hint(_("There is no line {number}; the lines go from 1 to {most}.").format(
            number=number, most=len(self._lines)))  # fmt: skip
        return None

    def _which(self, meant: Sequence[_Line]) -> None:
        _ = self._screen.gettext
        numbers = ", ".join(str(entry.number) for entry in meant)
        self._screen.hint(
            _("Those words stand in more than one line: {numbers}. Which number?").format(numbers=numbers)
        )

    def _changed(self, entry: _Line, status: str) -> Message | None:
        """How it is, asked for where it was not said beside the number; None where the line stays as it was."""
        screen, line = self._screen, entry.line
        options = [self._option(line.indicator, choice) for choice in line.choices]
        if status and len(found := named(status, options)) == 1:
            return Message("corrected", value=found[0].value, indicator=line.indicator)
        screen.gap()
        screen.say(f"{line.label[:1].upper()}{line.label[1:]}", "bold")
        offer(screen, options)
        screen.hint(screen.gettext("By the number or by words from it. Enter leaves the line as it was."))
        while (said := screen.ask()) and command_of(said) != "back" and not _is_agreed(said):
            if option := picked(screen, said, options):
                return Message("corrected", value=option.value, indicator=line.indicator)
        screen.hint(screen.gettext("The line stays as it was."))
        return None

    def _option(self, indicator: str, choice: Choice) -> Option:
        """A reading as a whole sentence. It answers to its short name too: of an absence, to those that do not mislead."""
        found = self._voice.knowledge.rubric.by_id.get(indicator)
        short = found is not None and (not found.reversed or choice.value in _PLAIN_OF_AN_ABSENCE)
        return Option(choice.value, choice.label, (self._voice.say(f"choice_{choice.value}"),) if short else ())


def _lines(area: ConfirmArea) -> tuple[ConfirmLine, ...]:
    return (*area.lines, *([area.chosen] if area.chosen else []))


def _is_agreed(said: str) -> bool:
    plain = re.sub(r"[.,;!]", " ", said.casefold().replace("’", "'"))
    return " ".join(plain.split()) in _AGREED
