"""The result and the road in the terminal: what the result's page says, in the words of the documents."""

from __future__ import annotations

from collections.abc import Iterable

from api.terminal.screen import Screen
from assistant.findings import capital
from assistant.report.compose import Report, for_sharing
from assistant.report.outline import outline
from assistant.report.parts import AreaPart, ChangePart, Group, Outline, Said
from assistant.voice import Voice

_DEEPER = 4
_GROUPS = ("patterns", "missing_stones", "not_shown", "contradictions", "ask_others")


class ResultShown:
    """One report on one screen. Quotes stand in it, people's names are roles, as on the page."""

    def __init__(self, screen: Screen, voice: Voice, report: Report) -> None:
        self._screen, self._result = screen, report.result
        shared = for_sharing(report, {line.indicator for line in report.result.lines})
        self._shared, self._told = shared.result, outline(shared, voice)
        self._voice = voice

    @property
    def told(self) -> Outline:
        return self._told

    def show(self) -> None:
        self._headline()
        self._stairs()
        self._why()
        self._areas()
        for group in sorted((*self._told.others, *self._told.settle), key=lambda group: _GROUPS.index(group.key)):
            self._group(group)
        self._beside()
        self._doubt()

    def _headline(self) -> None:
        _, screen, told = self._screen.gettext, self._screen, self._told
        screen.title(_("The result"))
        screen.say(told.account, "dim")
        screen.gap()
        screen.say(told.finding, "bold")
        if told.stance:
            screen.gap()
            screen.say(f"{told.stance}. {told.essence}")
        for before in self._result.earlier:
            screen.gap()
            screen.say(before.text, "dim")

    def _stairs(self) -> None:
        """The six levels from the top step down, with the marks of the figure on the page."""
        screen, told, say = self._screen, self._told, self._told.labels
        screen.heading(say["six_levels"])
        names = max(len(stair.name) for stair in told.stairs)
        for stair in reversed(told.stairs):
            marks = [f"● {say['mark_finding']}"] if stair.found else []
            marks += [f"▲ {say['mark_tick']}"] if stair.ticked else []
            if marks:
                before = f"{stair.level}  {stair.name:<{names}}  "
                screen.say(" · ".join(marks), "bold" if stair.found else "", before)
            else:
                screen.say(f"{stair.level}  {stair.name}")
        if told.tick:
            screen.gap()
            screen.say(told.tick)

    def _why(self) -> None:
        say, headline = self._told.labels, self._shared.headline
        for name, lines in ((say["carries"], headline.carries), (say["holds_back"], headline.holds_back)):
            if lines:
                self._screen.heading(name)
                self._lines(Said(x.sentence, self._voice.quoted(x.quote) if x.quote else "") for x in lines)

    def _areas(self) -> None:
        self._screen.heading(self._told.labels["areas"])
        for number, area in enumerate(self._told.areas):
            if number:
                self._screen.gap()
            self._area(area)

    def _area(self, area: AreaPart) -> None:
        screen, say = self._screen, self._told.labels
        screen.say(f"{area.name}: {area.span}, {area.standing}", "bold")
        self._lines(area.lines, indent=_DEEPER)
        if not area.lines:
            screen.say(say["nothing_here"], indent=_DEEPER)
        for sign in area.next_signs:
            screen.say(f"{say['next']}: {sign}", "dim", indent=_DEEPER)

    def _lines(self, lines: Iterable[Said], indent: int = 2) -> None:
        for line in lines:
            self._screen.say(line.text, mark="• ", indent=indent)
            if line.quote:
                self._screen.quote(line.quote, indent + 2)

    def _group(self, group: Group) -> None:
        self._screen.heading(group.title)
        for number, note in enumerate(group.notes):
            if number:
                self._screen.gap()
            if note.lead:
                self._screen.say(note.lead)
            self._lines(note.items, indent=_DEEPER if note.lead else 2)

    def _beside(self) -> None:
        """What counts towards nothing: the two unscored answers, CCMA's dimensions, where others stand."""
        _, screen, told, result = self._screen.gettext, self._screen, self._told, self._shared
        asked = (
            (_("What those who meet them every day would have answered:"), result.employees),
            (_("What is promised and not always kept:"), result.promise),
        )
        if result.employees or result.promise:
            screen.heading(_("For you to think about"))
        for question, answer in asked:
            if answer:
                screen.say(question)
                screen.quote(self._voice.quoted(answer), indent=_DEEPER)
        for name, texts, note in (
            (told.labels["dimensions"], told.dimensions, told.dimensions_note),
            (told.labels["elsewhere"], told.elsewhere, told.elsewhere_note),
        ):
            if texts:
                screen.heading(name)
                screen.listed(texts)
                screen.say(note, "dim")

    def _doubt(self) -> None:
        """How sure it is: one step further in, so last."""
        screen, told = self._screen, self._told
        screen.heading(told.labels["how_sure"])
        for text in told.doubt:
            screen.say(text)
        if told.heard:
            names = max(len(stair.name) for stair in told.stairs)
            screen.gap()
            for stair in reversed(told.stairs):
                screen.say_as_is(f"{stair.level}  {stair.name:<{names}}  {stair.written:>6}")
        screen.gap()
        screen.say(told.rule_note, "dim")
        if judgement := told.judgement:
            screen.heading(told.labels["judgement"])
            screen.say(judgement.text)
            screen.listed(judgement.areas)
            screen.say(judgement.by, "dim")
        if told.edited:
            screen.gap()
            screen.say(told.edited, "dim")


def show_changes(screen: Screen, told: Outline) -> None:
    """Each change with its number, what it rests on and what to do first."""
    for number, change in enumerate(told.changes, start=1):
        screen.gap()
        screen.say(change.title, "bold", f"{number}  ")
        screen.say(" · ".join(change.tags), "dim", indent=5)
        screen.say(change.move, indent=5)
        _facts(screen, change, told)


def _facts(screen: Screen, change: ChangePart, told: Outline) -> None:
    """The facts of a change. Of what supports it, the nearest is quoted; the documents have the rest."""
    support = change.support[0].whole if change.support else ""
    named = (
        ("rests_on", change.rests_on), ("owner", change.owner), ("first_step", change.first_step),
        ("sign", change.sign), ("stop", change.stop), ("trap", change.trap), ("source", "; ".join(change.sources)),
        ("support", support),
    )  # fmt: skip
    for key, text in named:
        if text:
            screen.named(told.labels[key], text, indent=5)


def show_road(screen: Screen, told: Outline) -> None:
    """Five years, a cairn for each."""
    say = told.labels
    screen.heading(say["road"])
    for year in told.road:
        if year.number > 1:
            screen.gap()
        screen.say(year.name, "bold")
        for name, texts in ((say["true"], year.true), (say["wins"], year.wins), (say["first_year"], year.steps)):
            if texts:
                screen.say(f"{capital(name)}:", "dim", indent=_DEEPER)
                screen.listed(texts, indent=_DEEPER)
    screen.say(told.road_note, "dim")


def show_questions(screen: Screen, told: Outline) -> None:
    """The three questions for the management meeting."""
    screen.heading(told.labels["meeting"])
    screen.listed(told.questions)
    screen.say(told.questions_note, "dim")
