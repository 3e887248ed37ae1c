"""What a document is called, and a scope in few words."""

import re
from urllib.parse import unquote

import pytest

from assistant.report.naming import disposition, file_name, shortened
from assistant.session import Profile

AT = "2026-11-22T09:30:00+00:00"


def named(scope: str, organisation: str = "") -> str:
    return file_name(Profile("nb", "public", "Kommunedirektør", scope, organisation=organisation), AT, "pdf")


@pytest.mark.parametrize(
    ("scope", "name"),
    [
        ("Storvær kommune", "Varde – Storvær kommune – 2026-11-22.pdf"),
        ("Storvær kommune – hele kommuneorganisasjonen: skole, helse og plan", "Varde – Storvær kommune – 2026-11-22.pdf"),
        ("Sõstra Marketid AS (82 kauplust, umbes 2900 töötajat)", "Varde – Sõstra Marketid AS – 2026-11-22.pdf"),
        ("Žilvinas & Šmidt, Øst", "Varde – Žilvinas & Šmidt, Øst – 2026-11-22.pdf"),
        ("Vestlandet og Trøndelag, forretningsområdet privatmarked med datterselskaper på Åndalsnes",
         "Varde – Vestlandet og Trøndelag – 2026-11-22.pdf"),
        ("Norge/Sverige: \"alt\" <b> ..\\..\\x?*|", "Varde – Norge Sverige alt b .. .. x – 2026-11-22.pdf"),
        ("../../etc/passwd", "Varde – etc passwd – 2026-11-22.pdf"),
        ("fdp.\u202eexe\x00\r\nX: y", "Varde – fdp. exe X y – 2026-11-22.pdf"),
        ("", "Varde – 2026-11-22.pdf"),
        (" … / ??? ", "Varde – 2026-11-22.pdf"),
    ],
)  # fmt: skip
def test_a_file_is_named_for_the_scope_and_the_date(scope: str, name: str) -> None:
    assert named(scope) == name


def test_the_organisation_comes_before_the_scope() -> None:
    assert named("The consumer division", "Corvane Mobile & Fibre") == "Varde – Corvane Mobile & Fibre – 2026-11-22.pdf"


@pytest.mark.parametrize("scope", ["Æ" * 500, "Ærø og Åmål " * 40, "🏔" * 400, "漢" * 300, "a, " * 200])
def test_a_long_scope_gives_a_name_that_every_file_system_takes(scope: str) -> None:
    name = named(scope)
    assert len(name) <= 90 and len(name.encode()) <= 255
    assert name.startswith("Varde – ") and name.endswith(" – 2026-11-22.pdf")


@pytest.mark.parametrize("scope", ["Storvær – Õismäe, Šiauliai", 'a"b\\c; filename="evil.exe"', "100%41 æøå", "漢字"])
def test_the_header_offers_the_name_and_one_in_ascii(scope: str) -> None:
    header = disposition(named(scope))
    found = re.fullmatch(r"attachment; filename=\"([ -~]+)\"; filename\*=UTF-8''([\w.%~-]+)", header)
    assert found and unquote(found[2]) == named(scope)
    assert not set('"\\%/') & set(found[1])


def test_the_name_in_ascii_is_read_as_the_same_name() -> None:
    ascii_name = disposition("Varde – Sæter Øy Õun Ärni Šž – 2026-11-22.pdf").split('"')[1]
    assert ascii_name == "Varde - Saeter Oy Oun Arni Sz - 2026-11-22.pdf"


@pytest.mark.parametrize(
    ("scope", "longest", "short"),
    [
        ("Hele kommunen", 40, "Hele kommunen"),
        ("Storvær kommune – hele organisasjonen: skole, helse (520 ansatte)", 52, "Storvær kommune – hele organisasjonen: skole, helse"),
        ("Storvær kommune – hele organisasjonen: skole, helse (520 ansatte)", 40, "Storvær kommune – hele organisasjonen"),
        ("Sõstra Marketid AS kogu Eesti kauplustevõrk koos e-poega", 30, "Sõstra Marketid AS kogu …"),
    ],
)  # fmt: skip
def test_a_scope_is_cut_where_a_part_of_it_ends(scope: str, longest: int, short: str) -> None:
    assert shortened(scope, longest) == short and len(short) <= longest
