"""The report as PDF, Word, PowerPoint and Markdown, opened again and read."""

import re
import subprocess
import sys
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from fastapi.testclient import TestClient
from pptx import Presentation
from pptx.text.text import TextFrame
from pypdf import PdfReader

from assistant.changes import Support
from assistant.interview import Interview, advance
from assistant.report.compose import Report, compose, for_sharing
from assistant.report.deck import fitting
from assistant.report.documents import FORMS, Format, written
from assistant.report.markdown import plain
from assistant.report.outline import outline
from assistant.report.parts import Outline
from assistant.session import Message, Profile, Session
from assistant.voice import Voice
from evals.case import CASES, read_case
from evals.player import play
from knowledge import default as knowledge
from knowledge.schema import LANGUAGES, Language
from tests.test_api import to_result
from tests.test_cli import run

AT = "2026-10-12T09:30:00+00:00"
LOCALES = {"en": "en-GB", "nb": "nb-NO", "et": "et-EE"}
DATES = {"en": "12 October 2026", "nb": "12. oktober 2026", "et": "12. oktoober 2026"}
SCOPES = {
    "en": "The consumer division in Britain and Ireland, with its subsidiaries and service partners",
    "nb": "Vestlandet og Trøndelag, forretningsområdet privatmarked med datterselskaper på Åndalsnes",
    "et": "Kontserni Baltikumi ärisuund, Eesti jaekaubandus ja e-pood koos ladudega Põltsamaal",
}
FIRST = {"en": "telecom-en-b3", "nb": "kommune-nb-a2", "et": "toidukett-et-a4"}


@dataclass(frozen=True)
class Told:
    """A finished talk, and what a document makes of it."""

    report: Report
    voice: Voice
    outline: Outline

    def file(self, form: Format, quotes: bool = False) -> bytes:
        return written(self.report, self.voice, form, quotes).content


def told(coach: Interview, session: Session) -> Told:
    report, voice = compose(coach, session), coach.voice(session)
    return Told(report, voice, outline(for_sharing(report), voice))


def much(coach: Interview, language: Language) -> Session:
    """Free text all the way, the longest scope, an ambition, changes with owners, a consultant's judgement."""
    session = play(coach, read_case(CASES / "examples" / f"{FIRST[language]}.yaml"), "text").session
    profile = replace(session.profile, scope=SCOPES[language])
    session = replace(session, profile=profile, turns=tuple(replace(turn, at=AT) for turn in session.turns))
    aim = {
        "level": 6,
        "statement": "Æ ø å, õ ä ö ü, š ž. #let x = [*not markup*] \\ $ _ <b> " * 3,
        "months_per_step": 24,
    }
    session = advance(coach, session, Message("aimed", data=aim), AT)
    chosen = [
        {"indicator": change.indicator, "title": "", "owner": "Åse Šmidt-Žõu", "due": "2027-03-31", "first_step": ""}
        for change in compose(coach, session).proposals
    ]
    session = advance(coach, session, Message("decided", data={"changes": chosen}), AT)
    judged = {"level": 1, "reason": "Sett på stedet.", "by": "Külli Öövel"}
    return advance(coach, session, Message("judged", data=judged), AT)


def stopped(coach: Interview, language: Language, answer: str = "") -> Session:
    session = Session("stopped", Profile(language, "private", "CEO", "all of it"), 7, AT)
    said = (Message("said", answer),) if answer else ()
    after = (Message("stopped"), Message("confirmed"), Message("skipped"), Message("skipped"))
    for message in (*said, *after, Message("ticked", value="4")):
        session = advance(coach, session, message, AT)
    return session


def clicked(coach: Interview, language: Language, *indicators: str) -> Session:
    """A talk broken off at once, with a few signs put in place by a click."""
    session = Session("clicked", Profile(language, "private", "CEO", "all of it"), 7, AT)
    clicks = [Message("corrected", value="established", indicator=indicator) for indicator in indicators]
    after = (Message("confirmed"), Message("skipped"), Message("skipped"), Message("ticked", value="4"))
    for message in (Message("stopped"), *clicks, *after):
        session = advance(coach, session, message, AT)
    return session


@pytest.fixture(scope="module", params=LANGUAGES)
def full(request: pytest.FixtureRequest, coach: Interview) -> Told:
    return told(coach, much(coach, request.param))


@pytest.fixture(scope="module", params=LANGUAGES)
def little(request: pytest.FixtureRequest, coach: Interview) -> Told:
    answer = "We ask our guests every week in a survey, 400 answers in May, and the figures went to the board."
    return told(coach, stopped(coach, request.param, answer))


@pytest.fixture(scope="module", params=LANGUAGES)
def nothing(request: pytest.FixtureRequest, coach: Interview) -> Told:
    return told(coach, stopped(coach, request.param))


def flat(text: str) -> str:
    """Without white space and hyphens, which a line break adds or takes."""
    return "".join(text.split()).replace("-", "").replace("\u00ad", "")


def pdf_text(content: bytes, page: int | None = None) -> str:
    pages = PdfReader(BytesIO(content)).pages
    return flat(" ".join(p.extract_text() for p in (pages if page is None else [pages[page]])))


def docx_text(content: bytes) -> str:
    document = Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return flat(" ".join([*(p.text for p in document.paragraphs), *cells]))


def pptx_text(content: bytes) -> str:
    found = []
    for slide in Presentation(BytesIO(content)).slides:
        found += [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        for shape in slide.shapes:
            if shape.has_table:
                found += [cell.text for row in shape.table.rows for cell in row.cells]
        found.append(slide.notes_slide.notes_text_frame.text)
    return flat(" ".join(found))


def text_of(form: Format, content: bytes) -> str:
    readers = {"pdf": pdf_text, "docx": docx_text, "pptx": pptx_text}
    return readers[form](content) if form in readers else flat(content.decode())


@pytest.fixture(scope="module")
def longest(coach: Interview) -> Told:
    """All that the forms allow, with characters that come along when one pastes."""
    session = much(coach, "nb")
    profile = replace(session.profile, scope="Ærø og Åmål " * 16, role="direktør " * 22)
    session = advance(coach, replace(session, profile=profile), Message("aimed", data={
        "level": 6, "statement": "Vi styrer\x00 etter\x0b det vi hører\r\n hver dag. " * 50, "months_per_step": 60,
    }), AT)  # fmt: skip
    chosen = [{"indicator": entry.change.indicator, "title": "Lang tittel " * 16, "owner": "Ansvarlig " * 19,
               "due": "så snart vi kan", "first_step": "Første skritt. " * 130}
              for entry in compose(coach, session).decided]  # fmt: skip
    return told(coach, advance(coach, session, Message("decided", data={"changes": chosen}), AT))


# every form


@pytest.mark.parametrize("form", FORMS)
def test_the_longest_and_oddest_text_goes_through(longest: Told, form: Format) -> None:
    text = text_of(form, longest.file(form, quotes=True))
    assert "Ansvarlig" in text and "såsnartvikan" in text
    assert form == "json" or not set(text) & set("\x00\x0b")


@pytest.mark.parametrize("form", FORMS)
def test_every_form_holds_scope_account_finding_and_statement(full: Told, form: Format) -> None:
    text = text_of(form, full.file(form))
    found = full.outline
    account = full.report.result.account if form == "json" else found.account
    wanted = [found.scope, account, found.finding]
    assert all(flat(text_) in text for text_ in wanted)
    assert "Æøå,õäöü,šž" in text and "ÅseŠmidtŽõu" in text


@pytest.mark.parametrize("form", FORMS)
def test_quotes_are_off_until_asked_for_and_names_are_roles(full: Told, form: Format) -> None:
    quotes = [line.quote for line in full.report.result.lines if line.quote]
    shown = for_sharing(full.report, {line.indicator for line in full.report.result.lines}).result.lines
    masked = [line.quote for line in shown if line.quote]
    without, whole = text_of(form, full.file(form)), text_of(form, full.file(form, quotes=True))
    assert len(quotes) >= 5 and not any(flat(quote[:60]) in without for quote in quotes)
    if form in ("json", "md"):
        whole = whole.replace("\\", "")
    parts = [flat(quote[:40].replace('"', "")) for quote in masked]
    assert sum(part in whole for part in parts) >= len(parts) - 1


@pytest.mark.parametrize("form", FORMS)
def test_one_ticked_quote_is_the_only_one(full: Told, form: Format) -> None:
    quoted = [line for line in full.report.result.lines if line.quote]
    text = text_of(form, written(full.report, full.voice, form, {quoted[0].indicator}).content)
    assert not any(flat(str(line.quote)[:60]) in text for line in quoted[1:] if line.quote != quoted[0].quote)


def test_the_doubt_says_how_likely_and_on_how_much_it_rests(full: Told) -> None:
    likely, counted = full.outline.doubt
    assert "%" in likely and "28" in counted and str(len(full.report.result.lines)) in counted


@pytest.mark.parametrize("form", ["pdf", "docx", "pptx", "md"])
def test_little_is_told_without_a_fault(little: Told, form: Format) -> None:
    assert flat(little.outline.finding) in text_of(form, little.file(form))


@pytest.mark.parametrize("form", ["pdf", "docx", "pptx", "md"])
def test_where_nothing_was_heard_no_level_is_claimed(nothing: Told, form: Format) -> None:
    text = text_of(form, nothing.file(form))
    found = nothing.outline
    assert flat(found.finding) in text and not any(stair.found or stair.written for stair in found.stairs)
    assert flat(found.doubt[0]) in text and "%" not in found.doubt[0]
    assert all(not area.heard for area in found.areas)


@pytest.mark.parametrize("form", ["pdf", "docx", "pptx", "md"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_says_that_too_little_was_heard(coach: Interview, language: Language, form: Format) -> None:
    thin = told(coach, clicked(coach, language, "explore.surveys", "mobilise.owner"))
    text = text_of(form, thin.file(form))
    assert thin.outline.caveat and flat(thin.outline.caveat) in text and flat(thin.outline.settle_none) in text
    assert flat(thin.voice.say("document_settle_none")) not in text


def test_the_consultants_judgement_stands_beside_the_finding(full: Told) -> None:
    judgement = full.outline.judgement
    assert judgement is not None
    slide = Presentation(BytesIO(full.file("pptx"))).slides[1]
    shown = flat(" ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame))
    for text in (pdf_text(full.file("pdf"), page=0), shown):
        assert flat(judgement.text) in text and flat(judgement.by) in text
    headings = [p.text for p in Document(BytesIO(full.file("docx"))).paragraphs if p.style.name.startswith("Heading")]
    assert headings.index(full.outline.labels["judgement"]) == 1


def test_a_judgement_too_long_for_the_first_page_is_whole_further_on(coach: Interview) -> None:
    judged = {"level": 2, "reason": "Sett på stedet i fjor. " * 60, "by": "Külli Öövel"}
    long = told(coach, advance(coach, much(coach, "nb"), Message("judged", data=judged), AT))
    assert long.outline.judgement is not None and long.outline.judgement.brief.endswith("…")
    assert flat(long.outline.judgement.text) in pdf_text(long.file("pdf")).replace(flat(long.outline.scope_short), "")


# PDF


def test_the_pdf_is_tagged_titled_and_in_its_language(full: Told) -> None:
    reader = PdfReader(BytesIO(full.file("pdf")))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert str(root["/Lang"]) == LOCALES[full.outline.language] and root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None and reader.metadata.title == f"{full.outline.title} · {full.outline.scope}"
    assert "pdfuaid:part>1" in root["/Metadata"].get_data().decode().replace("=", ">").replace('"', "")


def test_the_pdf_has_two_to_four_a4_pages_in_fonts_that_it_carries(full: Told) -> None:
    for quotes in (False, True):
        reader = PdfReader(BytesIO(full.file("pdf", quotes)))
        assert 2 <= len(reader.pages) <= 4
        assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [595, 842]
        fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
        assert all("Libertinus" in font["/BaseFont"] for font in fonts)


def supported_at_length(report: Report, language: Language) -> Report:
    """With three long passages for each change, as the search finds them, in the words of a real one."""
    passage = next(p for p in knowledge().passages.values() if p.id == "cxpa.context" and p.language == language)
    support = Support(
        passage.key, passage.source, passage.title, passage.heading, passage.locator, passage.author, passage.date,
        passage.kind, passage.language, passage.text, 0, 180, passage.text[:180],
    )  # fmt: skip
    decided = tuple(replace(e, change=replace(e.change, supported_by=(support,) * 3)) for e in report.decided)
    return replace(report, decided=decided)


def supported_once(report: Report, language: Language, kind: str = "") -> Report:
    """With one passage for each change; its `kind` as it is, or another."""
    long = supported_at_length(report, language)
    decided = tuple(
        replace(e, change=replace(e.change, supported_by=tuple(
            replace(support, kind=kind or support.kind) for support in e.change.supported_by[:1]
        )))
        for e in long.decided
    )  # fmt: skip
    return replace(long, decided=decided)


def test_with_passages_and_every_quote_it_is_still_four_pages(full: Told) -> None:
    report = supported_at_length(full.report, full.outline.language)
    content = written(report, full.voice, "pdf", quotes=True).content
    found = outline(for_sharing(report), full.voice)
    assert len(PdfReader(BytesIO(content)).pages) <= 4
    assert pdf_text(content).count(flat(found.labels["support"])) == len(found.changes)


def test_the_questions_of_the_meeting_stand_together_on_the_last_page(full: Told) -> None:
    for quotes in (False, True):
        last = pdf_text(full.file("pdf", quotes), page=-1)
        assert all(flat(text) in last for text in (full.outline.labels["meeting"], *full.outline.questions))


def test_what_a_pattern_rests_on_is_quoted_with_its_area_alone(full: Told) -> None:
    found = outline(for_sharing(full.report, {line.indicator for line in full.report.result.lines}), full.voice)
    quoted = [item.quote for group in found.others if group.key == "patterns" for n in group.notes for item in n.items]
    assert any(line.quote for area in found.areas for line in area.lines) and not any(quoted)


def test_the_first_page_has_whose_account_the_date_the_finding_and_its_doubt(full: Told) -> None:
    text, found = pdf_text(full.file("pdf"), page=0), full.outline
    assert flat(DATES[found.language]) in text
    assert all(flat(part) in text for part in (found.scope, found.account, found.finding, *found.doubt, found.tick))


def test_the_same_report_gives_the_same_pdf(full: Told) -> None:
    assert full.file("pdf") == full.file("pdf")


def test_only_long_words_are_parted_and_never_close_to_an_end(full: Told) -> None:
    pages = PdfReader(BytesIO(full.file("pdf", quotes=True))).pages
    lines = "\n".join(page.extract_text() for page in pages)
    parted = re.findall(r"(\w+)[-\u00ad]\s*\n\s*(\w+)", lines)
    assert all(len(left) >= 3 and len(right) >= 3 and len(left + right) >= 12 for left, right in parted), parted


@pytest.mark.parametrize("form", ["pdf", "docx", "md"])
def test_a_document_says_what_to_look_for_what_to_stop_and_how_it_reads_along_ccma(full: Told, form: Format) -> None:
    text, found = text_of(form, full.file(form)), full.outline
    told_there = [*found.dimensions, *(text_ for change in found.changes for text_ in (change.sign, change.stop))]
    assert all(flat(text_) in text for text_ in told_there)


@pytest.mark.parametrize("form", ["docx", "md"])
def test_word_and_markdown_hold_all_of_it(full: Told, form: Format) -> None:
    text, found = text_of(form, full.file(form)).replace("\\", ""), full.outline
    steps = [step for year in found.road for step in year.steps[1:]]
    traps = [change.trap for change in found.changes]
    assert steps and all(flat(text_) in text for text_ in (*steps, *traps, *found.elsewhere))


@pytest.mark.parametrize("form", ["pdf", "docx", "md"])
def test_what_was_heard_and_why_a_change_comes_up_are_told_apart(full: Told, form: Format) -> None:
    text, found = text_of(form, full.file(form)), full.outline
    for change in found.changes:
        assert (
            flat(f"{change.rests_on} {change.why}") not in text and flat(f"{change.why} {change.rests_on}") not in text
        )
        assert flat(change.rests_on) in text and flat(change.why) in text


@pytest.mark.parametrize("form", ["docx", "md"])
def test_a_retelling_has_no_quotation_marks_and_each_source_is_named_once(full: Told, form: Format) -> None:
    report = supported_once(full.report, full.outline.language)
    shared = outline(for_sharing(report), full.voice)
    text = text_of(form, written(report, full.voice, form).content).replace("\\", "")
    for change in shared.changes:
        assert not set("“”«»„") & set(change.support[0].words[:1] + change.support[0].words[-1:])
        assert change.support[0].title not in change.sources
    assert text.count(flat(shared.changes[0].support[0].title)) == len(shared.changes)


def test_the_words_of_an_original_stand_in_quotation_marks(full: Told) -> None:
    report = supported_once(full.report, full.outline.language, kind="original")
    words = [change.support[0].words for change in outline(for_sharing(report), full.voice).changes]
    marks = {"en": ("“", "”"), "nb": ("«", "»"), "et": ("„", "“")}[full.outline.language]
    assert words and all((text[0], text[-1]) == marks for text in words)


def figures(content: bytes) -> list[str]:
    root = PdfReader(BytesIO(content)).trailer["/Root"]["/StructTreeRoot"]
    found, left = [], [root]
    while left:
        node = left.pop().get_object()
        if isinstance(node, list):
            left += node
        elif isinstance(node, dict):
            if node.get("/S") == "/Figure":
                found.append(str(node.get("/Alt")))
            if "/K" in node and not isinstance(node["/K"], int):
                left.append(node["/K"])
    return found


def test_the_figures_of_the_pdf_are_told_in_words(full: Told) -> None:
    assert {full.outline.stairs_text, full.outline.areas_text} <= set(figures(full.file("pdf")))


# Word


def test_the_word_document_has_real_styles_headings_and_tables(full: Told) -> None:
    document = Document(BytesIO(full.file("docx")))
    found = full.outline
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings[0] == found.finding and found.labels["road"] in headings
    assert [p.text for p in document.paragraphs if p.style.name in ("Title", "Subtitle")] == [found.title, found.scope]
    heads = [t.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for t in document.tables if len(t.columns) == 3]
    assert heads == [True, True]


def test_the_word_document_is_in_its_language_and_says_what_it_is(full: Told) -> None:
    document = Document(BytesIO(full.file("docx")))
    locale = LOCALES[full.outline.language]
    language = document.styles.element.find(".//" + qn("w:rPrDefault")).find(".//" + qn("w:lang"))
    properties = document.core_properties
    assert language.get(qn("w:val")) == locale == properties.language
    assert full.outline.scope in properties.title and properties.author == "Varde"


def test_the_consultant_is_asked_where_there_is_something_to_decide(full: Told, little: Told) -> None:
    def asked(content: bytes) -> set[str]:
        return {comment.text for comment in Document(BytesIO(content)).comments}

    comments = full.outline.comments
    assert comments["finding"] in asked(full.file("docx"))
    assert not {comments["ambition"], comments["owner"], comments["quotes"]} & asked(full.file("docx"))
    assert comments["quotes"] in asked(full.file("docx", quotes=True))
    assert little.outline.comments["ambition"] in asked(little.file("docx"))


def test_the_pictures_in_word_are_told_in_words(full: Told) -> None:
    document = Document(BytesIO(full.file("docx")))
    told_in_words = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert told_in_words == [full.outline.labels["mark"], full.outline.stairs_text, full.outline.areas_text]


# PowerPoint


def test_there_are_five_to_seven_slides_each_with_a_title(full: Told, nothing: Told) -> None:
    for case, count in ((full, 7), (nothing, 5)):
        slides = Presentation(BytesIO(case.file("pptx"))).slides
        assert len(slides) == count
        assert all(slide.shapes.title is not None and slide.shapes.title.text_frame.text for slide in slides)


def test_the_charts_are_native_and_hold_the_numbers(full: Told) -> None:
    slides = Presentation(BytesIO(full.file("pptx"))).slides
    areas, levels = [shape.chart for slide in slides for shape in slide.shapes if shape.has_chart]
    room, bars = (tuple(series.values) for series in areas.plots[0].series)
    spans = (full.outline.found, *(area.levels for area in full.outline.areas))
    assert list(zip(room, bars, strict=True)) == [(span[0] - 1, len(span)) for span in spans]
    assert tuple(levels.plots[0].series[0].values) == tuple(stair.share for stair in full.outline.stairs)
    assert all(chart.part.chart_workbook.xlsx_part is not None for chart in (areas, levels))


def test_the_staircase_shows_the_tick_beside_the_finding(full: Told) -> None:
    slide = Presentation(BytesIO(full.file("pptx"))).slides[1]
    told_in_words = [shape._element.xpath(".//p:cNvPr")[0].get("descr") for shape in slide.shapes]
    found, stairs = full.outline, full.outline.stairs
    assert slide.shapes.title.text_frame.text == found.finding and found.stairs_text in told_in_words
    for mark, count in (
        ("mark_finding", sum(s.marked for s in stairs)),
        ("mark_tick", 2 * any(s.ticked for s in stairs)),
    ):
        assert told_in_words.count(found.labels[mark]) == count


def sizes(frame: TextFrame) -> list[float]:
    return [run.font.size.pt for paragraph in frame.paragraphs for run in paragraph.runs if run.font.size]


def test_nothing_that_is_read_on_a_slide_is_smaller_than_14_points(full: Told, nothing: Told, longest: Told) -> None:
    cases = [
        (case, slide) for case in (full, nothing, longest) for slide in Presentation(BytesIO(case.file("pptx"))).slides
    ]
    for case, slide in cases:
        frames = [shape.text_frame for shape in slide.shapes if shape.has_text_frame]
        frames += [c.text_frame for s in slide.shapes if s.has_table for row in s.table.rows for c in row.cells]
        source = {case.outline.questions_note, f"{case.outline.scope_short} · {case.outline.written_date}"}
        assert all(size >= 14 for frame in frames if frame.text not in source for size in sizes(frame))


def test_the_bars_of_the_areas_stand_in_line_with_their_rows(full: Told) -> None:
    slide = Presentation(BytesIO(full.file("pptx"))).slides[2]
    table = next(shape for shape in slide.shapes if shape.has_table)
    chart = next(shape for shape in slide.shapes if shape.has_chart)
    head, *rows = [row.height for row in table.table.rows]
    assert len(set(rows)) == 1 and len(rows) == len(chart.chart.plots[0].categories)
    assert abs(chart.top - table.top - head) < 100 and abs(chart.height - sum(rows)) < 100


def test_what_is_no_text_on_a_slide_is_told_in_words(full: Told, nothing: Told) -> None:
    for case in (full, nothing):
        for slide in Presentation(BytesIO(case.file("pptx"))).slides:
            for shape in slide.shapes:
                if not shape.has_text_frame:
                    assert shape._element.xpath(".//p:cNvPr")[0].get("descr"), shape.name


def test_every_word_on_the_slides_is_in_the_language(full: Told) -> None:
    for slide in Presentation(BytesIO(full.file("pptx"))).slides:
        for frame in [shape.text_frame for shape in slide.shapes if shape.has_text_frame]:
            for part in [part for paragraph in frame.paragraphs for part in paragraph.runs]:
                assert part._r.rPr.get("lang") == LOCALES[full.outline.language], part.text


def test_nothing_stands_outside_a_slide(full: Told) -> None:
    presentation = Presentation(BytesIO(full.file("pptx")))
    for slide in presentation.slides:
        for shape in slide.shapes:
            assert shape.left >= 0 and shape.left + shape.width <= presentation.slide_width, shape.name
            assert shape.top >= 0 and shape.top + shape.height <= presentation.slide_height, shape.name


def test_percents_are_written_as_the_language_writes_them(full: Told) -> None:
    slides = Presentation(BytesIO(full.file("pptx"))).slides
    _, chart = [shape.chart for slide in slides for shape in slide.shapes if shape.has_chart]
    wanted = {"en": "0%", "nb": "0\u00a0%", "et": "0%"}[full.outline.language]
    assert chart.plots[0].data_labels.number_format == wanted
    assert re.search(r"\d%" if "\u00a0" not in wanted else r"\d\u00a0%", full.outline.doubt[0])


def test_the_notes_of_a_slide_say_a_thing_once(full: Told) -> None:
    for slide in Presentation(BytesIO(full.file("pptx"))).slides:
        told_there = [p.text for p in slide.notes_slide.notes_text_frame.paragraphs if p.text]
        assert len(told_there) == len(set(told_there))


def test_a_size_is_chosen_that_fits() -> None:
    assert fitting(["short"], 5, 1, (20, 10)) == 20
    assert fitting(["long " * 60], 5, 1, (20, 10)) == 10


# Markdown


def test_text_is_never_read_as_markdown() -> None:
    assert plain("# 1 * <b> [x](y) `c`\n- z") == r"\# 1 \* \<b\> \[x\](y) \`c\` - z"
    assert plain("1. first") == r"1\. first" and plain("- x") == r"\- x"


# ways in


@pytest.mark.parametrize("form", FORMS)
def test_the_api_gives_each_form(client: TestClient, form: Format) -> None:
    state = to_result(client, language="et")
    response = client.get(f"/api/sessions/{state['id']}/report.{form}")
    offered = response.headers["content-disposition"]
    assert response.status_code == 200 and re.search(rf"filename\*=UTF-8''Varde%20.+-\d\d\.{form}$", offered)
    assert response.headers["cache-control"] == "no-store"
    assert {"pdf": b"%PDF", "docx": b"PK", "pptx": b"PK", "md": b"# ", "json": b"{"}[form] in response.content[:5]


def test_quotes_are_asked_for_over_http(client: TestClient) -> None:
    base = f"/api/sessions/{to_result(client)['id']}"
    quoted = [line for line in client.get(base).json()["heard"] if line["quote"]]
    words = quoted[0]["quote"][:30]
    assert words not in client.get(f"{base}/report.md").text
    assert words in client.get(f"{base}/report.md", params={"quotes": True}).text
    assert words in client.get(f"{base}/report.md", params={"quote": quoted[0]["indicator"]}).text


def test_no_document_of_an_unfinished_or_unknown_talk(client: TestClient) -> None:
    body = {"language": "en", "kind": "private", "role": "CEO", "scope": "all"}
    started = client.post("/api/sessions", json=body).json()["id"]
    assert client.get(f"/api/sessions/{started}/report.pdf").status_code == 409
    assert client.get("/api/sessions/nowhere/report.pdf").status_code == 404
    assert client.get(f"/api/sessions/{started}/report.exe").status_code in (404, 422)


def test_the_pages_link_to_the_documents_with_the_ticked_quotes(client: TestClient) -> None:
    state = to_result(client)
    quoted = next(line["indicator"] for line in state["heard"] if line["quote"])
    assert f'href="/s/{state["id"]}/report.pdf"' in client.get(f"/s/{state['id']}/result").text
    page = client.get(f"/s/{state['id']}/report", params={"quote": quoted}).text
    assert f'href="/s/{state["id"]}/report.docx?quote={quoted}"' in page
    response = client.get(f"/s/{state['id']}/report.pptx?quote={quoted}")
    assert response.status_code == 200 and "default-src 'none'" in response.headers["content-security-policy"]


def test_the_command_writes_a_document(ready_home: Path, tmp_path: Path) -> None:
    talk = ["managing director", "the whole group", "1", "1", "2", "/stop", "yes", "/skip", "/skip", "3"]
    run("chat", "--language", "en", home=ready_home, text="\n".join(talk) + "\n")
    code = run("sessions", home=ready_home).stdout.split()[-1]
    for form in ("pdf", "md"):
        to = tmp_path / f"report.{form}"
        done = run("report", code, "--format", form, "--out", str(to), home=ready_home)
        assert done.returncode == 0 and to.stat().st_size > 1_000, done.stderr
    run("report", code, "--format", "md", "--out", str(tmp_path), home=ready_home)
    offered = sorted(path.name for path in tmp_path.glob("Varde*"))
    assert len(offered) == 1 and re.fullmatch(r"Varde – the whole group – \d{4}-\d\d-\d\d\.md", offered[0])
    gone = run("report", "nowhere", "--out", str(tmp_path / "x.pdf"), home=ready_home)
    assert gone.returncode == 1 and gone.stderr.startswith("varde: There is no session")


def test_the_libraries_wait_until_a_document_is_asked_for() -> None:
    code = "import sys, api.app, assistant.report.documents; print([m for m in ('typst', 'docx', 'pptx') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_a_date_behind_its_name_is_no_list_in_markdown(full: Told) -> None:
    text = full.file("md").decode()
    assert {"en": "31 March 2027", "nb": "31. mars 2027", "et": "31. märts 2027"}[
        full.outline.language
    ] in text.replace("\u00a0", " ")
    assert "\\." not in text
