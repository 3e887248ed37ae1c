"""What the terminal shows: text wrapped to its width, headings that are headings without colours too, questions."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from textwrap import fill

from rich.console import Console
from rich.text import Text

from api.pages.render import translations
from knowledge.schema import Language

INDENT = 2
_WIDEST = 100  # a longer line is hard to read
_NARROWEST = 24
_LINE = "─"
PROMPT = "[bold green]> [/bold green]"


class Screen:
    """One terminal in one language. Nothing that is shown can steer the terminal."""

    def __init__(self, console: Console, language: Language) -> None:
        self.console, self.language = console, language
        self.gettext = translations(language).gettext

    @property
    def width(self) -> int:
        return max(min(self.console.width, _WIDEST), _NARROWEST)

    def say(self, text: str, style: str = "", mark: str = "", indent: int = INDENT) -> None:
        """A paragraph; `mark` stands before its first line, the others hang below the text."""
        if wrapped := self._wrapped(text, indent, mark):
            self.console.print(Text(wrapped, style=style), no_wrap=True, overflow="ignore", crop=False)

    def say_as_is(self, text: str, style: str = "", indent: int = INDENT) -> None:
        """A line of columns, which wrapping would put out of order."""
        self.console.print(
            Text(" " * indent + harmless(text), style=style), overflow="ignore", no_wrap=True, crop=False
        )

    def named(self, name: str, text: str, indent: int = INDENT) -> None:
        """What something is called, and what it is."""
        before = len(self._wrapped(f"{name}:", indent))
        whole = Text(self._wrapped(f"{name}: {text}", indent))
        whole.stylize("bold dim", 0, before)
        self.console.print(whole, no_wrap=True, overflow="ignore", crop=False)

    def _wrapped(self, text: str, indent: int, mark: str = "") -> str:
        before = " " * indent + mark
        return fill(
            harmless(text), self.width, initial_indent=before, subsequent_indent=" " * len(before),
            break_on_hyphens=False,
        )  # fmt: skip

    def listed(self, texts: Iterable[str], indent: int = INDENT) -> None:
        for text in texts:
            self.say(text, mark="• ", indent=indent)

    def hint(self, text: str) -> None:
        """Said beside the talk: what can be done, what was not understood."""
        self.say(text, "dim")

    def quote(self, text: str, indent: int = INDENT) -> None:
        """The leader's own words, in the language's marks, with a line beside them."""
        before = " " * indent + "│ "
        wrapped = fill(
            harmless(text), self.width, initial_indent=before, subsequent_indent=before, break_on_hyphens=False
        )
        self.console.print(Text(wrapped, style="italic"), no_wrap=True, overflow="ignore", crop=False)

    def gap(self) -> None:
        self.console.print()

    def title(self, text: str) -> None:
        """Of what begins anew: the result, the ambition."""
        self.gap()
        self.gap()
        self.say(text.upper(), "bold", indent=0)
        self.console.print(Text(_LINE * self.width))

    def heading(self, text: str) -> None:
        self.gap()
        self.say(text, "bold", indent=0)
        self.console.print(Text(_LINE * min(len(text), self.width), style="dim"))

    def ask(self, before: str = PROMPT) -> str:
        """What is typed, without the space around it. Raises EOFError and KeyboardInterrupt."""
        return harmless(self.console.input(before)).strip()


def harmless(text: str) -> str:
    """Text without the characters that steer a terminal; a break of the line or a tab is a space."""
    return "".join(
        " " if character in "\n\r\t" else "" if unicodedata.category(character) == "Cc" else character
        for character in text
    )
