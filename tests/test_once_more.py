"""Clicks raised at the confirmation with no new word: the talk goes on for as long as a question would tell."""

import pytest

from assistant.interview import Interview, advance
from assistant.session import Message, Session

AT = "2026-01-02T00:00:00+00:00"
CONFIRMED = Message("confirmed")


def take(coach: Interview, session: Session, *messages: Message) -> Session:
    for message in messages:
        session = advance(coach, session, message, AT)
    return session


def clicked_through(coach: Interview, session: Session, value: str = "planned") -> Session:
    """Until the confirmation: open questions passed over, everything else clicked."""
    while (reply := coach.current(session)).phase == "interview":
        offered = {choice.value for choice in reply.choices}
        message = Message("chose", value=value) if value in offered else Message("skipped")
        session = take(coach, session, message)
    return session


def moved(coach: Interview, session: Session, value: str, lines: int = 3) -> list[Message]:
    """Corrections by click alone."""
    return [Message("corrected", indicator=i, value=value) for i in list(coach.course(session).heard)[:lines]]


@pytest.fixture
def confirming(coach: Interview, session: Session) -> Session:
    return clicked_through(coach, session)


def test_raised_clicks_take_the_talk_up_again_and_say_why(coach: Interview, confirming: Session) -> None:
    session = take(coach, confirming, *moved(coach, confirming, "established"), CONFIRMED)
    reply = coach.current(session)
    assert reply.phase == "interview" and reply.ask and reply.ask.kind in ("indicator", "example")
    assert coach.voice(session).say("once_more") in [remark.text for remark in reply.remarks]


def test_it_comes_to_an_end_within_the_bounds_of_the_talk(coach: Interview, confirming: Session) -> None:
    raised = take(coach, confirming, *moved(coach, confirming, "established"), CONFIRMED)
    again = clicked_through(coach, raised)
    assert coach.course(again).progress.turns <= coach.questioner.manners.turns
    assert coach.current(take(coach, again, CONFIRMED)).phase == "employees"


@pytest.mark.parametrize("value", ["absent", "unknown"])
def test_clicks_lowered_or_taken_back_do_not(coach: Interview, confirming: Session, value: str) -> None:
    session = take(coach, confirming, *moved(coach, confirming, value), CONFIRMED)
    assert coach.current(session).phase == "employees"


def test_nor_does_a_talk_that_the_leader_stopped(coach: Interview, session: Session) -> None:
    session = take(coach, session, Message("skipped"), Message("skipped"))
    session = take(coach, session, Message("chose", value="planned"), Message("stopped"))
    assert coach.course(session).stopped_early
    session = take(coach, session, *moved(coach, session, "established"), CONFIRMED)
    assert coach.current(session).phase == "employees"


def test_after_the_result_nothing_more_is_asked(coach: Interview, confirming: Session) -> None:
    ended = take(coach, confirming, CONFIRMED, Message("skipped"), Message("skipped"), Message("ticked", value=""))
    assert coach.current(ended).phase == "result"
    session = take(coach, ended, Message("back"), *moved(coach, ended, "established"), CONFIRMED)
    assert coach.current(session).phase == "result"


def test_a_line_that_cannot_be_raised_does_not_count_against_those_that_are(coach: Interview, session: Session) -> None:
    at_the_top = clicked_through(coach, session, "established")
    low = next(i for i, o in coach.course(at_the_top).heard.items() if not coach.knowledge.rubric.by_id[i].reversed)
    steps = [Message("corrected", indicator=low, value=value) for value in ("planned", "partial")]
    assert coach.course(take(coach, at_the_top, *steps)).review.clicks == 1
