"""Every text of the coach, in every language, with every pair of words."""

from itertools import product

import pytest

from assistant.questions import Ask
from assistant.session import Profile
from assistant.voice import Voice, voice_of
from knowledge import default as knowledge
from knowledge.schema import LANGUAGES, Status
from prompts import WordingError, load, terms

KNOWN = knowledge()
WORDS = [
    (language, served, field)
    for language in LANGUAGES
    for served, field in product(load(language).words["served"], ("cx", "customer-experience", "service-quality"))
]
GIVEN = {
    "quote": "q", "heard": "h", "thing": "t", "area": "a", "why": "w", "text": "x", "role": "r", "date": "d", "scope": "s",
    "level": "l", "lower": "l", "upper": "u", "above": "a", "dimension": "d", "owner": "o", "steps": "3", "years": "5",
    "months": "24", "statement": "s", "changes": "c", "number": "1", "name": "n", "names": "n", "shows": "s", "one": "o",
    "other": "o", "note": "n", "publisher": "p", "term": "t", "language": "l",
    "model": "openai:x", "share": "9%", "lower_share": "9%", "upper_share": "9%", "all": "28",
    "shown": "1", "levels": "l", "areas": "a", "year": "1", "places": "p", "headline": "x", "source": "s",
    "whom": "w", "lower_stance": "l", "lower_essence": "e", "upper_stance": "u", "upper_essence": "e",
}  # fmt: skip


def voice(language: str, served: str = "customer", field: str = "customer-experience", seed: int = 1) -> Voice:
    return voice_of(Profile(language, "private", "role", "scope", served, field), seed, KNOWN)  # type: ignore[arg-type]


@pytest.mark.parametrize(("language", "served", "field"), WORDS)
def test_every_question_takes_every_word(language: str, served: str, field: str) -> None:
    for seed in range(3):
        said = voice(language, served, field, seed)
        for area in said.bank.areas.values():
            for text in (*area.ask, *area.last_time, area.neighbours, area.why):
                assert "{" not in said.fill(text)
        for indicator in KNOWN.rubric.by_id:
            for kind in ("indicator", "example"):
                question = said.question(Ask(kind, indicator))
                assert question[0].isupper() and "{" not in question
            assert all(said.heard(indicator, status) for status in Status)


@pytest.mark.parametrize(("language", "served", "field"), WORDS)
def test_everything_known_takes_every_word(language: str, served: str, field: str) -> None:
    said = voice(language, served, field)
    rubric = KNOWN.rubric
    texts = [text for level in rubric.levels for text in (level.name, level.stance, level.essence, level.managed)]
    texts += [text for area in rubric.areas for text in (area.name, area.description)]
    texts += [text for indicator in rubric.indicators for text in (indicator.label, indicator.text, indicator.shows)]
    texts += [cell.text for cell in KNOWN.cells.values()] + [p.text for p in KNOWN.patterns]
    for text in texts:
        assert "{" not in said.fill(text[said.language])
    for play in KNOWN.playbook.values():
        entry = play[said.language]
        for text in (entry.title, entry.why, entry.owner, entry.meeting, entry.first_step, entry.sign, entry.small_win):
            said.fill(text)
        for text in (entry.trap, entry.stop, entry.ambition or "", *entry.true_by_then):
            said.fill(text)
        for lens in entry.moves.lenses:
            said.fill(entry.moves[lens])


@pytest.mark.parametrize("language", LANGUAGES)
def test_phrases_declare_only_known_names(language: str) -> None:
    said = voice(language)
    for wordings in said.bank.phrases.values():
        for wording in wordings:
            used = {name: value for name, value in GIVEN.items() if f"{{{name}}}" in wording}
            assert "{" not in said.fill(wording, **used)


def test_the_languages_have_the_same_phrases_with_the_same_names() -> None:
    banks = {language: load(language) for language in LANGUAGES}
    for key, wordings in banks["en"].phrases.items():
        for language in ("nb", "et"):
            assert len(banks[language].phrases[key]) == len(wordings), (language, key)
    assert len({frozenset(bank.phrases) for bank in banks.values()}) == 1
    assert len({frozenset(bank.words["served"]) for bank in banks.values()}) == 1
    assert len({frozenset(bank.words["field"]) for bank in banks.values()}) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_are_short_single_and_name_no_level(language: str) -> None:
    said = voice(language)
    asks = [Ask("opening", "opening")]
    asks += [Ask(kind, area) for area in said.bank.areas for kind in ("area", "neighbours")]
    asks += [Ask(kind, indicator) for indicator in KNOWN.rubric.by_id for kind in ("indicator", "example")]
    names = {said.fill(level.name[said.language]).lower() for level in KNOWN.rubric.levels}
    for ask, seed in product(asks, range(4)):
        question = voice(language, seed=seed).question(ask)
        assert len(question.split()) <= 35, question
        assert question.count("?") <= 1, question
        assert not names & set(question.lower().replace("?", "").split()), question


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_voice_has_no_exclamation_marks_em_dashes_or_emoji(language: str) -> None:
    said = voice(language)
    texts = [w for wordings in said.bank.phrases.values() for w in wordings]
    for area in said.bank.areas.values():
        texts += [*area.ask, *area.last_time, area.why]
        for indicator in area.indicators.values():
            texts += [*indicator.ask, indicator.last_time, *indicator.heard.model_dump().values()]
    for text in texts:
        assert not set("!—") & set(text), text
        assert all(ord(character) < 0x2600 for character in text), text


def test_a_template_with_a_missing_or_an_extra_name_fails() -> None:
    said = terms(load("en").words, "guest", "cx")
    assert said.fill("{Served_pl} like {field}.") == "Guests like CX."
    with pytest.raises(WordingError, match="no value"):
        said.fill("{served_plural}")
    with pytest.raises(WordingError, match="not used"):
        said.fill("Nothing.", quote="q")
    with pytest.raises(WordingError, match="stands alone"):
        said.fill("a { b")


def test_a_wording_is_fixed_by_the_seed() -> None:
    ask = Ask("area", "insight")
    assert voice("nb", seed=5).question(ask) == voice("nb", seed=5).question(ask)
    assert len({voice("nb", seed=seed).question(ask) for seed in range(30)}) == 3
