"""A Word document in Varde's dress: real styles, quiet tables, pictures that are described, comments."""

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

from assistant.report.parts import Said

_FONT = "Cambria"
_INK, _SOFT, _STONE = RGBColor(0x1F, 0x26, 0x24), RGBColor(0x55, 0x60, 0x5C), RGBColor(0x2F, 0x5D, 0x56)
WIDTH = Mm(166)
_SPACING, _CELL_SPACING = 1.1, 1.05
_LEAD_SIZES = ((60, 20), (110, 16), (400, 13))
_STYLES = (
    ("Normal", 10, _INK, 0, 5),
    ("Title", 13, _STONE, 4, 3),
    ("Subtitle", 20, _INK, 0, 4),
    ("Heading 1", 16, _INK, 16, 6),
    ("Heading 2", 11.5, _STONE, 10, 3),
    ("List Bullet", 10, _INK, 0, 2),
    ("Intense Quote", 13, _INK, 0, 5),
    ("Header", 8.5, _SOFT, 0, 0),
    ("Footer", 8.5, _SOFT, 0, 0),
)
_OWN_STYLES = (
    ("Quiet", 9, _SOFT, 4),
    ("Cell", 9.5, _INK, 1),
    ("Quiet Cell", 9, _SOFT, 1),
    ("Cell Bullet", 9.5, _INK, 1),
)
_UNPARTED = ("Title", "Subtitle", "Heading 1", "Heading 2", "Intense Quote", "Cell", "Quiet Cell", "Cell Bullet")

# What the schema of a paragraph's properties puts after them.
_AFTER_HYPHENS = ("w:kinsoku", "w:wordWrap", "w:overflowPunct", "w:topLinePunct", "w:autoSpaceDE", "w:autoSpaceDN", "w:bidi",
                  "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents",
                  "w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment", "w:textboxTightWrap", "w:outlineLvl",
                  "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange")  # fmt: skip
_AFTER_BORDERS = ("w:shd", "w:tabs", "w:suppressAutoHyphens", *_AFTER_HYPHENS)


class Paper:
    """A4, with a header and a footer; `locale` is the language that Word checks and hyphenates in."""

    def __init__(self, locale: str) -> None:
        self.document: WordDocument = Document()
        _set_styles(self.document, locale)

    def set_page(self, header: str, footer: str) -> None:
        """What surrounds the text; the header is left out on the first page."""
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(22)
        section.top_margin = section.bottom_margin = Mm(20)
        section.different_first_page_header_footer = True
        section.header.paragraphs[0].add_run(header)
        for place in (section.footer, section.first_page_footer):
            self._footer(place.paragraphs[0], footer)

    def _footer(self, paragraph: Paragraph, text: str) -> None:
        paragraph.paragraph_format.tab_stops.clear_all()
        paragraph.paragraph_format.tab_stops.add_tab_stop(WIDTH, WD_TAB_ALIGNMENT.RIGHT)
        paragraph.add_run(f"{text}\t")
        _field(paragraph, "PAGE")
        paragraph.add_run(" / ")
        _field(paragraph, "NUMPAGES")

    def comment(self, paragraph: Paragraph, text: str, author: str) -> None:
        self.document.add_comment(paragraph.runs, text, author, author[:1])

    def soft(self, text: str) -> Paragraph:
        return self.document.add_paragraph(text, "Quiet")

    def points(self, texts: Iterable[str]) -> list[Paragraph]:
        return [self.document.add_paragraph(text, "List Bullet") for text in texts]

    def subtitle(self, text: str) -> None:
        """In smaller type where it is long."""
        size = next((size for longest, size in _LEAD_SIZES if len(text) <= longest), _LEAD_SIZES[-1][1])
        self.document.add_paragraph(style="Subtitle").add_run(text).font.size = Pt(size)

    def columns(self, lists: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Lists beside each other, each under its heading."""
        table = self.table((), (WIDTH // len(lists) // Mm(1),) * len(lists), [], ruled=False)
        for cell, (name, texts) in zip(add_row(table), lists, strict=True):
            cell.paragraphs[0].style = "Heading 2"
            cell.paragraphs[0].add_run(name)
            for text in texts:
                cell.add_paragraph(text, "List Bullet")

    def lines_to_write_on(self, count: int) -> list[Paragraph]:
        """Empty lines with a rule below each."""
        lines = [self.document.add_paragraph() for _ in range(count)]
        for line in lines:
            line.paragraph_format.space_after, line.paragraph_format.line_spacing = Pt(0), Pt(24)
            borders = _element("w:pBdr")
            borders.append(_element("w:bottom", val="single", sz="4", space="1", color="D9D5CB"))
            borders.append(_element("w:between", val="single", sz="4", space="1", color="D9D5CB"))
            line._p.get_or_add_pPr().insert_element_before(borders, *_AFTER_BORDERS)
        lines[-1].paragraph_format.space_after = Pt(14)
        return lines

    def bullets(self, cell: _Cell, lines: Sequence[Said]) -> None:
        for index, line in enumerate(lines):
            paragraph = cell.add_paragraph() if index else cell.paragraphs[0]
            paragraph.style = self.document.styles["Cell Bullet"]
            said(paragraph, line)

    def picture(self, png: bytes, description: str, width: Length = WIDTH) -> None:
        """A picture that stays with what follows it."""
        picture = self.document.add_picture(BytesIO(png), width=width)
        picture._inline.docPr.set("descr", description)
        for side in ("distL", "distR"):
            picture._inline.set(side, "0")
        self.document.paragraphs[-1].paragraph_format.keep_with_next = True

    def table(
        self, headings: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[str]], ruled: bool = True
    ) -> Table:
        """A table with rules between its rows. `widths` in millimetres; no headings where the first column names.

        Its headings are repeated on each page and stand above a row.
        """
        table: Table = self.document.add_table(0, len(widths), "Table Grid")
        table.autofit = False
        _rule_between(table, named_by_row=not headings, ruled=ruled)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        if headings:
            cells = add_row(table)
            for cell, heading in zip(cells, headings, strict=True):
                cell.paragraphs[0].add_run(heading).bold = True
                cell.paragraphs[0].paragraph_format.keep_with_next = True
            table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for row in rows:
            cells = add_row(table)
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
        room.paragraph_format.line_spacing = Pt(5)


def said(paragraph: Paragraph, line: Said) -> None:
    paragraph.add_run(line.text)
    if line.quote:
        quote = paragraph.add_run(f" {line.quote}")
        quote.italic, quote.font.color.rgb = True, _SOFT


def together(paragraphs: Sequence[Paragraph], following: bool = False) -> None:
    """Keeps the paragraphs on one page, and with what follows where that is asked for."""
    for paragraph in paragraphs if following else paragraphs[:-1]:
        paragraph.paragraph_format.keep_with_next = True


def rows_together(table: Table, first: int, last: int) -> None:
    """Keeps the first rows of a table on one page, and the last ones."""
    rows = list(table.rows)
    for row in {*rows[: first - 1], *rows[-last:-1]}:
        together([p for cell in row.cells for p in cell.paragraphs], following=True)


def add_row(table: Table, parted: bool = False) -> Sequence[_Cell]:
    """A new row's cells; unless it may be `parted`, the row stays on one page."""
    added = table.add_row()  # type: ignore[no-untyped-call]
    if not parted:
        added._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell in added.cells:
        cell.paragraphs[0].style = "Cell"
    return tuple(added.cells)


def _set_styles(document: WordDocument, locale: str) -> None:
    styles = document.styles
    for name, size, colour, before, after in _STYLES:
        _shape(styles[name], size, colour, Pt(before), Pt(after))
    for name, size, colour, after in _OWN_STYLES:
        own = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        own.base_style = styles["Normal"]
        _shape(own, size, colour, Pt(0), Pt(after))
    for name in _UNPARTED:
        styles[name].element.get_or_add_pPr().insert_element_before(_element("w:suppressAutoHyphens"), *_AFTER_HYPHENS)
    styles["Intense Quote"].paragraph_format.keep_together = True
    for name in ("Title", "Subtitle"):
        for spread in styles[name].element.rPr.findall(qn("w:spacing")):
            styles[name].element.rPr.remove(spread)
    for name in ("Title", "Intense Quote"):
        border = styles[name].element.find(".//" + qn("w:pBdr"))
        border.getparent().remove(border)
    styles["Intense Quote"].paragraph_format.left_indent = styles["Intense Quote"].paragraph_format.right_indent = Mm(0)
    styles["Cell Bullet"].base_style = styles["List Bullet"]
    for name in ("List Bullet", "Cell Bullet"):
        bullets = styles[name].paragraph_format
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
    stop = settings.find(qn("w:defaultTabStop"))
    stop.addnext(_element("w:hyphenationZone", val="720"))
    stop.addnext(_element("w:consecutiveHyphenLimit", val="1"))
    stop.addnext(_element("w:autoHyphenation", val="true"))


def _shape(style: Any, size: float, colour: RGBColor, before: Length, after: Length) -> None:
    assert isinstance(style, ParagraphStyle)  # noqa: S101 - the names above are of paragraph styles
    style.font.name, style.font.size, style.font.color.rgb = _FONT, Pt(size), colour
    style.font.bold, style.font.italic = style.name.startswith("Heading") or style.name == "Title", False
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in [key for key in fonts.attrib if key.endswith(("Theme", "theme"))]:
        del fonts.attrib[attribute]
    for script in ("w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), _FONT)
    style.paragraph_format.space_before, style.paragraph_format.space_after = before, after
    style.paragraph_format.line_spacing = _CELL_SPACING if "Cell" in style.name else _SPACING
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


def _rule_between(table: Table, named_by_row: bool, ruled: bool) -> None:
    """Thin rules between the rows and nothing else; says whether the first row or the first column is a heading."""
    properties = table._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        shown = ruled and side in ("bottom", "insideH")
        borders.append(_element(f"w:{side}", val="single" if shown else "nil", sz="4", space="0", color="D9D5CB"))
    properties.find(qn("w:tblLayout")).addprevious(borders)
    properties.remove(properties.find(qn("w:tblLook")))
    margins = OxmlElement("w:tblCellMar")
    for side, width in (("top", "40"), ("left", "0"), ("bottom", "40"), ("right", "140")):
        margins.append(_element(f"w:{side}", w=width, type="dxa"))
    properties.append(margins)
    properties.append(_element("w:tblLook", firstRow="0" if named_by_row else "1", firstColumn="1" if named_by_row else "0",
                               lastRow="0", lastColumn="0", noHBand="1", noVBand="1"))  # fmt: skip
