"""The report as a presentation for the management meeting: five to seven slides, with charts that can be edited.

What a slide has no room for, at a size that is read across a table, stands in its notes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO

from pptx.enum.chart import XL_CHART_TYPE
from pptx.slide import Slide

from assistant.findings import capital
from assistant.report.deck import (
    INNER,
    MARGIN,
    SIZES,
    SOFT,
    STONE,
    WIDTH,
    Box,
    Deck,
    Words,
    cut,
    fitting,
    paint,
    tall,
    tall_rows,
)
from assistant.report.parts import ChangePart, Group, Outline, Said, span_of
from assistant.report.properties import describe
from assistant.report.staircase import key, staircase
from knowledge.schema import Language

_TOP, _ROOM = 1.7, 5.05
_MOST_STONES = 4
_STRIDE = 0.6
_SIDE = 8.85
_ROW = 0.83
_STATEMENT = 1.4
_LONGEST_ITEM = 150
_PERCENT: dict[Language, str] = {"en": "0%", "nb": "0\u00a0%", "et": "0%"}


def as_pptx(outline: Outline) -> bytes:
    """Five slides where nothing was heard, else seven."""
    deck = Deck(outline.language, f"{outline.scope_short} · {outline.written_date}")
    describe(deck.presentation.core_properties, outline)
    _first(deck, outline)
    _finding(deck, outline)
    if outline.heard:
        _areas(deck, outline)
        _settle(deck, outline)
    _road(deck, outline)
    _changes(deck, outline)
    _meeting(deck, outline)
    written = BytesIO()
    deck.presentation.save(written)
    return written.getvalue()


def _first(deck: Deck, outline: Outline) -> None:
    slide = deck.slide(outline.title, first=True)
    deck.cairn(slide, MARGIN, 1.4, 1.15, outline.labels["mark"])
    size = fitting([outline.scope], INNER - 1.5, 1.8, (24, 22, 20, 18, 16, 14))
    deck.fill(
        slide.placeholders[1].text_frame,
        [Words(outline.scope, size, after=14), Words(outline.account, 14, italic=True, colour=SOFT)],
    )
    deck.notes(slide, [outline.account, outline.finding, *outline.doubt])


def _finding(deck: Deck, outline: Outline) -> None:
    slide, say = deck.slide(outline.finding), outline.labels
    judged = [outline.judgement.text, *outline.judgement.areas] if outline.judgement else []
    left: list[str] = []
    if outline.heard:
        staircase(deck, slide, Box(MARGIN, 1.6, 7.6, 4.3), outline)
        key(deck, slide, MARGIN, 6.25, outline)
        left = deck.blocks(slide, Box(_SIDE, _TOP, WIDTH - MARGIN - _SIDE, _ROOM), _reasons(outline))
    else:
        rows = [(f"{stair.level} {stair.name}", stair.stance) for stair in outline.stairs]
        box = Box(MARGIN, _TOP, INNER, 3.6)
        deck.table(slide, box, (say["level"], say["way"]), (3.0, INNER - 3.0), rows, say["six_levels"])
        words = [*([Words(outline.tick)] if outline.tick else []), *_judged(outline)]
        left = deck.blocks(slide, Box(MARGIN, 5.5, INNER, 1.35), [[entry] for entry in words])
    _noted(deck, slide, [
        f"{outline.stance}. {outline.essence}" if outline.stance else "", *outline.doubt, *left, *judged, outline.rule_note,
    ])  # fmt: skip


def _noted(deck: Deck, slide: Slide, texts: Iterable[str]) -> None:
    """The notes of a slide, each text once."""
    deck.notes(slide, list(dict.fromkeys(texts)))


def _reasons(outline: Outline) -> list[list[Words]]:
    """What stands beside the staircase, the most important first."""
    found = [[Words(outline.caveat, bold=True, after=10)]] if outline.caveat else []
    found += [_judged(outline)] if outline.judgement else []
    found += [[Words(f"{outline.stance}.", bold=True, after=8)]] if outline.stance else []
    for name, lines in (
        (outline.labels["carries"], outline.carries),
        (outline.labels["holds_back"], outline.holds_back),
    ):
        if lines:
            heading = Words(name, bold=True, colour=STONE, after=4, before=8)
            found.append([heading, *(Words(line, bullet=True, after=4) for line in lines)])
    return [*found, [Words(outline.tick, italic=True, before=10)]] if outline.tick else found


def _judged(outline: Outline) -> list[Words]:
    """What the consultant makes of it, beside the finding."""
    if outline.judgement is None:
        return []
    return [
        Words(outline.labels["judgement"], bold=True, colour=STONE, after=4),
        Words(cut(outline.judgement.brief, WIDTH - MARGIN - _SIDE, 2.1), after=3),
        Words(outline.judgement.by, italic=True, colour=SOFT, after=10),
    ]


def _areas(deck: Deck, outline: Outline) -> None:
    """A table whose rows name the bars of the chart that lies in its empty column."""
    slide, say = deck.slide(outline.labels["areas"]), outline.labels
    whole = (capital(say["whole"]), outline.found, span_of(outline.found))
    spans = [whole, *((area.name, area.levels, area.span) for area in outline.areas)]
    rows = [(whole[0], "", "")]
    rows += [(f"{area.name}\n{area.standing}", "", " ".join(area.next_signs)) for area in outline.areas]
    widths = (3.9, 3.1, INNER - 7.0)
    rows = [(name, empty, cut(sign, widths[2] - 0.24, _ROW - 0.1)) for name, empty, sign in rows]
    top, headings = 1.3, 0.4
    box = Box(MARGIN, top, INNER, headings + _ROW * len(rows) + 0.1)
    deck.table(slide, box, (say["area"], say["level"], say["next"]), widths, rows, say["areas"], _ROW)
    place = Box(MARGIN + widths[0] + 0.12, top + headings, widths[1] - 0.24, _ROW * len(rows))
    chart = deck.spans(slide, place, (say["level"], say["range_heard"]), spans, outline.areas_text)
    paint(chart, ["pale", *("solid" if area.heard else "hollow" for area in outline.areas)], series=1)
    axis = chart.value_axis
    axis.minimum_scale, axis.maximum_scale, axis.major_unit = 0, len(outline.stairs), 1
    signs = [f"{area.name}: {' '.join(area.next_signs)}" for area in outline.areas]
    told = [f"{area.name}: {_told(area.lines) or say['nothing_here']}" for area in outline.areas]
    _noted(deck, slide, [*told, say["next"], *signs])


def _told(lines: tuple[Said, ...]) -> str:
    return " ".join(f"{line.text} {line.quote}".strip() for line in lines)


def _settle(deck: Deck, outline: Outline) -> None:
    """What is to be settled, beside how sure the finding is."""
    slide, say = deck.slide(outline.labels["settle"]), outline.labels
    groups = (*outline.settle, *outline.others)
    nothing = [] if outline.settle else [[Words(outline.settle_none, after=10)]]
    left = _in_columns(deck, slide, Box(MARGIN, _TOP, 7.3, _ROOM), [*nothing, *(_grouped(group) for group in groups)])
    width = WIDTH - MARGIN - _SIDE
    deck.text(slide, Box(_SIDE, _TOP, width, 0.35), [Words(say["how_sure"], 16, bold=True, colour=STONE)])
    values = [(str(stair.level), stair.share) for stair in outline.stairs]
    doubt = [Words(text, 14, colour=SOFT, after=4) for text in outline.doubt]
    height = _ROOM - 0.5 - tall(doubt, width, SIZES[-1])
    chart = deck.chart(
        slide, Box(_SIDE - 0.1, _TOP + 0.4, width, height), XL_CHART_TYPE.COLUMN_CLUSTERED, say["likelihood"], values,
        _PERCENT[outline.language], f"{outline.stairs_text} {' '.join(outline.doubt)}",
    )  # fmt: skip
    paint(chart, ["solid" if stair.found else "hollow" for stair in outline.stairs])
    chart.value_axis.visible, chart.value_axis.minimum_scale = False, 0
    deck.text(slide, Box(_SIDE, _TOP + 0.5 + height, width, _ROOM - 0.5 - height), doubt)
    whole = [text for group in groups for text in _lines(group)] if left else []
    _noted(deck, slide, [*whole, *outline.dimensions, outline.dimensions_note])


def _in_columns(deck: Deck, slide: Slide, box: Box, blocks: Sequence[Sequence[Words]]) -> bool:
    """Blocks in one column where they fit large, else in two; returns whether some had to be left out."""
    gap = 0.4
    for size in SIZES[1:]:
        if tall([entry for block in blocks for entry in block], box.width, size) <= box.height:
            deck.text(slide, box, [entry for block in blocks for entry in block], (size,))
            return False
    width = (box.width - gap) / 2
    columns: list[list[Words]] = [[], []]
    left = False
    for block in blocks:
        roomy = (c for c in columns if tall([*c, *block], width, SIZES[-1]) <= box.height)
        column = next(roomy, None)
        left = left or column is None
        if column is not None:
            column += block
    for index, words in enumerate(columns):
        if words:
            deck.text(slide, Box(box.left + index * (width + gap), box.top, width, box.height), words)
    return left


def _grouped(group: Group) -> list[Words]:
    words = [Words(group.title, bold=True, colour=STONE, after=5, before=8)]
    for note in group.notes:
        words += [Words(note.lead, after=4)] if note.lead else []
        words += [Words(cut(item.text, _LONGEST_ITEM / 10, 0.24), bullet=True, after=3) for item in note.items]
    return words


def _lines(group: Group) -> list[str]:
    return [group.title, *(f"{note.lead} {'; '.join(i.text for i in note.items)}".strip() for note in group.notes)]


def _road(deck: Deck, outline: Outline) -> None:
    """Where to be in five years, and what is true by the end of each on the way there."""
    say = outline.labels
    slide = deck.slide(say["ambition"])
    for index, year in enumerate(outline.road):
        left = WIDTH - MARGIN - (len(outline.road) - index) * _STRIDE
        deck.cairn(slide, left, 0.55, 0.42, year.name, min(year.number, _MOST_STONES))
    state = "" if outline.ambition_chosen else f" ({say['draft']})"
    shown = cut(outline.ambition, INNER, 1.05)
    level = Words(f"{outline.ambition_level}{state}", 14, bold=True, colour=STONE)
    size = next((s for s in SIZES if tall([Words(shown), level], INNER, s) <= _STATEMENT), SIZES[-1])
    statement = [Words(shown, size, after=4), level]
    deck.text(slide, Box(MARGIN, 1.2, INNER, _STATEMENT), statement)
    top = 1.45 + tall(statement, INNER, size)
    box, widths = Box(MARGIN, top, INNER, 6.9 - top), (1.3, INNER - 1.3)
    rows = [(year.name, "\n".join(year.true)) for year in outline.road]
    if tall_rows(rows, widths) > box.height:
        rows = [(year.name, " ".join(year.true)) for year in outline.road]
    was_cut = deck.table(slide, box, (say["year_heading"], say["true"]), widths, rows, say["road"])
    whole = [outline.ambition] if shown != outline.ambition else []
    years = [f"{year.name}. {' '.join(year.true)}" for year in outline.road] if was_cut else []
    wins = [f"{say['wins']}, {year.name}: {' '.join(year.wins)}" for year in outline.road]
    steps = [step for year in outline.road for step in year.steps]
    _noted(deck, slide, [*whole, *outline.ambition_notes, *years, *wins, say["first_year"], *steps, outline.road_note])


def _changes(deck: Deck, outline: Outline) -> None:
    say = outline.labels
    slide = deck.slide(say["changes"])
    top = 1.35
    if outline.changes and not outline.changes_chosen:
        deck.text(slide, Box(MARGIN, 1.1, INNER, 0.35), [Words(say["proposed"], 14, italic=True, colour=SOFT)])
        top = 1.6
    if outline.changes:
        rows = [(c.title, c.first_step, c.sign, f"{c.owner}\n{c.due}") for c in outline.changes]
        headings = (say["change"], say["first_step"], say["sign"], f"{say['owner']} · {say['due'].lower()}")
        widths = (2.9, INNER - 8.5, 3.1, 2.5)
        room = 6.8 - top - (0.6 if outline.changes_note else 0)
        deck.table(slide, Box(MARGIN, top, INNER, room), headings, widths, rows, say["changes"])
    if outline.changes_note:
        place, height = (6.2, 0.6) if outline.changes else (_TOP, 2.0)
        deck.text(slide, Box(MARGIN, place, INNER, height), [Words(outline.changes_note)])
    _noted(deck, slide, [_change(change, outline) for change in outline.changes])


def _change(change: ChangePart, outline: Outline) -> str:
    named = (
        ("rests_on", change.rests_on), ("why", change.why), ("owner", change.owner), ("due", change.due),
        ("first_step", change.first_step), ("sign", change.sign), ("stop", change.stop), ("trap", change.trap),
    )  # fmt: skip
    told = " ".join(f"{outline.labels[name]}: {text}" for name, text in named)
    support = f"{outline.labels['support']}: {' '.join(s.whole for s in change.support)}" if change.support else ""
    also = outline.labels["see_also" if change.support else "source"]
    sources = f"{also}: {'; '.join(change.sources)}" if change.sources else ""
    return " ".join(part for part in (f"{change.title}.", change.move, told, support, sources) if part)


def _meeting(deck: Deck, outline: Outline) -> None:
    """The three questions, each with room below it to write in."""
    slide = deck.slide(outline.labels["meeting"])
    size = min(fitting([text], INNER, 0.8, (24, 22, 20, 18)) for text in outline.questions)
    for index, text in enumerate(outline.questions):
        top = 1.6 + index * 1.65
        deck.text(slide, Box(MARGIN, top, INNER, 0.8), [Words(f"{index + 1}. {text}")], (size,))
        deck.rule(slide, MARGIN, top + 1.4, INNER)
    deck.text(slide, Box(MARGIN, 6.55, INNER, 0.3), [Words(outline.questions_note, 11, colour=SOFT)])
    _noted(deck, slide, [outline.questions_note, outline.rule_note, outline.edited])
