"""What is no evidence, and what a quote must bear: small talk, plain denials, words in passing, the reflection."""

from dataclasses import replace

import pytest

from assistant.course import quote_of
from assistant.interview import Interview, advance
from assistant.listening.negating import negates_plainly
from assistant.listening.opening import opening_of
from assistant.listening.protocol import Asked
from assistant.listening.smalltalk import is_small_talk
from assistant.questions import Ask
from assistant.session import Message, Profile, Session
from evals.case import CASES, read_cases
from evals.intents import read_intents
from knowledge.schema import Language, Status

AT = "2026-01-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The weather is nice today."), ("en", "I had fish for lunch."), ("en", "Ha ha, just kidding."),
        ("en", "We had pizza yesterday."), ("nb", "Det er fint vær i dag."), ("nb", "Jeg spiste fisk til lunsj."),
        ("nb", "haha det var en vits"), ("et", "Täna on ilus ilm."), ("et", "Sõin lõunaks kala."), ("et", "Ha ha, teen nalja."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("ask", [Ask("opening", "opening"), Ask("area", "culture"), Ask("indicator", "mobilise.owner")])
def test_small_talk_is_no_evidence_and_the_question_stays(
    coach: Interview, language: Language, text: str, ask: Ask
) -> None:
    hearing = coach.listener.listen(text, Asked("interview", ask, "", language, 3))
    assert (hearing.intent, hearing.observations, hearing.bearing) == ("off_topic", (), None)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Guests ask for the weather, so we text them the forecast."), ("en", "I love our customers."),
        ("en", "The fish was off and nobody told them."), ("nb", "Vi serverer fisk til pasientene til lunsj."),
        ("et", "Kliendid kurdavad ilma ja bussi üle."), ("en", "Coffee with five guests, every Monday."),
    ],
)  # fmt: skip
def test_one_word_of_something_else_makes_it_an_answer(language: Language, text: str) -> None:
    assert not is_small_talk(text, language)


def test_no_real_answer_of_the_tuning_cases_is_small_talk_or_a_correction() -> None:
    said = [
        (case.language, text)
        for case in read_cases(CASES / "tuning")
        for answer in (*case.on_indicator.values(), *case.on_area.values())
        for text in (answer.says, answer.example)
    ]
    assert not [text for language, text in said if is_small_talk(text, language)]
    assert sum("slips" in opening_of(text).kinds for _, text in said if len(text.split()) <= 40) <= 2


def test_what_would_end_the_talk_must_be_likely(coach: Interview) -> None:
    asked = Asked("interview", Ask("indicator", "mobilise.owner"), "", "en", 3)
    intents = [coach.listener.listen(t, asked).intent for t in ("What a lovely day.", "I just spilled my coffee.")]
    assert "stop" not in intents and "pause" not in intents
    stops = [m for m in read_intents("tuning") if m.intent == "stop"]
    told = [coach.listener.listen(m.text, Asked("interview", asked.ask, "", m.language, 3)).intent for m in stops]
    assert sum(intent == "stop" for intent in told) >= 0.75 * len(stops)


@pytest.mark.parametrize(
    ("language", "text", "indicator"),
    [
        ("en", "No goal about customers in the plan.", "integrate.goals"), ("en", "Nobody owns it.", "mobilise.owner"),
        ("en", "No.", "explore.education"), ("nb", "Nei, vi har ingen mål om kundene i planen.", "integrate.goals"),
        ("nb", "Ingen eier det.", "mobilise.owner"), ("nb", "Nei.", "explore.education"),
        ("et", "Meil pole plaanis klientide kohta ühtegi eesmärki.", "integrate.goals"), ("et", "Ei.", "explore.education"),
    ],
)  # fmt: skip
def test_a_plain_denial_is_never_read_as_in_place(
    coach: Interview, language: Language, text: str, indicator: str
) -> None:
    hearing = coach.listener.listen(text, Asked("interview", Ask("indicator", indicator), "", language, 3))
    assert [o.status for o in hearing.observations] == [Status.ABSENT]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "No data, no paper."), ("en", "Nothing is decided without their numbers."), ("en", "Nobody but Ines owns it."),
        ("nb", "Ingen brukertall, ingen sak."), ("nb", "Ingen unntatt Ylva har det."),
        ("et", "Ilma andmeteta keegi ei otsusta."), ("en", "Nobody's over it. Orla's over it, obviously."),
    ],
)  # fmt: skip
def test_a_denial_that_says_something_else_is_left_to_the_reading(language: Language, text: str) -> None:
    assert not negates_plainly(text, language)


@pytest.mark.parametrize("text", ["No.", "Not really.", "Nobody does."])
def test_a_few_words_said_to_an_open_question_are_no_finding(coach: Interview, text: str) -> None:
    hearing = coach.listener.listen(text, Asked("interview", Ask("area", "insight"), "", "en", 3))
    assert hearing.observations == ()


def answered(coach: Interview, *messages: str) -> Session:
    session = Session("bears", Profile("en", "private", "director", "all of it"), 7, AT)
    for message in messages:
        session = advance(coach, session, Message("said", message), AT)
    return session


def test_words_in_passing_are_listed_only_where_they_are_sure(coach: Interview) -> None:
    cases = list(read_cases(CASES / "examples"))
    for case in cases:
        session = answered(coach, case.opening, *(case.on_area[area].says for area in case.on_area))
        passing = [o for o in coach.course(session).heard.values() if not o.direct]
        assert all(o.certainty >= 0.7 and len((o.evidence.quote or "").split()) >= 4 for o in passing)


def test_a_quote_of_a_word_or_two_is_not_shown(coach: Interview) -> None:
    hearing = coach.listener.listen("No.", Asked("interview", Ask("indicator", "mobilise.owner"), "", "en", 3))
    course = coach.course(answered(coach, "We moved the desk in March."))
    assert hearing.observations[0].evidence.quote == "No." and quote_of(course, hearing.observations[0]) is None


def test_an_example_that_bears_nothing_out_is_not_the_quote(coach: Interview) -> None:
    claim = "Maria answers for it full time, with a team of seven and a mandate from the board."
    asked = Asked("interview", Ask("example", "mobilise.owner"), "", "en", 4, (claim,))
    observation = coach.listener.listen(
        "It was a rainy sort of autumn, as I recall it, on the whole.", asked
    ).observations[0]
    assert observation.evidence.quote == claim


def test_the_reflection_is_the_sentence_that_carries_the_reading(coach: Interview) -> None:
    long = (
        "Let me think for a moment. We have a good canteen. "
        "Since May last year Maria has answered for it full time, with seven people and a mandate from the board. "
        "It has been a busy spring."
    )
    session = answered(coach, "We moved the desk in March.")
    last = session.turns[-1]
    reply = replace(last.reply, ask=Ask("indicator", "mobilise.owner"))
    session = replace(session, turns=(replace(last, reply=reply),))
    reflected = advance(coach, session, Message("said", long), AT).turns[-1].reply.remarks[0].text
    assert "Maria has answered for it full time" in reflected
