"""The report as a Word document, for the consultant to go on with: real styles, tables, and comments where to decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from assistant.report.parts import ChangePart, Group, Outline, Said
from assistant.report.pdf import Figure, as_png
from assistant.report.properties import AUTHOR, describe

_FONT = "Cambria"
_INK, _SOFT, _STONE = RGBColor(0x1F, 0x26, 0x24), RGBColor(0x55, 0x60, 0x5C), RGBColor(0x2F, 0x5D, 0x56)
_WIDTH, _MARK_WIDTH = Mm(160), Mm(12)
_INITIALS = "V"
_STYLES = (
    ("Normal", 10.5, _INK, 0, 6),
    ("Title", 14, _STONE, 12, 4),
    ("Subtitle", 20, _INK, 0, 6),
    ("Heading 1", 17, _INK, 20, 8),
    ("Heading 2", 12, _STONE, 14, 4),
    ("List Bullet", 10.5, _INK, 0, 2),
    ("Intense Quote", 14, _INK, 0, 6),
    ("Header", 8.5, _SOFT, 0, 0),
    ("Footer", 8.5, _SOFT, 0, 0),
)
_OWN_STYLES = (("Quiet", 9.5, _SOFT, 4), ("Cell", 10, _INK, 1), ("Quiet Cell", 9.5, _SOFT, 1))


def as_docx(outline: Outline) -> bytes:
    """The whole report, with what the PDF leaves out for want of room."""
    written = BytesIO()
    _Writer(outline).write().save(written)
    return written.getvalue()


class _Writer:
    def __init__(self, outline: Outline) -> None:
        self.outline, self.say = outline, outline.labels
        self.document: WordDocument = Document()

    def write(self) -> WordDocument:
        _set_styles(self.document, self.outline.locale)
        self._set_page()
        describe(self.document.core_properties, self.outline)
        self._first_page()
        self._areas()
        self._to_settle()
        self._ambition()
        self._changes()
        self._road()
        self._meeting()
        self._elsewhere()
        return self.document

    # what surrounds the text

    def _set_page(self) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(25)
        section.top_margin = section.bottom_margin = Mm(24)
        section.different_first_page_header_footer = True
        section.header.paragraphs[0].add_run(self.outline.title)
        for footer in (section.footer, section.first_page_footer):
            self._footer(footer.paragraphs[0])

    def _footer(self, paragraph: Paragraph) -> None:
        paragraph.paragraph_format.tab_stops.clear_all()
        paragraph.paragraph_format.tab_stops.add_tab_stop(_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
        paragraph.add_run(f"{self.outline.scope} · {self.outline.written_date}\t")
        _field(paragraph, "PAGE")
        paragraph.add_run(" / ")
        _field(paragraph, "NUMPAGES")

    # the parts

    def _first_page(self) -> None:
        outline = self.outline
        self._picture("mark", self.say["mark"])
        self.document.add_paragraph(outline.title, "Title")
        self.document.add_paragraph(outline.scope, "Subtitle")
        self._soft(outline.account)
        finding = self.document.add_heading(outline.finding, 1)
        self._ask("finding", finding)
        if outline.stance:
            paragraph = self.document.add_paragraph()
            paragraph.add_run(f"{outline.stance}.").bold = True
            paragraph.add_run(f" {outline.essence}")
        if outline.heard:
            self._picture("stairs", outline.stairs_text)
        else:
            self._table((self.say["level"], self.say["way"]), (40, 120),
                        [[f"{stair.level} {stair.name}", stair.stance] for stair in outline.stairs])  # fmt: skip
        if outline.tick:
            self.document.add_paragraph(outline.tick)
        doubt = self.document.add_paragraph()
        doubt.add_run(self.say["how_sure"]).bold = True
        doubt.add_run(f" {' '.join(outline.doubt)}")
        for name, lines in ((self.say["carries"], outline.carries), (self.say["holds_back"], outline.holds_back)):
            if lines:
                self.document.add_heading(name, 2)
                self._list(lines)

    def _areas(self) -> None:
        self.document.add_heading(self.say["areas"], 1).paragraph_format.page_break_before = True
        if self.outline.heard:
            self._picture("areas", self.outline.areas_text)
        headings = (self.say["area"], self.say["heard"], self.say["next"])
        table = self._table(headings, (36, 78, 46), [])
        for index, area in enumerate(self.outline.areas):
            cells = _row(table)
            cells[0].paragraphs[0].add_run(area.name).bold = True
            cells[0].add_paragraph(area.standing, "Quiet Cell")
            self._bullets(cells[1], area.lines or (Said(self.say["nothing_here"]),))
            cells[2].paragraphs[0].add_run("\n".join(area.next_signs))
            if index == 0 and self.outline.quotes:
                self._ask("quotes", cells[1].paragraphs[0])

    def _to_settle(self) -> None:
        if not (self.outline.heard or self.outline.settle or self.outline.others):
            return
        self.document.add_heading(self.say["settle"], 1)
        if not self.outline.settle and self.outline.heard:
            self.document.add_paragraph(self.say["settle_none"])
        for group in (*self.outline.settle, *self.outline.others):
            self._group(group)
        self.document.add_heading(self.say["dimensions"], 2)
        self._list(self.outline.dimensions)
        self._soft(self.outline.dimensions_note)

    def _group(self, group: Group) -> None:
        heading = self.document.add_heading(group.title, 2)
        if group.key in self.outline.comments:
            self._ask(group.key, heading)
        for note in group.notes:
            if note.lead:
                self.document.add_paragraph(note.lead).paragraph_format.keep_with_next = True
            for item in note.items:
                _said(self.document.add_paragraph(style="List Bullet"), item)

    def _ambition(self) -> None:
        outline = self.outline
        self.document.add_heading(self.say["ambition"], 1)
        self.document.add_paragraph(outline.ambition, "Intense Quote")
        level = self.document.add_paragraph()
        level.add_run(outline.ambition_level).bold = True
        if not outline.ambition_chosen:
            level.add_run(f" ({self.say['draft']})").italic = True
            self._ask("ambition", level)
        for note in outline.ambition_notes:
            self._soft(note)

    def _changes(self) -> None:
        outline = self.outline
        heading = self.document.add_heading(self.say["changes"], 1)
        if outline.changes and not outline.changes_chosen:
            self._soft(self.say["proposed"])
            self._ask("proposed", heading)
        if outline.changes_note:
            self.document.add_paragraph(outline.changes_note)
        for number, change in enumerate(outline.changes, start=1):
            self._change(number, change)

    def _change(self, number: int, change: ChangePart) -> None:
        self.document.add_heading(f"{number}. {change.title}", 2)
        self._soft(" · ".join(change.tags)).paragraph_format.keep_with_next = True
        self.document.add_paragraph(change.move).paragraph_format.keep_with_next = True
        say, sources = self.say, "; ".join(change.sources)
        rows = [
            [say["rests_on"], change.rests_on], [say["owner"], change.owner], [say["due"], change.due],
            [say["first_step"], change.first_step], [say["sign"], change.sign], [say["stop"], change.stop],
            [say["trap"], change.trap], [say["source"], sources],
            *([say["support"] if number == 0 else "", support.whole] for number, support in enumerate(change.support)),
        ]  # fmt: skip
        table = self._table((), (42, 118), rows)
        for row in table.rows[:-1]:
            row.cells[0].paragraphs[0].paragraph_format.keep_with_next = True
        if not change.agreed:
            self._ask("owner", table.rows[1].cells[1].paragraphs[0])

    def _road(self) -> None:
        outline = self.outline
        self.document.add_heading(self.say["road"], 1)
        table = self._table((self.say["year_heading"], self.say["true"], self.say["wins"]), (24, 76, 60), [])
        for year in outline.road:
            cells = _row(table)
            cells[0].paragraphs[0].add_run(year.name).bold = True
            self._bullets(cells[1], [Said(text) for text in year.true])
            self._bullets(cells[2], [Said(text) for text in year.wins])
        self.document.add_heading(self.say["first_year"], 2)
        self._list([step for year in outline.road for step in year.steps])
        self._soft(outline.road_note)

    def _meeting(self) -> None:
        outline = self.outline
        if outline.judgement:
            self.document.add_heading(self.say["judgement"], 1)
            self.document.add_paragraph(outline.judgement.text)
            self._list(outline.judgement.areas)
            self._soft(outline.judgement.by)
        self.document.add_heading(self.say["meeting"], 1)
        for question in outline.questions:
            self.document.add_paragraph(question).paragraph_format.space_after = Mm(20)
        self._soft(outline.questions_note)

    def _elsewhere(self) -> None:
        self.document.add_heading(self.say["elsewhere"], 1)
        self._list(self.outline.elsewhere)
        self._soft(self.outline.elsewhere_note)
        self._soft(self.outline.rule_note)
        if self.outline.edited:
            self._soft(self.outline.edited)

    # smaller things

    def _ask(self, key: str, paragraph: Paragraph) -> None:
        """A comment where the consultant should decide."""
        self.document.add_comment(paragraph.runs, self.outline.comments[key], AUTHOR, _INITIALS)

    def _soft(self, text: str) -> Paragraph:
        return self.document.add_paragraph(text, "Quiet")

    def _list(self, texts: Iterable[str]) -> None:
        for text in texts:
            self.document.add_paragraph(text, "List Bullet")

    def _bullets(self, cell: _Cell, lines: Sequence[Said]) -> None:
        for index, line in enumerate(lines):
            paragraph = cell.add_paragraph() if index else cell.paragraphs[0]
            paragraph.style = self.document.styles["List Bullet"]
            _said(paragraph, line)

    def _picture(self, figure: Figure, description: str) -> None:
        width = _MARK_WIDTH if figure == "mark" else _WIDTH
        picture = self.document.add_picture(BytesIO(as_png(self.outline, figure)), width=width)
        picture._inline.docPr.set("descr", description)

    def _table(self, headings: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[str]]) -> Table:
        """A table with rules between its rows. `widths` in millimetres; no headings where the first column names."""
        table: Table = self.document.add_table(0, len(widths), "Table Grid")
        table.autofit = False
        _rule_between(table, named_by_row=not headings)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        if headings:
            cells = _row(table)
            for cell, heading in zip(cells, headings, strict=True):
                cell.paragraphs[0].add_run(heading).bold = True
            table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for row in rows:
            cells = _row(table)
            for cell, text in zip(cells, row, strict=True):
                cell.paragraphs[0].add_run(text)
            if not headings:
                cells[0].paragraphs[0].style = self.document.styles["Quiet Cell"]
        self._after(table)
        return table

    def _after(self, table: Table) -> None:
        """Room below a table, as a paragraph that Word wants between two of them anyway."""
        room = self.document.add_paragraph()
        room.paragraph_format.space_after = Pt(0)
        room.paragraph_format.line_spacing = Pt(8)


def _said(paragraph: Paragraph, line: Said) -> None:
    paragraph.add_run(line.text)
    if line.quote:
        quote = paragraph.add_run(f" {line.quote}")
        quote.italic, quote.font.color.rgb = True, _SOFT


def _row(table: Table) -> Sequence[_Cell]:
    row = table.add_row()  # type: ignore[no-untyped-call]
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell in row.cells:
        cell.paragraphs[0].style = "Cell"
    return tuple(row.cells)


def _set_styles(document: WordDocument, locale: str) -> None:
    styles = document.styles
    for name, size, colour, before, after in _STYLES:
        _shape(styles[name], size, colour, Pt(before), Pt(after))
    for name, size, colour, after in _OWN_STYLES:
        own = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        own.base_style = styles["Normal"]
        _shape(own, size, colour, Pt(0), Pt(after))
    styles["Intense Quote"].paragraph_format.keep_together = True
    for name in ("Title", "Intense Quote"):
        border = styles[name].element.find(".//" + qn("w:pBdr"))
        border.getparent().remove(border)
    styles["Intense Quote"].paragraph_format.left_indent = styles["Intense Quote"].paragraph_format.right_indent = Mm(0)
    bullets = styles["List Bullet"].paragraph_format
    bullets.left_indent, bullets.first_line_indent = Mm(4.5), Mm(-4.5)
    styles["Footer"].paragraph_format.tab_stops.clear_all()
    _set_language(document, locale)


def _set_language(document: WordDocument, locale: str) -> None:
    """For the text, the theme and the hyphenation; the settings have an order of their own."""
    settings = document.settings.element
    for language in (
        *document.styles.element.find(".//" + qn("w:rPrDefault")).iter(qn("w:lang")),
        settings.find(qn("w:themeFontLang")),
    ):
        language.set(qn("w:val"), locale)
    settings.find(qn("w:defaultTabStop")).addnext(_element("w:autoHyphenation", val="true"))


def _shape(style: Any, size: float, colour: RGBColor, before: Length, after: Length) -> None:
    assert isinstance(style, ParagraphStyle)  # noqa: S101 - the names above are of paragraph styles
    style.font.name, style.font.size, style.font.color.rgb = _FONT, Pt(size), colour
    style.font.bold, style.font.italic = style.name.startswith("Heading") or style.name == "Title", False
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in [key for key in fonts.attrib if key.endswith("Theme")]:
        del fonts.attrib[attribute]
    for script in ("w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), _FONT)
    style.paragraph_format.space_before, style.paragraph_format.space_after = before, after
    style.paragraph_format.line_spacing = 1.15
    style.paragraph_format.widow_control = True


def _element(name: str, **attributes: str) -> Any:
    found = OxmlElement(name)
    for key, value in attributes.items():
        found.set(qn(f"w:{key}"), value)
    return found


def _field(paragraph: Paragraph, instruction: str) -> None:
    field = _element("w:fldSimple", instr=instruction)
    paragraph._p.append(field)
    run = OxmlElement("w:r")
    run.append(_element("w:t"))
    run[0].text = "1"
    field.append(run)


def _rule_between(table: Table, named_by_row: bool) -> None:
    """Thin rules between the rows and nothing else; says whether the first row or the first column is a heading."""
    properties = table._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        ruled = side in ("bottom", "insideH")
        borders.append(_element(f"w:{side}", val="single" if ruled else "nil", sz="4", space="0", color="D9D5CB"))
    properties.find(qn("w:tblLayout")).addprevious(borders)
    properties.remove(properties.find(qn("w:tblLook")))
    margins = OxmlElement("w:tblCellMar")
    for side, width in (("top", "60"), ("left", "0"), ("bottom", "60"), ("right", "140")):
        margins.append(_element(f"w:{side}", w=width, type="dxa"))
    properties.append(margins)
    properties.append(_element("w:tblLook", firstRow="0" if named_by_row else "1", firstColumn="1" if named_by_row else "0",
                               lastRow="0", lastColumn="0", noHBand="1", noVBand="1"))  # fmt: skip
