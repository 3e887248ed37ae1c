"""The steps of the work in words, for whoever waits; and a line in the terminal that shows them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape

from api.pages.render import translations
from assistant.steps import Step, Tell, untold
from knowledge.schema import Language


def said_of(step: Step, language: Language) -> str:
    """The step in words, in the language of the talk."""
    _ = translations(language).gettext
    texts = {
        "listening": _("The language model {model} is helping to listen …") if step.model else _("Listening …"),
        "alone": _("The language model {model} did not answer. Going on without it …"),
        "searching": _("Searching the sources: {number} of at most {most} …"),
        "wording": _("The language model {model} is wording an answer …") if step.model else _("Looking in the sources …"),
        "checking": _("Checking what {model} said …"),
    }  # fmt: skip
    return texts[step.stage].format(model=step.model, number=step.number, most=step.most)


@contextmanager
def told(language: Language) -> Iterator[Tell]:
    """A line on standard error that shows the step the work is at, and goes when it is done; in a terminal only."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield untold
        return
    line = console.status("")

    def tell(step: Step) -> None:
        line.update(f"[dim]{escape(said_of(step, language))}[/dim]")
        line.start()

    try:
        yield tell
    finally:
        line.stop()
