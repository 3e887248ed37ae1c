"""A presentation in Varde's dress: wide pages, serif type, native tables and charts, sizes chosen so that text fits."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from math import ceil
from textwrap import shorten
from typing import Any, Literal

from pptx import Presentation
from pptx.chart.chart import Chart
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.slide import Slide
from pptx.text.text import TextFrame
from pptx.util import Emu, Inches, Length, Pt

from knowledge.schema import Language

INK, SOFT, STONE = RGBColor(0x1F, 0x26, 0x24), RGBColor(0x55, 0x60, 0x5C), RGBColor(0x2F, 0x5D, 0x56)
PALE, HAIR, WHITE = RGBColor(0xDF, 0xEA, 0xE7), RGBColor(0xD9, 0xD5, 0xCB), RGBColor(0xFF, 0xFF, 0xFF)
WIDTH, HEIGHT, MARGIN = 13.333, 7.5, 0.75
INNER = WIDTH - 2 * MARGIN
_FONT = "Cambria"
Fill = Literal["solid", "hollow", "pale"]
_LANGUAGES: dict[Language, MSO_LANGUAGE_ID] = {
    "en": MSO_LANGUAGE_ID.ENGLISH_UK, "nb": MSO_LANGUAGE_ID.NORWEGIAN_BOKMOL, "et": MSO_LANGUAGE_ID.ESTONIAN,
}  # fmt: skip
_TITLE_SLIDE, _TITLE_ONLY = 0, 5
_FOOTER, _NUMBER = 11, 12
_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
_STONES = ((13, 4, 16, 27), (9.5, 3.6, 15, 20), (6.4, 3, 17, 13.4), (3.6, 2.3, 16, 8))
_CHARACTER, _LINE, _POINTS = 0.45, 1.22, 72
_CELL_MARGIN, _HEADINGS, _LOWEST_ROW = 0.06, 0.4, 0.3
_SHORTEST_CELL = 40
_THEME = {
    b'typeface="Calibri"': b'typeface="Cambria"', b'val="4F81BD"': b'val="2F5D56"', b'val="C0504D"': b'val="9A5B00"',
    b'val="1F497D"': b'val="1F2624"', b'val="EEECE1"': b'val="DFEAE7"',
}  # fmt: skip


@dataclass(frozen=True)
class Box:
    """A place on a page, in inches."""

    left: float
    top: float
    width: float
    height: float

    @property
    def emu(self) -> tuple[Length, Length, Length, Length]:
        return Inches(self.left), Inches(self.top), Inches(self.width), Inches(self.height)


@dataclass(frozen=True)
class Words:
    """A paragraph. `size` in points; none takes the size that fits its box."""

    text: str
    size: float | None = None
    bold: bool = False
    italic: bool = False
    colour: RGBColor = INK
    bullet: bool = False
    after: float = 6
    before: float = 0


SIZES = (20, 18, 17, 16, 15, 14)
"""What is read on a slide is never smaller than the last of these, in points; only sources and the foot are."""


def fitting(texts: Sequence[str], width: float, height: float, sizes: Sequence[float]) -> float:
    """The largest of the sizes at which the texts, one below the other, take no more than the height (inches)."""
    return next((size for size in sizes if _height(texts, width, size) <= height), sizes[-1])


def tall(words: Sequence[Words], width: float, size: float) -> float:
    """About how high the paragraphs stand, in inches, where those without a size take this one."""
    return sum(
        _height([entry.text], width - (0.2 if entry.bullet else 0), (entry.size or size) * (1.05 if entry.bold else 1))
        + (entry.before + entry.after - 4) / _POINTS
        for entry in words
    )


def cut(text: str, width: float, height: float, size: float = SIZES[-1]) -> str:
    """The text, cut after a word where it is too long for the room."""
    lines = int(height * _POINTS / (size * _LINE))
    return shorten(text, max(int(lines * width * _POINTS / (size * _CHARACTER) * 0.94), 20), placeholder=" …")


def tall_rows(rows: Sequence[Sequence[str]], widths: Sequence[float]) -> float:
    """About how high a table of these rows stands at the smallest size, in inches, its headings included."""
    return _HEADINGS + _table_height(rows, widths, SIZES[-1])


def fitted_rows(
    rows: Sequence[Sequence[str]], widths: Sequence[float], height: float, sizes: Sequence[float]
) -> tuple[list[list[str]], float]:
    """The rows of a table and the size at which they fit; at the smallest, long paragraphs are cut until they do."""
    shown = [list(row) for row in rows]
    for size in sizes:
        if _table_height(shown, widths, size) <= height:
            return shown, size
    most = max((len(paragraph) for row in rows for cell in row for paragraph in cell.split("\n")), default=0)
    for longest in range(most, _SHORTEST_CELL, -10):
        shown = [
            ["\n".join(shorten(p, longest, placeholder=" …") for p in cell.split("\n")) for cell in row] for row in rows
        ]
        if _table_height(shown, widths, sizes[-1]) <= height:
            break
    return shown, sizes[-1]


def _height(texts: Sequence[str], width: float, size: float) -> float:
    line = max(width * _POINTS / (size * _CHARACTER), 1)
    lines = sum(ceil(len(text) / line) for text in texts)
    return (lines * size * _LINE + len(texts) * 4) / _POINTS


class Deck:
    """Slides with a title in its placeholder, the scope at the foot and a number."""

    def __init__(self, language: Language, footer: str) -> None:
        self.language, self.footer = _LANGUAGES[language], footer
        self.presentation = Presentation()
        _dress(self.presentation)

    def slide(self, title: str, first: bool = False) -> Slide:
        layout = self.presentation.slide_layouts[0 if first else 1]
        slide: Slide = self.presentation.slides.add_slide(layout)
        assert slide.shapes.title is not None  # noqa: S101 - both layouts have a title
        size = fitting([title], INNER, 1.0, (28, 26, 24, 22))
        self._write(slide.shapes.title.text_frame, [Words(title, size, bold=True)])
        for shape in layout.placeholders:
            if shape.placeholder_format.idx in (_FOOTER, _NUMBER) and not first:
                slide.shapes._spTree.append(deepcopy(shape._element))
        for shape in slide.placeholders:
            if shape.placeholder_format.idx == _FOOTER:
                self._write(shape.text_frame, [Words(self.footer, 11, colour=SOFT)])
        return slide

    def fill(self, frame: TextFrame, words: Sequence[Words]) -> None:
        """Text into a placeholder."""
        self._write(frame, words)

    def text(self, slide: Slide, box: Box, words: Sequence[Words], sizes: Sequence[float] = SIZES) -> None:
        shape = slide.shapes.add_textbox(*box.emu)
        frame = shape.text_frame
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Emu(0)
        size = next((size for size in sizes if tall(words, box.width, size) <= box.height), sizes[-1])
        self._write(frame, [entry if entry.size else replace(entry, size=size) for entry in words])

    def blocks(self, slide: Slide, box: Box, blocks: Sequence[Sequence[Words]]) -> list[str]:
        """As many of the blocks as there is room for, one below the other; returns the texts of the others."""
        kept: list[Words] = []
        left: list[str] = []
        for block in blocks:
            if left or tall([*kept, *block], box.width, SIZES[-1]) > box.height:
                left += [entry.text for entry in block]
            else:
                kept += block
        self.text(slide, box, kept)
        return left

    def write(self, frame: TextFrame, words: Sequence[Words]) -> None:
        """Text into a shape, without margins."""
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Emu(0)
        self._write(frame, words)

    def _write(self, frame: TextFrame, words: Sequence[Words]) -> None:
        for index, entry in enumerate(words):
            paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
            run = paragraph.add_run()
            run.text = entry.text
            run.font.language_id = self.language
            run.font.bold, run.font.italic = entry.bold, entry.italic
            run.font.color.rgb = entry.colour
            if entry.size:
                run.font.size = Pt(entry.size)
            paragraph.space_before, paragraph.space_after = Pt(entry.before), Pt(entry.after)
            if entry.bullet:
                _bullet(paragraph._p.get_or_add_pPr())

    def notes(self, slide: Slide, texts: Sequence[str]) -> None:
        frame = slide.notes_slide.notes_text_frame
        assert frame is not None  # noqa: S101 - the notes of a new slide have a place for text
        self._write(frame, [Words(text, 12) for text in texts if text])

    def table(
        self, slide: Slide, box: Box, headings: Sequence[str], widths: Sequence[float], rows: Sequence[Sequence[str]],
        description: str, row_height: float = _LOWEST_ROW,
    ) -> bool:  # fmt: skip
        """A native table with a header row. A line break in a cell begins a new paragraph. Returns whether it was cut.

        With a `row_height`, rows are of that height, at the smallest size.
        """
        frame = slide.shapes.add_table(len(rows) + 1, len(widths), *box.emu)
        frame._element.nvGraphicFramePr.cNvPr.set("descr", description)
        table = frame.table
        properties = table._tbl.tblPr
        properties.find(qn("a:tableStyleId")).text = _NO_STYLE
        table.horz_banding = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Inches(width)
        even = row_height > _LOWEST_ROW
        shown, size = fitted_rows(rows, widths, box.height - _HEADINGS, SIZES[-1:] if even else SIZES[1:])
        for row in table.rows:
            row.height = Inches(row_height)
        table.rows[0].height = Inches(_HEADINGS)
        for index, (heading, cell) in enumerate(zip(headings, table.rows[0].cells, strict=True)):
            self._cell(cell, [Words(heading, size, bold=True, colour=STONE)], index, STONE)
        for row, texts in zip(list(table.rows)[1:], shown, strict=True):
            for index, (text, cell) in enumerate(zip(texts, row.cells, strict=True)):
                name, *rest = text.split("\n")
                words = [Words(name, size, bold=index == 0, after=3)]
                words += [Words(part, size, colour=SOFT if index == 0 else INK, after=3) for part in rest]
                self._cell(cell, words, index, HAIR)
                cell.vertical_anchor = MSO_ANCHOR.MIDDLE if even else MSO_ANCHOR.TOP
        return shown != [list(row) for row in rows]

    def _cell(self, cell: Any, words: Sequence[Words], index: int, rule: RGBColor) -> None:
        cell.margin_left, cell.margin_right = Inches(0.0 if index == 0 else 0.12), Inches(0.12)
        cell.margin_top = cell.margin_bottom = Inches(_CELL_MARGIN)
        cell.vertical_anchor = MSO_ANCHOR.TOP
        self._write(cell.text_frame, words)
        _rule_below(cell, rule)

    def chart(
        self, slide: Slide, box: Box, kind: XL_CHART_TYPE, series: str, values: Sequence[tuple[str, float]],
        number_format: str, description: str,
    ) -> Chart:  # fmt: skip
        """A native chart of one series, with its numbers beside the bars and no other ornament."""
        data = CategoryChartData(number_format=number_format)
        data.categories = [name for name, _ in values]
        data.add_series(series, [value for _, value in values])
        frame = slide.shapes.add_chart(kind, *box.emu, data)
        frame._element.nvGraphicFramePr.cNvPr.set("descr", description)
        chart: Chart = frame.chart
        chart.has_legend = chart.has_title = False
        chart.font.size, chart.font.name, chart.font.color.rgb = Pt(14), _FONT, INK
        plot = chart.plots[0]
        plot.gap_width, plot.vary_by_categories = 45, False
        plot.has_data_labels = True
        plot.data_labels.show_value, plot.data_labels.number_format = True, number_format
        plot.data_labels.number_format_is_linked = False
        plot.data_labels.position = XL_LABEL_POSITION.OUTSIDE_END
        chart.value_axis.has_major_gridlines = False
        chart.category_axis.format.line.color.rgb = HAIR
        return chart

    def spans(
        self, slide: Slide, box: Box, names: tuple[str, str], values: Sequence[tuple[str, Sequence[int], str]],
        description: str,
    ) -> Chart:  # fmt: skip
        """A native chart of spans: each bar from its first to its last whole number, its words in the bar.

        The bars share the height of the box, so that the rows of a table beside them can name them.
        The first series is the room before the bar and is not seen. A number n takes the place from n - 1 to n.
        """
        data = CategoryChartData(number_format="0")
        data.categories = [name for name, _, _ in values]
        data.add_series(names[0], [span[0] - 1 for _, span, _ in values])
        data.add_series(names[1], [len(span) for _, span, _ in values])
        frame = slide.shapes.add_chart(XL_CHART_TYPE.BAR_STACKED, *box.emu, data)
        frame._element.nvGraphicFramePr.cNvPr.set("descr", description)
        chart: Chart = frame.chart
        chart.has_legend = chart.has_title = False
        chart.font.size, chart.font.name, chart.font.color.rgb = Pt(14), _FONT, INK
        room, bars = chart.plots[0].series
        room.format.fill.background()
        room.format.line.fill.background()
        chart.plots[0].gap_width, chart.plots[0].overlap = 60, 100
        for index, (_, _, words) in enumerate(values):
            label = bars.points[index].data_label
            label.position = XL_LABEL_POSITION.CENTER
            self._write(label.text_frame, [Words(words, 14, bold=True)])
        chart.value_axis.has_major_gridlines = True
        chart.value_axis.major_gridlines.format.line.color.rgb = HAIR
        for axis in (chart.category_axis, chart.value_axis):
            axis.tick_label_position, axis.major_tick_mark = XL_TICK_LABEL_POSITION.NONE, XL_TICK_MARK.NONE
            axis.format.line.color.rgb = HAIR
        chart.category_axis.reverse_order = True
        _fill_frame(chart)
        return chart

    def rule(self, slide: Slide, left: float, top: float, width: float) -> None:
        """A thin line to write above."""
        drawn(slide.shapes, MSO_SHAPE.RECTANGLE, Box(left, top, width, 0.012), HAIR)

    def cairn(self, slide: Slide, left: float, top: float, width: float, description: str, count: int = 4) -> None:
        """The mark, drawn: `count` stones, the lowest first."""
        unit = width / 26
        group = slide.shapes.add_group_shape()
        for rx, ry, x, y in _STONES[:count]:
            box = Box(left + (x - rx - 3) * unit, top + (y - ry - 5.7) * unit, 2 * rx * unit, 2 * ry * unit)
            drawn(group.shapes, MSO_SHAPE.OVAL, box, STONE)
        group._element.nvGrpSpPr.cNvPr.set("descr", description)


def drawn(shapes: Any, kind: MSO_SHAPE, box: Box, colour: RGBColor) -> Any:
    """A shape of one colour: no line, no shadow, nothing of the theme."""
    shape = shapes.add_shape(kind, *box.emu)
    shape.fill.solid()
    shape.fill.fore_color.rgb = colour
    shape.line.fill.background()
    style = shape._element.find(qn("p:style"))
    shape._element.remove(style)
    return shape


def paint(chart: Chart, fills: Sequence[Fill], series: int = 0) -> None:
    """Full bars, hollow ones with an outline, and pale ones: told apart without colour. Words in a full bar are white."""
    for index, fill in enumerate(fills):
        point = chart.plots[0].series[series].points[index]
        point.format.fill.solid()
        point.format.fill.fore_color.rgb = {"solid": STONE, "hollow": WHITE, "pale": PALE}[fill]
        point.format.line.color.rgb, point.format.line.width = STONE, Pt(1.25)
        if series and fill == "solid":
            point.data_label.text_frame.paragraphs[0].runs[0].font.color.rgb = WHITE


def _fill_frame(chart: Chart) -> None:
    """The plot takes all of the chart's frame."""
    area = chart._chartSpace.find(".//" + qn("c:plotArea"))
    layout = area.find(qn("c:layout"))
    if layout is None:
        layout = area.makeelement(qn("c:layout"), {})
        area.insert(0, layout)
    manual = layout.makeelement(qn("c:manualLayout"), {})
    layout.append(manual)
    settings = {"layoutTarget": "inner", "xMode": "edge", "yMode": "edge", "x": "0", "y": "0", "w": "1", "h": "1"}
    for name, value in settings.items():
        manual.append(manual.makeelement(qn(f"c:{name}"), {"val": value}))


def _table_height(rows: Sequence[Sequence[str]], widths: Sequence[float], size: float) -> float:
    def cell(text: str, width: float) -> float:
        return _height(text.split("\n"), width - 0.24, size) + 2 * _CELL_MARGIN

    return sum(max(cell(text, width) for text, width in zip(row, widths, strict=True)) for row in rows)


def _bullet(properties: Any) -> None:
    properties.set("marL", str(Inches(0.2)))
    properties.set("indent", str(-Inches(0.2)))
    bullet = properties.makeelement(qn("a:buChar"), {"char": "•"})
    properties.append(bullet)


def _rule_below(cell: Any, colour: RGBColor) -> None:
    properties = cell._tc.get_or_add_tcPr()
    line = properties.makeelement(qn("a:lnB"), {"w": str(Pt(0.75))})
    fill = line.makeelement(qn("a:solidFill"), {})
    fill.append(fill.makeelement(qn("a:srgbClr"), {"val": str(colour)}))
    line.append(fill)
    properties.insert(0, line)


def _dress(presentation: Any) -> None:
    """The default template made wide, in serif type, with the two layouts that are used."""
    presentation.slide_width, presentation.slide_height = Inches(WIDTH), Inches(HEIGHT)
    layouts = presentation.slide_layouts
    kept = (layouts[_TITLE_SLIDE], layouts[_TITLE_ONLY])
    for layout in list(layouts):
        if layout not in kept:
            layouts.remove(layout)
    master = presentation.slide_master
    theme = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    for old, new in _THEME.items():
        theme._blob = theme._blob.replace(old, new)
    paragraph = master._element.find(".//" + qn("p:titleStyle") + "/" + qn("a:lvl1pPr"))
    paragraph.set("algn", "l")
    for page in (master, *kept):
        for shape in page.placeholders:
            _place(shape, page is kept[0])


def _place(shape: Any, first: bool) -> None:
    name = shape.name.split(" ")[0]
    boxes = {
        "Title": Box(MARGIN, 2.75 if first else 0.5, INNER, 0.8 if first else 1.0),
        "Subtitle": Box(MARGIN, 3.65, INNER - 1.5, 3.0),
        "Text": Box(MARGIN, 1.7, INNER, 5.0),
        "Footer": Box(MARGIN, 6.95, 10.0, 0.3),
        "Slide": Box(WIDTH - MARGIN - 1.5, 6.95, 1.5, 0.3),
    }
    box = boxes.get(name)
    if box is None:
        shape._element.getparent().remove(shape._element)
        return
    shape.left, shape.top, shape.width, shape.height = box.emu
    frame = shape.text_frame
    frame.margin_left = frame.margin_right = Emu(0)
    frame.vertical_anchor = MSO_ANCHOR.TOP if name in ("Title", "Subtitle", "Text") else MSO_ANCHOR.MIDDLE
    for style in shape._element.iter(qn("a:lvl1pPr")):
        style.set("algn", "r" if name == "Slide" else "l")
    frame.paragraphs[0].alignment = PP_ALIGN.RIGHT if name == "Slide" else PP_ALIGN.LEFT
