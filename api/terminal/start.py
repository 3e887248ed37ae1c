"""What is settled before the first question, one question at a time, with a way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from rich.console import Console

from api.commands import command_of
from api.pages import contexts
from api.pages.render import LANGUAGE_NAMES
from api.terminal.picking import Option, offer, picked
from api.terminal.screen import PROMPT, Screen
from assistant.session import Profile
from knowledge.schema import LANGUAGES, Language

_LONGEST = 200
_ALSO: Mapping[Language, tuple[str, ...]] = {
    "en": ("en", "engelsk", "inglise"),
    "nb": ("nb", "no", "bokmål", "Norwegian", "norra"),
    "et": ("et", "Estonian", "estisk"),
}
Step = Literal["language", "role", "scope", "kind", "served", "field"]
_STEPS: tuple[Step, ...] = ("language", "role", "scope", "kind", "served", "field")


class Start:
    """The questions of the start. What was answered stays while one goes back; Enter keeps it."""

    def __init__(self, console: Console, given: str | None) -> None:
        self._console = console
        self._answers: dict[str, str] = {}
        self._steps = _STEPS
        if given in LANGUAGES:
            self._answers["language"], self._steps = str(given), _STEPS[1:]

    @property
    def _screen(self) -> Screen:
        return Screen(self._console, self.language)

    @property
    def language(self) -> Language:
        return next((code for code in LANGUAGES if code == self._answers.get("language")), "en")

    def asked_language(self) -> Language:
        """The language of the talk, asked for where it was not given."""
        while "language" not in self._answers:
            self._put(self._asked("language"))
        return self.language

    def profile(self, organisation: str) -> Profile:
        """The answers to all of them; those given before are not asked for again, but one can go back to them."""
        self.asked_language()
        place = self._steps.index("role")
        while place < len(self._steps):
            answer = self._asked(self._steps[place])
            self._put(answer)
            place = max(place + (1 if answer else -1), 0)
        found = self._answers
        return Profile(
            self.language, found["kind"], found["role"], found["scope"], found["served"], found["field"],  # type: ignore[arg-type]
            organisation=organisation.strip(),
        )  # fmt: skip

    def _put(self, answer: tuple[Step, str] | None) -> None:
        if answer:
            self._answers[answer[0]] = answer[1]

    def _asked(self, step: Step) -> tuple[Step, str] | None:
        """The answer to a question; None to go one back."""
        screen = self._screen
        options = _options(step, self.language)
        screen.gap()
        screen.say(_label(step, screen.gettext), "bold")
        offer(screen, options)
        kept = self._kept(step, options)
        if kept:
            shown = next((option.label for option in options if option.value == kept), kept)
            screen.hint(screen.gettext("Enter keeps “{answer}”.").format(answer=shown))
        elif step == "role":
            screen.hint(screen.gettext("“back” goes one question back, here and later."))
        while True:
            line = screen.ask(PROMPT)
            if not line and kept:
                return step, kept
            if command_of(line) == "back":
                if step != self._steps[0]:
                    return None
                screen.hint(screen.gettext("This is the first question; there is none before it."))
            elif line.startswith("/"):
                screen.hint(screen.gettext("There is no such command here."))
            elif not options and 0 < len(line) <= _LONGEST:
                return step, line
            elif not options:
                screen.hint(
                    screen.gettext("A word or two is needed here, {most} characters at most.").format(most=_LONGEST)
                )
            elif option := picked(screen, line, options):
                return step, option.value

    def _kept(self, step: Step, options: Sequence[Option]) -> str:
        """What was answered before; nothing where the language has changed and has no such word."""
        kept = self._answers.get(step, "")
        return kept if not options or kept in {option.value for option in options} else ""


def _label(step: Step, _: Callable[[str], str]) -> str:
    labels = {
        "language": "Language / Språk / Keel",
        "role": _("Your role"),
        "scope": _("What you speak for: the whole group, a unit, a country"),
        "kind": _("Kind of organisation"),
        "served": _("Whom you serve"),
        "field": _("What you call the field"),
    }
    return labels[step]


def _options(step: Step, language: Language) -> list[Option]:
    if step == "language":
        return [Option(code, name, _ALSO[code]) for code, name in LANGUAGE_NAMES.items()]
    lists = {"kind": "kinds", "served": "served", "field": "fields"}
    if step not in lists:
        return []
    return [Option(value, label) for value, label in contexts.start(language, {})[lists[step]]]
