"""What is typed as a command: the same words in the terminal and in the field of the page, in any of the languages."""

from __future__ import annotations

from typing import Literal

Command = Literal["back", "skipped", "stopped", "why", "pause", "done"]
_WORDS: dict[Command, tuple[str, ...]] = {
    "back": ("back", "tilbake", "tagasi"),
    "skipped": ("skip", "hopp over", "jäta vahele"),
    "stopped": ("stop", "stopp", "lõpeta"),
    "why": ("why", "hvorfor", "miks"),
    "pause": ("pause", "paus"),
    "done": ("done", "ferdig", "valmis"),
}
_STROKED: dict[str, Command] = {f"/{word}": command for command, words in _WORDS.items() for word in words}


def command_of(text: str) -> Command | None:
    """The command that a whole message is: `/back`, `/tilbake`. The word for back, by itself, is one without a stroke."""
    said = " ".join(text.casefold().split())
    return "back" if said in _WORDS["back"] else _STROKED.get(said)
