"""What the leader puts right: after a say-back, in the talk, at the confirmation; and what is shown of it then."""

from dataclasses import replace

import pytest

from assistant.course import quote_of
from assistant.interview import Interview, advance
from assistant.messages import UnfitMessageError
from assistant.questions import Ask
from assistant.report.compose import compose, result_of
from assistant.report.outline import outline
from assistant.session import NO, Message, Profile, Session
from knowledge.schema import LANGUAGES, Language, Status

AT = "2026-01-01T00:00:00+00:00"
OWNER, GOALS, METRICS = "mobilise.owner", "integrate.goals", "mobilise.metrics"
TALK = {
    "en": {
        "opening": "We talked about opening hours.",
        OWNER: "Nobody owns customer experience; it is not in any job.",
        GOALS: "We have no goals about customers in the plan.",
        METRICS: "We do not measure satisfaction at all.",
    },
    "nb": {
        "opening": "Vi snakket om åpningstider.",
        OWNER: "Ingen har ansvaret for kundeopplevelsen, det står ikke i noen stilling.",
        GOALS: "Vi har ingen mål om kundene i planen.",
        METRICS: "Vi måler ikke kundetilfredshet i det hele tatt.",
    },
    "et": {
        "opening": "Rääkisime lahtiolekuaegadest.",
        OWNER: "Keegi ei vastuta kliendikogemuse eest, seda pole kellegi tööülesannetes.",
        GOALS: "Meil pole plaanis klientide kohta ühtegi eesmärki.",
        METRICS: "Me ei mõõda klientide rahulolu üldse.",
    },
}


def said(text: str) -> Message:
    return Message("said", text)


def asking(session: Session, ask: Ask | None, phase: str = "interview") -> Session:
    """The session with another question open."""
    last = session.turns[-1]
    reply = replace(last.reply, ask=ask, phase=phase)  # type: ignore[arg-type]
    return replace(session, turns=(*session.turns[:-1], replace(last, reply=reply)))


def take(coach: Interview, session: Session, *messages: Message) -> Session:
    for message in messages:
        session = advance(coach, session, message, AT)
    return session


def talked(coach: Interview, language: Language) -> Session:
    """A leader who said of owner, goals and measures that there are none."""
    session = Session("right", Profile(language, "private", "director", "all of it"), 7, AT)
    session = take(coach, session, said(TALK[language]["opening"]))
    for indicator in (OWNER, GOALS, METRICS):
        session = take(coach, asking(session, Ask("indicator", indicator)), said(TALK[language][indicator]))
    return session


def said_back(coach: Interview, language: Language) -> Session:
    return asking(talked(coach, language), Ask("say_back", OWNER))


def confirming(coach: Interview, language: Language) -> Session:
    return asking(talked(coach, language), None, "confirm")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plain_no_is_heard_as_none(coach: Interview, language: Language) -> None:
    heard = coach.course(talked(coach, language)).heard
    assert [heard[i].status for i in (OWNER, GOALS, METRICS)] == [Status.ABSENT] * 3


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "No"), ("en", "no, that's not right"), ("en", "Not quite."), ("en", "That isn't how it is"),
        ("nb", "Nei"), ("nb", "Nei, det stemmer ikke"), ("nb", "Ikke helt"), ("nb", "Det er feil."),
        ("et", "Ei"), ("et", "Ei, see pole õige"), ("et", "Mitte päris"), ("et", "See on vale."),
    ],
)  # fmt: skip
def test_after_a_no_to_what_was_said_back_nothing_was_heard_of_it(
    coach: Interview, language: Language, text: str
) -> None:
    session = take(coach, said_back(coach, language), said(text))
    course = coach.course(session)
    assert OWNER not in course.heard and OWNER not in coach.questioner.gaps(course.heard)
    assert OWNER not in {line.indicator for line in result_of(coach, asking(session, None, "result")).lines}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "No, we do have an owner."), ("en", "No. Ines has been customer director since May, full time."),
        ("nb", "Nei, vi har faktisk en eier."), ("et", "Ei, meil on siiski omanik."),
    ],
)  # fmt: skip
def test_a_no_that_goes_on_says_how_it_is_instead(coach: Interview, language: Language, text: str) -> None:
    course = coach.course(take(coach, said_back(coach, language), said(text)))
    assert course.heard[OWNER].status is Status.ESTABLISHED and OWNER in course.put_right
    quote = quote_of(course, course.heard[OWNER])
    assert quote is not None and quote in text


@pytest.mark.parametrize("text", ["Yes, but only in Tromsø.", "Ja, men bare i Tromsø.", "Jah, aga ainult Tartus."])
def test_a_yes_that_takes_part_of_it_back_is_no_plain_yes(coach: Interview, text: str) -> None:
    session = take(coach, said_back(coach, "en"), said(text))
    assert session.turns[-1].intent != "yes"


@pytest.mark.parametrize("language", LANGUAGES)
def test_quick_replies_to_what_is_said_back_answer_whether_it_is_so(coach: Interview, language: Language) -> None:
    session, ask = talked(coach, language), Ask("say_back", OWNER)
    voice = coach.voice(session)
    yes, *others, none, unknown = voice.choices(ask, 2, coach.course(session).heard[OWNER])
    assert (yes.value, yes.label) == ("absent", voice.say("choice_yes"))
    assert [c.value for c in (none, unknown)] == [NO, "unknown"]
    assert all(voice.heard(OWNER, Status(other.value)) in other.label for other in others) and len(others) == 3
    assert voice.question(ask, coach.course(session).heard[OWNER]).endswith("?")


def test_the_quick_no_takes_the_line_away(coach: Interview) -> None:
    course = coach.course(take(coach, said_back(coach, "en"), Message("chose", value=NO)))
    assert OWNER not in course.heard


def test_the_quick_no_answers_nothing_else(coach: Interview) -> None:
    with pytest.raises(UnfitMessageError):
        take(coach, asking(talked(coach, "en"), Ask("indicator", OWNER)), Message("chose", value=NO))


@pytest.mark.parametrize(
    ("language", "text", "indicator"),
    [
        ("en", "No, we do have an owner.", OWNER), ("en", "That was wrong, we measure it every month.", METRICS),
        ("en", "I misspoke, we have goals for customers in the plan.", GOALS),
        ("en", "The owner line is wrong, Ines owns it full time.", OWNER), ("en", "Yes, but we do have an owner.", OWNER),
        ("nb", "det var feil, vi måler det hver måned", METRICS), ("nb", "Ja, men vi har en ansvarlig, Ines.", OWNER),
        ("nb", "Jeg sa feil, vi har mål for kundene i planen.", GOALS),
        ("et", "Ei, mul läks valesti: meil siiski on eesmärgid", GOALS), ("et", "Ei, meil on siiski omanik.", OWNER),
        ("et", "See oli vale, me mõõdame seda iga kuu.", METRICS),
    ],
)  # fmt: skip
def test_a_correction_in_words_changes_the_line_it_names(
    coach: Interview, language: Language, text: str, indicator: str
) -> None:
    session = take(coach, confirming(coach, language), said(text))
    course = coach.course(session)
    changed = {i for i, o in course.heard.items() if o.status is not Status.ABSENT}
    assert changed == {indicator} == course.put_right
    assert stands(quote_of(course, course.heard[indicator]), text) and not course.clashes


def stands(quote: str | None, text: str) -> bool:
    return quote is not None and quote.rstrip(".") in text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "No."), ("en", "No, that's wrong."), ("en", "My back hurts."), ("en", "The weather is nice today."), ("en", "No, it went another way."), ("nb", "Nei, det var noe annet."),
        ("et", "Ei, asi oli hoopis muus."),
    ],
)  # fmt: skip
def test_what_names_no_line_changes_none(coach: Interview, language: Language, text: str) -> None:
    session = confirming(coach, language)
    before = coach.course(session).heard
    session = take(coach, session, said(text))
    assert coach.course(session).heard == before
    assert coach.current(session).remarks[0].text == coach.voice(session).say("confirm_unclear")


@pytest.mark.parametrize(
    ("language", "text", "indicator"),
    [
        ("en", "No, we do have an owner.", OWNER), ("en", "I misspoke, we have goals for customers in the plan.", GOALS),
        ("nb", "Det var feil, vi måler det hver måned.", METRICS), ("et", "See oli vale, me mõõdame seda iga kuu.", METRICS),
    ],
)  # fmt: skip
def test_in_the_talk_it_leaves_the_open_question_open(
    coach: Interview, language: Language, text: str, indicator: str
) -> None:
    session = asking(talked(coach, language), Ask("indicator", "explore.education"))
    session = take(coach, session, said(text))
    course = coach.course(session)
    assert course.heard[indicator].status is not Status.ABSENT and "explore.education" not in course.heard
    assert course.pending == Ask("indicator", "explore.education")


@pytest.mark.parametrize(
    "text", ["No, we don't send them on courses.", "Nobody has taken a course.", "They read a book on it in May."]
)
def test_an_answer_that_opens_with_no_stays_an_answer(coach: Interview, text: str) -> None:
    session = asking(talked(coach, "en"), Ask("indicator", "explore.education"))
    session = take(coach, session, said(text))
    assert session.turns[-1].intent == "answer" and "explore.education" in coach.course(session).heard


def test_a_line_put_right_by_a_click_does_not_show_the_words_it_was_read_from(coach: Interview) -> None:
    session = confirming(coach, "en")
    session = take(coach, session, Message("corrected", value="established", indicator=OWNER))
    line = next(x for x in result_of(coach, asking(session, None, "result")).lines if x.indicator == OWNER)
    assert (line.quote, line.put_right) == (None, True)
    told = [
        said
        for area in outline(compose(coach, asking(session, None, "result")), coach.voice(session)).areas
        for said in area.lines
    ]
    assert next(x for x in told if x.text == line.sentence).quote == "(put right by the leader)"


def test_the_account_of_the_talk_keeps_what_was_said(coach: Interview) -> None:
    session = take(coach, confirming(coach, "en"), Message("corrected", value="established", indicator=OWNER))
    kept = [o.evidence.quote for turn in session.turns for o in turn.observations if o.indicator == OWNER]
    assert TALK["en"][OWNER] in kept


def test_a_line_clicked_as_it_stood_keeps_its_words(coach: Interview) -> None:
    session = take(coach, confirming(coach, "en"), Message("corrected", value="absent", indicator=OWNER))
    line = next(x for x in result_of(coach, asking(session, None, "result")).lines if x.indicator == OWNER)
    assert (line.quote, line.put_right) == (TALK["en"][OWNER], False)


def test_words_after_a_click_are_shown(coach: Interview) -> None:
    session = take(
        coach,
        confirming(coach, "en"),
        Message("corrected", value="planned", indicator=OWNER),
        said("Sorry, I got that wrong: Ines is responsible for customer experience, full time since May."),
    )
    course = coach.course(session)
    assert course.heard[OWNER].status is Status.ESTABLISHED
    assert "Ines" in (quote_of(course, course.heard[OWNER]) or "")
