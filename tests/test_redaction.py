"""Masks come on and off again; how much they hide is measured on labelled answers."""

import pytest

from assistant.redaction import redaction
from evals.redact import addresses, labelled, mentions, organisations, people
from knowledge.schema import LANGUAGES, Language

SAID: dict[Language, str] = {
    "en": "We asked Ngaio in Porirua last March, and the CFO read it. Ngaio's list had 31 names, said Mrs Fehily.",
    "nb": "Vi spurte Tyri på Sagjordet i mars, og CFO leste det. Tyris liste hadde 31 navn.",
    "et": "Küsisime Maivelt Sagadis märtsis ja CFO luges läbi. Maive nimekirjas oli 31 nime.",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_on_no_list_are_hidden_by_their_capital_and_come_back(language: Language) -> None:
    masks = redaction([SAID[language]], language, by_shape=True)
    hidden = masks.hide(SAID[language])
    assert not any(name in hidden for name in ("Ngaio", "Porirua", "Fehily", "Tyri", "Sag", "Maivelt"))
    assert masks.reveal(hidden) == SAID[language] and "CFO" in hidden and "31" in hidden


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "In March and on Mondays, I think, the English say what NPS is. Nobody listens. \"They do,\" he said."),
        ("nb", "I mars sier Finland og Norge at NPS og KPI-er er fine. «Ingen hører på», sa hun."),
        ("et", "Märtsis ütles Eesti, et NPS on hea. Keegi ei kuula. „Kuulavad küll,“ vastas ta."),
    ],
)  # fmt: skip
def test_what_is_no_name_stays(language: Language, text: str) -> None:
    assert redaction([text], language, by_shape=True).hide(text) == text


@pytest.mark.parametrize(
    ("language", "name", "text"),
    [
        ("en", "Aireside Cold Chain", "Aireside's drivers and Aireside Cold Chain"),
        ("nb", "Sollid Dreieverk AS", "Sollids folk hos Sollid Dreieverk AS"),
        ("et", "Kuumkast OÜ", "Kuumkastis ja Kuumkasti autod"),
    ],
)
def test_the_organisation_is_hidden_shortened_and_inflected_too(language: Language, name: str, text: str) -> None:
    masks = redaction([text], language, [name])
    assert name.split()[0] not in masks.hide(text) and masks.reveal(masks.hide(text)) == text


@pytest.mark.parametrize(("language", "least"), [("en", 0.72), ("nb", 0.92), ("et", 0.93)])
def test_people_in_answers_that_were_not_looked_at_are_hidden_as_often_as_the_docs_say(
    language: Language, least: float
) -> None:
    found = people(language, "unseen").figures()
    assert found["mentions"] > 100 and found["recall"] >= least  # type: ignore[operator]
    assert found["false_per_1000_words"] < 12  # type: ignore[operator]


def test_no_case_is_both_looked_at_and_measured() -> None:
    for language in LANGUAGES:
        parts = labelled(language)
        assert not set(parts["seen"]) & set(parts["unseen"]) and sum(map(len, parts.values())) == 25


@pytest.mark.parametrize("kind", ["mail", "phone"])
def test_addresses_as_people_write_them_are_hidden(kind: str) -> None:
    found = addresses("en", kind)  # type: ignore[arg-type]
    assert not found.missed and not found.wrongly


def test_the_organisations_of_the_cases_are_hidden() -> None:
    found = [organisations(language) for language in LANGUAGES]
    assert sum(t.masked for t in found) >= 0.9 * sum(t.mentions for t in found)


def test_a_mention_is_found_with_its_ending_and_once() -> None:
    text = "Mihkli ja Mihkeli, Karl-Erik ja Erik"
    assert [text[a:b] for a, b in mentions(text, ["Mihkel", "Mihkl", "Karl-Erik", "Erik"], "et")] == [
        "Karl-Erik", "Mihkeli", "Mihkli", "Erik",
    ]  # fmt: skip
