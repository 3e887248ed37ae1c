"""The talk in the terminal: the start, the confirmation, the result and the choice of a future, as one types it."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from api.commands import command_of
from api.pages.choices import standing_of
from api.pages.contexts import thing
from api.pages.render import translations
from api.terminal import chat as chatting
from api.terminal.chat import Chat
from api.terminal.picking import Option, named
from api.terminal.screen import Screen, harmless
from api.terminal.start import Start
from assistant.session import Message, Session
from assistant.sessions.desk import Desk
from evals.case import Case, read_case
from evals.player import CaseLeader, profile_of
from knowledge.schema import LANGUAGES, Language
from prompts import load
from tests.conftest import EXAMPLES
from tests.test_streaming import in_a_terminal


class Typed(Console):
    """A console at which these lines are typed; after the last one nobody is there any more."""

    def __init__(self, lines: Iterable[str], width: int = 80) -> None:
        super().__init__(file=io.StringIO(), width=width, highlight=False)
        self._lines: Iterator[str] = iter(lines)

    def input(self, *before: Any, **more: Any) -> str:
        line = next(self._lines, None)
        if line is None:
            raise EOFError
        return line

    @property
    def shown(self) -> str:
        assert isinstance(self.file, io.StringIO)
        return self.file.getvalue()


@cache
def case_in(language: Language) -> Case:
    return next(case for case in map(read_case, EXAMPLES) if case.language == language)


def at(desk: Desk, language: Language, phase: str) -> Session:
    """A talk played as far as a phase."""
    leader = CaseLeader(case_in(language), "text")
    session = desk.start(profile_of(case_in(language)))
    while (reply := desk.interview.current(session)).phase != phase:
        session = desk.take(session.id, leader.reply_to(reply), secrets.token_hex(8), session.version)
    return session


def typed(desk: Desk, session: Session, *lines: str, width: int = 80) -> tuple[str, Session]:
    """What is shown of a talk, and the talk, after lines were typed in it."""
    console = Typed(lines, width)
    with suppress(EOFError):
        Chat(console, desk, session).run()
    return console.shown, desk.store.get(session.id)


# the start


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["english", "MD", "all", "scale", "pat", "cx"], ("en", "scale-up", "patient", "cx")),
        (["Norsk", "rådmann", "alt", "offentlig", "innb", "2"], ("nb", "public", "resident", "customer-experience")),
        (["3", "juht", "kõik", "mittetulundus", "uliopilane", "kliendikog"],
         ("et", "non-profit", "student", "customer-experience")),
    ],
)  # fmt: skip
def test_the_start_takes_the_words_of_a_choice_or_their_beginning(lines: list[str], found: tuple[str, ...]) -> None:
    profile = Start(Typed(lines), None).profile("")
    assert (profile.language, profile.kind, profile.served, profile.field) == found


@pytest.mark.parametrize("back", ["back", "tilbake", "tagasi", "/back", "/Tagasi"])
def test_one_goes_a_question_back_in_the_start_and_enter_keeps_the_rest(back: str) -> None:
    lines = ["chief", "all", "1", back, "2", back, back, "the north", "", "1", "1"]
    profile = Start(Typed(lines), "en").profile("")
    assert (profile.role, profile.scope, profile.kind) == ("chief", "the north", "public")


def test_from_the_first_questions_one_goes_back_to_the_language() -> None:
    start = Start(Typed(["2", "back", "3", "juht", "kõik", "1", "1", "1"]), None)
    assert start.asked_language() == "nb"
    assert start.profile("").language == "et"


def test_a_beginning_that_fits_two_choices_names_both() -> None:
    console = Typed(["chief", "all", "1", "1", "customer", "2"])
    Start(console, "en").profile("")
    assert "That could be more than one of them: 2, 3" in console.shown


@pytest.mark.parametrize(("role", "said"), [("", "A word or two"), ("x" * 201, "200 characters"), ("/stop", "no such")])
def test_a_role_that_is_none_is_asked_for_again(role: str, said: str) -> None:
    console = Typed([role, "chief", "all", "1", "1", "1"])
    assert Start(console, "en").profile("").role == "chief"
    assert said in console.shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_index_is_built_with_a_bar_in_the_language_of_the_talk(
    language: Language, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    waited: list[Language] = []
    monkeypatch.setattr(chatting, "indexed", lambda settings, language: waited.append(language))
    monkeypatch.setattr(chatting, "Console", lambda highlight: Console(file=io.StringIO(), force_terminal=True))
    monkeypatch.setattr("builtins.input", Typed([]).input)
    monkeypatch.setenv("VARDE_HOME", str(tmp_path))
    chatting.run(language, None)
    assert waited == [language]


def test_the_bar_says_in_estonian_what_it_waits_for(tmp_path: Path) -> None:
    shown = in_a_terminal(
        ["ask", "Mis on NPS?", "--language", "et"], {"VARDE_HOME": str(tmp_path), "TERM": "xterm"}, ""
    )
    assert "Varde loeb oma teadmised sisse" in shown and "Reading" not in shown


# picking and commands

THREE = [
    Option("a", "In all of it, every week", ("In place",)), Option("b", "In one unit, now and then", ("Partly",)),
    Option("c", "Not at all", ("Not yet",)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "values"),
    [("2", "b"), ("0", ""), ("4", ""), ("partly", "b"), ("part", "b"), ("not yet.", "c"), ("in", "ab"), ("weekly", "a"),
     ("one unit", "b"), ("²", "b"), ("nothing like it", ""), ("", ""), ("!", "")],
)  # fmt: skip
def test_a_choice_is_named_by_its_number_its_words_or_their_beginning(text: str, values: str) -> None:
    assert "".join(option.value for option in named(text, THREE)) == values


@pytest.mark.parametrize(
    ("text", "command"),
    [("/back", "back"), ("Tilbake", "back"), (" tagasi ", "back"), ("/hopp over", "skipped"), ("/jäta vahele", "skipped"),
     ("/stopp", "stopped"), ("/miks", "why"), ("/paus", "pause"), ("/done", "done"), ("stop", None), ("/backlog", None),
     ("We went back", None), ("", None)],
)  # fmt: skip
def test_a_command_is_known_in_each_language(text: str, command: str | None) -> None:
    assert command_of(text) == command


# the confirmation


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_area_is_headed_once_in_the_confirmation(desk: Desk, language: Language) -> None:
    session = at(desk, language, "confirm")
    shown, _ = typed(desk, session)
    voice = desk.interview.voice(session)
    names = [voice.area_name(area.key) for area in desk.interview.knowledge.rubric.areas]
    found = [line for line in shown.splitlines() if line in names]
    assert found == [name for name in names if name in found] and len(found) > 2


@pytest.mark.parametrize(
    "yes",
    ["", "yes", "Yes, that's right.", "ok", "ja", "Ja, det stemmer", "det er riktig", "jah", "Jah, kõik on õige.", "õige",
     "/done", "/skip", "done", "/valmis"],
)  # fmt: skip
def test_the_rest_is_right_in_ordinary_words(desk: Desk, yes: str) -> None:
    _, session = typed(desk, at(desk, "en", "confirm"), yes)
    assert session.turns[-1].reply.phase == "employees"


def changed(session: Session) -> tuple[str, str]:
    message = session.turns[-1].message
    return message.indicator, message.value


@pytest.mark.parametrize("status", ["2", "partly", "Partly."])
def test_a_line_and_its_status_are_named_by_number_or_words(desk: Desk, status: str) -> None:
    before = at(desk, "en", "confirm")
    course = desk.interview.course(before)
    first = next(i.id for i in desk.interview.knowledge.rubric.of_area("insight") if i.id in course.heard)
    shown, session = typed(desk, before, "1", status)
    assert changed(session) == (first, "partial") and "I've changed it" in shown
    assert changed(typed(desk, session, f"1: {status}")[1]) == (first, "partial")


def test_a_line_is_named_by_words_from_it_and_left_by_enter(desk: Desk) -> None:
    before = at(desk, "nb", "confirm")
    shown, session = typed(desk, before, "Eirin", "", "misnøye avisa", "vet ikke")
    assert "Linjen står som den var" in shown
    assert changed(session) == ("explore.conversation", "unknown")


def test_words_that_stand_in_several_lines_name_their_numbers(desk: Desk) -> None:
    shown, session = typed(desk, before := at(desk, "nb", "confirm"), "kundene")
    assert "De ordene står i flere linjer" in shown and session.version == before.version


def test_words_of_no_line_go_to_the_coach(desk: Desk) -> None:
    _, session = typed(desk, at(desk, "en", "confirm"), "zebra crossing")
    assert session.turns[-1].message == Message("said", "zebra crossing")


def test_after_a_correction_the_list_is_not_told_again(desk: Desk) -> None:
    session = at(desk, "en", "confirm")
    question = desk.interview.current(session).question
    shown, _ = typed(desk, session, "1: partly")
    assert shown.count(question) == 1 and shown.count("To change a line") == 2


# the result


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_result_is_laid_out_under_headings(desk: Desk, language: Language) -> None:
    session = at(desk, language, "result")
    shown, _ = typed(desk, session)
    bank, lines = load(language), shown.splitlines()
    headed = {line for line, under in pairwise(lines) if under and set(under) == {"─"}}
    wanted = ("six_levels", "areas", "not_shown", "dimensions", "elsewhere", "how_sure")
    assert {bank.phrase(f"document_{key}") for key in wanted} <= headed
    assert translations(language).gettext("The result").upper() in headed and "│ " in shown


def test_the_staircase_has_all_six_levels_with_the_finding_and_the_tick_marked(desk: Desk) -> None:
    shown, session = typed(desk, at(desk, "en", "result"))
    stairs = shown.split("The six levels as ways of managing")[1].split("\n\n")[0].splitlines()[2:]
    headline, tick = desk.report(session).result.headline, desk.interview.course(session).tick
    assert [line.split()[0] for line in stairs] == list("654321")
    assert {int(line.split()[0]) for line in stairs if "● the finding" in line} == set(headline.levels)
    assert [int(line.split()[0]) for line in stairs if "▲ your own placing" in line] == [tick]


@pytest.mark.parametrize("width", [40, 80, 160])
def test_the_result_keeps_within_the_width_of_the_terminal(desk: Desk, width: int) -> None:
    shown, _ = typed(desk, at(desk, "et", "result"), width=width)
    prose = [line for line in shown.splitlines() if "varde " not in line]
    assert max(map(len, prose)) <= min(width, 100) and min(len(line) for line in prose if line) > 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_future_and_changes_are_chosen_as_on_the_page(desk: Desk, language: Language) -> None:
    session = at(desk, language, "result")
    futures = desk.report(session).futures
    shown, session = typed(desk, session, str(futures[1].level), "", "1 2", "1")
    standing = standing_of(desk.interview, session)
    assert [turn.message.kind for turn in session.turns[-2:]] == ["aimed", "decided"]
    assert (standing.report.ambition.level, standing.report.ambition.statement) == (futures[1].level, futures[1].draft)
    assert len(standing.report.decided) == 2 and load(language).phrase("document_road") in shown


def test_a_future_is_named_by_words_and_worded_anew_and_all_changes_chosen(desk: Desk) -> None:
    session = at(desk, "nb", "result")
    _, session = typed(desk, session, "forsiktig", "Vi spør først.", "alle")
    report = standing_of(desk.interview, session).report
    assert report.ambition.level == report.futures[0].level and report.ambition.statement == "Vi spør først."
    assert len(report.decided) == len(report.proposals)


def test_enter_leaves_the_future_open_and_ends(desk: Desk) -> None:
    before = at(desk, "en", "result")
    shown, session = typed(desk, before, "")
    assert session.version == before.version and "Nothing is chosen" in shown
    assert f"varde chat --resume {session.id}" in shown


def test_a_future_that_is_not_offered_is_none(desk: Desk) -> None:
    before = at(desk, "nb", "result")
    shown, session = typed(desk, before, "1", "9", "kanskje noe helt annet")
    assert session.version == before.version and shown.count("Velg med nummeret på nivået") == 3


def test_another_pace_shows_the_futures_anew_and_is_kept_with_the_choice(desk: Desk) -> None:
    session = at(desk, "en", "result")
    level = desk.report(session).futures[0].level
    shown, session = typed(desk, session, "12 months", "500 months", str(level), "")
    assert "1 step, 12 months" in shown
    assert standing_of(desk.interview, session).report.ambition.months_per_step == 12


def test_more_than_three_words_too_long_and_wrong_numbers_are_said(desk: Desk) -> None:
    session = at(desk, "nb", "result")
    shown, session = typed(desk, session, "2", "x" * 2_001, "Vi spør.", "1 9", "")
    assert "Det var for langt" in shown and "Velg med nummeret, fra 1 til" in shown
    assert not standing_of(desk.interview, session).report.decided


def test_back_from_the_futures_goes_through_what_was_heard_again(desk: Desk) -> None:
    shown, session = typed(desk, at(desk, "et", "result"), "/tagasi", "", "")
    assert [turn.message.kind for turn in session.turns[-2:]] == ["back", "confirmed"]
    assert shown.count("TULEMUS") == 2


def test_who_comes_back_sees_what_was_chosen_and_enter_keeps_it(desk: Desk) -> None:
    session = at(desk, "en", "result")
    level = str(desk.report(session).futures[0].level)
    _, chosen = typed(desk, session, level, "", "1")
    shown, again = typed(desk, chosen, "", "")
    assert again.version == chosen.version
    assert f"Chosen so far: {level} " in shown and "Chosen so far: 1. Enter keeps them." in shown


@pytest.mark.parametrize(
    ("text", "left"), [("\x1b[2Jgone", "[2Jgone"), ("a\nb\tc", "a b c"), ("\x07é\u00a0x", "é\u00a0x")]
)
def test_nothing_that_was_said_steers_the_terminal(text: str, left: str) -> None:
    assert harmless(text) == left


def test_a_quick_reply_is_given_by_its_whole_words_and_a_number_beyond_them_is_said(desk: Desk) -> None:
    session = desk.start(profile_of(case_in("en")))
    leader = CaseLeader(case_in("en"), "text")
    while (reply := desk.interview.current(session)).ask is None or reply.ask.kind != "indicator":
        session = desk.take(session.id, leader.reply_to(reply), secrets.token_hex(8), session.version)
    last = reply.choices[-1]
    shown, after = typed(desk, session, "9", last.label.upper())
    assert "The quick replies go from 1 to 5" in shown
    assert after.turns[-1].message == Message("chose", value=last.value)


def test_quick_replies_say_what_they_are_said_of(desk: Desk) -> None:
    leader, session = CaseLeader(case_in("nb"), "text"), desk.start(profile_of(case_in("nb")))
    shown = []
    while (reply := desk.interview.current(session)).phase == "interview":
        if named := thing(desk.interview, desk.interview.voice(session), reply.ask):
            shown.append(f"Eller svar kort. {named}:" in typed(desk, session, width=100)[0])
        session = desk.take(session.id, leader.reply_to(reply), secrets.token_hex(8), session.version)
    assert shown and all(shown)


def test_a_screen_is_never_too_narrow_to_read() -> None:
    console = Typed([], width=5)
    Screen(console, "en").say("One two three four five six seven")
    assert console.shown.count("\n") == 2
