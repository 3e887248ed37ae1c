"""Names become roles."""

import pytest

from assistant.names import masked


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("nb", "Eirin har det i to dager i uka.", "[en kollega] har det i to dager i uka."),
        ("nb", "Det er Eirins bord, sier Odd-Arne.", "Det er [en kollega] bord, sier [en kollega]."),
        ("nb", "Per Hansen tok det opp.", "[en kollega] tok det opp."),
        ("en", "Ask Ines Okafor about it.", "Ask [a colleague] about it."),
        ("et", "Hanna-Liis Saarsen juhib, Kadrile antakse aru.", "[kolleeg] juhib, [kolleeg] antakse aru."),
    ],
)
def test_people_become_roles(language: str, text: str, expected: str) -> None:
    assert masked(text, language) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nb", "Annet hvert år, Even om det koster. Per i dag går det."),
        ("en", "Even so, the odd one leaves. Live chat opens in May."),
        ("et", "Oleks tore. Anna meile arve, maja on valmis. Ida-Virumaal on kaks poodi."),
    ],
)
def test_ordinary_words_stay(language: str, text: str) -> None:
    assert masked(text, language) == text  # type: ignore[arg-type]
