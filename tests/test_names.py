"""Names become roles."""

import pytest

from assistant.names import masked


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("nb", "Eirin har det i to dager i uka.", "[En kollega] har det i to dager i uka."),
        ("nb", "Det er Eirins bord, sier Odd-Arne.", "Det er [en kollega]s bord, sier [en kollega]."),
        ("nb", "Per Hansen tok det opp.", "[En kollega] tok det opp."),
        ("en", "Ask Ines Okafor about it.", "Ask [a colleague] about it."),
        (
            "en",
            "Ines's three words. “Ines Okafor’s budget” came later.",
            "[A colleague]'s three words. “[A colleague]'s budget” came later.",
        ),
        ("en", "It ends. Ines carries it on.", "It ends. [A colleague] carries it on."),
        ("nb", "Vi spurte Kari Hansens team.", "Vi spurte [en kollega]s team."),
        (
            "et",
            "Küsisime Triinilt ja Mari Maasikalt. Kadri vastas.",
            "Küsisime [kolleegilt] ja [kolleegilt]. [Kolleeg] vastas.",
        ),
        ("et", "See on Triini töö, mitte Martiniga kahasse.", "See on [kolleegi] töö, mitte [kolleegiga] kahasse."),
        ("et", "Hanna-Liis Saarsen juhib, Kadrile antakse aru.", "[Kolleeg] juhib, [kolleegile] antakse aru."),
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
