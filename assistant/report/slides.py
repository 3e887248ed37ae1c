"""The report as a presentation for the management meeting: five to seven slides, with charts that can be edited."""

from __future__ import annotations

from io import BytesIO
from textwrap import shorten

from pptx.enum.chart import XL_CHART_TYPE, XL_TICK_LABEL_POSITION, XL_TICK_MARK

from assistant.findings import capital
from assistant.report.deck import (
    HAIR,
    INNER,
    MARGIN,
    SOFT,
    STONE,
    WIDTH,
    Box,
    Deck,
    Words,
    fitting,
    paint,
)
from assistant.report.parts import ChangePart, Group, Outline, Said, Stair, span_of
from assistant.report.properties import describe
from knowledge.schema import Language

_FOUND, _TICKED = "◆", "▼"
_TOP, _ROOM = 1.7, 5.05
_MOST_GROUPS = 4
_MOST_STONES = 4
_STRIDE = 0.6
_LONGEST_STATEMENT, _LONGEST_CELL = 600, 240
_PERCENT: dict[Language, str] = {"en": "0%", "nb": "0\u00a0%", "et": "0%"}
_COLUMN_SIZES = (18, 17, 16, 15, 14, 13, 12, 11, 10.5, 10)


def as_pptx(outline: Outline) -> bytes:
    """Five slides where nothing was heard, else seven."""
    deck = Deck(outline.language, f"{outline.scope_short} · {outline.written_date}")
    describe(deck.presentation.core_properties, outline)
    _first(deck, outline)
    _finding(deck, outline)
    if outline.heard:
        _areas(deck, outline)
        _settle(deck, outline)
    _changes(deck, outline)
    _road(deck, outline)
    _meeting(deck, outline)
    written = BytesIO()
    deck.presentation.save(written)
    return written.getvalue()


def _first(deck: Deck, outline: Outline) -> None:
    slide = deck.slide(outline.title, first=True)
    deck.cairn(slide, MARGIN, 0.75, 0.75, outline.labels["mark"])
    size = fitting([outline.scope], INNER, 0.85, (22, 20, 18, 16, 14, 12))
    small = fitting([outline.account], INNER, 0.7, (14, 13, 12, 11, 10))
    deck.fill(
        slide.placeholders[1].text_frame,
        [Words(outline.scope, size), Words(outline.account, small, italic=True, colour=SOFT)],
    )
    caveat = [Words(outline.caveat, 16, bold=True, after=8)] if outline.caveat else []
    doubt = Words(f"{outline.labels['how_sure']} {' '.join(outline.doubt)}", 16, colour=SOFT)
    finding = fitting([outline.finding], INNER - 1.5, 1.1, (28, 26, 24))
    words = [Words(outline.finding, finding, bold=True, after=14), *caveat, doubt]
    deck.text(slide, Box(MARGIN, 4.3, INNER - 1.5, 2.4), words)
    deck.notes(slide, [outline.account, outline.finding, *outline.doubt])


def _finding(deck: Deck, outline: Outline) -> None:
    slide, say = deck.slide(outline.finding), outline.labels
    judged = [outline.judgement.text, *outline.judgement.areas] if outline.judgement else []
    deck.notes(
        slide,
        [
            f"{outline.stance}. {outline.essence}" if outline.stance else "",
            *outline.doubt, *(text for text in judged if outline.judgement and text != outline.judgement.brief),
            outline.rule_note,
        ],
    )  # fmt: skip
    if not outline.heard:
        rows = [(f"{stair.level} {stair.name}", stair.stance) for stair in outline.stairs]
        box = Box(MARGIN, _TOP, INNER, 3.6)
        deck.table(slide, box, (say["level"], say["way"]), (3.0, INNER - 3.0), rows, say["six_levels"])
        words = [*([Words(outline.tick)] if outline.tick else []), *_judged(outline)]
        if words:
            deck.text(slide, Box(MARGIN, 5.6, INNER, 1.25), words)
        return
    values = [(_named(stair), stair.share) for stair in outline.stairs]
    chart = deck.chart(
        slide, Box(MARGIN - 0.1, _TOP, 7.3, 4.3), XL_CHART_TYPE.COLUMN_CLUSTERED, say["likelihood"], values, _PERCENT[outline.language],
        f"{outline.stairs_text} {' '.join(outline.doubt)}",
    )  # fmt: skip
    paint(chart, ["solid" if stair.found else "hollow" for stair in outline.stairs])
    axis = chart.value_axis
    axis.visible, axis.minimum_scale = False, 0
    key = [f"{_FOUND} {say['mark_finding']}"]
    key += [f"{_TICKED} {say['mark_tick']}"] if any(stair.ticked for stair in outline.stairs) else []
    deck.text(slide, Box(MARGIN, 6.15, 7.1, 0.5), [Words("     ".join((*key, say["likelihood"])), 11, colour=SOFT)])
    deck.text(slide, Box(8.5, _TOP, WIDTH - MARGIN - 8.5, _ROOM), _reasons(outline), (14, 13, 12, 11, 10.5))


def _named(stair: Stair) -> str:
    marks = f"{_FOUND if stair.found else ''}{_TICKED if stair.ticked else ''}"
    return f"{marks} {stair.level} {stair.name}".strip()


def _reasons(outline: Outline) -> list[Words]:
    words = [Words(f"{outline.stance}.", bold=True, after=10)] if outline.stance else []
    for name, lines in (
        (outline.labels["carries"], outline.carries),
        (outline.labels["holds_back"], outline.holds_back),
    ):
        if lines:
            words.append(Words(name, bold=True, colour=STONE, after=4, before=12))
            words += [Words(line, bullet=True, after=4) for line in lines]
    ticked = [Words(f"{_TICKED} {outline.tick}", italic=True, before=14)] if outline.tick else []
    return [*words, *ticked, *_judged(outline)]


def _judged(outline: Outline) -> list[Words]:
    """What the consultant makes of it, beside the finding."""
    if outline.judgement is None:
        return []
    return [
        Words(outline.labels["judgement"], bold=True, colour=STONE, after=4, before=12),
        Words(outline.judgement.brief, after=3),
        Words(outline.judgement.by, italic=True, colour=SOFT),
    ]


def _areas(deck: Deck, outline: Outline) -> None:
    slide, say = deck.slide(outline.labels["areas"]), outline.labels
    names = [area.name if area.heard else f"{area.name} ({say['mark_inferred']})" for area in outline.areas]
    whole = (capital(say["whole"]), outline.found, span_of(outline.found))
    spans = [whole, *((name, area.levels, area.span) for name, area in zip(names, outline.areas, strict=True))]
    box = Box(MARGIN - 0.1, _TOP, 4.9, 4.9)
    chart = deck.spans(slide, box, (say["level"], say["range_heard"]), spans, outline.areas_text)
    paint(chart, ["pale", *("solid" if area.heard else "hollow" for area in outline.areas)], series=1)
    chart.category_axis.reverse_order = True
    axis = chart.value_axis
    axis.minimum_scale, axis.maximum_scale, axis.major_unit = 0, len(outline.stairs), 1
    axis.tick_label_position, axis.major_tick_mark = XL_TICK_LABEL_POSITION.NONE, XL_TICK_MARK.NONE
    axis.format.line.color.rgb = HAIR
    rows = [(f"{area.name}\n{area.span}: {area.standing}", "\n".join(area.next_signs)) for area in outline.areas]
    left = 5.8
    widths = (2.4, WIDTH - MARGIN - left - 2.4)
    deck.table(slide, Box(left, _TOP, sum(widths), 4.9), (say["area"], say["next"]), widths, rows, say["next"])
    deck.notes(slide, [f"{area.name}: {_told(area.lines) or say['nothing_here']}" for area in outline.areas])


def _told(lines: tuple[Said, ...]) -> str:
    return " ".join(f"{line.text} {line.quote}".strip() for line in lines)


def _settle(deck: Deck, outline: Outline) -> None:
    slide = deck.slide(outline.labels["settle"])
    groups = (*outline.settle, *outline.others)
    shown = groups[:_MOST_GROUPS]
    if not outline.settle:
        deck.text(slide, Box(MARGIN, _TOP, INNER, 0.9), [Words(outline.settle_none, 18)])
    gap, top = 0.4, _TOP if outline.settle else _TOP + 1.2
    width = (INNER - gap * max(len(shown) - 1, 1)) / max(len(shown), 2)
    height, columns = _TOP + _ROOM - top, [_grouped(group) for group in shown]
    size = min((fitting([w.text for w in words], width - 0.2, height, _COLUMN_SIZES) for words in columns), default=0)
    for index, words in enumerate(columns):
        deck.text(slide, Box(MARGIN + index * (width + gap), top, width, height), words, (size,))
    deck.notes(slide, [text for group in groups[_MOST_GROUPS:] for text in _lines(group)] + list(outline.dimensions))


def _grouped(group: Group) -> list[Words]:
    words = [Words(group.title, bold=True, colour=STONE, after=8)]
    for note in group.notes:
        words += [Words(note.lead, after=4)] if note.lead else []
        words += [Words(item.text, bullet=True, after=4) for item in note.items]
    return words


def _lines(group: Group) -> list[str]:
    return [group.title, *(f"{note.lead} {'; '.join(i.text for i in note.items)}".strip() for note in group.notes)]


def _changes(deck: Deck, outline: Outline) -> None:
    say = outline.labels
    slide = deck.slide(say["ambition"])
    state = "" if outline.ambition_chosen else f" ({say['draft']})"
    shown = shorten(outline.ambition, _LONGEST_STATEMENT, placeholder=" …")
    statement = [Words(shown), Words(f"{outline.ambition_level}{state}", 13, bold=True, colour=STONE)]
    deck.text(slide, Box(MARGIN, 1.3, INNER, 1.25), statement, (18, 17, 16, 15, 14, 13, 12, 11, 10))
    proposed = "" if outline.changes_chosen or not outline.changes else f" ({say['proposed']})"
    deck.text(slide, Box(MARGIN, 2.8, INNER, 0.4), [Words(f"{say['changes']}{proposed}", 17, bold=True)])
    if outline.changes:
        rows = [
            (_cut(change.title), _cut(change.owner), _cut(change.due), _cut(change.first_step))
            for change in outline.changes
        ]
        headings = (say["change"], say["owner"], say["due"], say["first_step"])
        widths = (3.5, 3.0, 1.5, INNER - 8.0)
        deck.table(slide, Box(MARGIN, 3.25, INNER, 3.5), headings, widths, rows, say["changes"])
    if outline.changes_note:
        top = 3.3 if not outline.changes else 6.2
        deck.text(slide, Box(MARGIN, top, INNER, 0.6), [Words(outline.changes_note)], (14, 12))
    notes = [
        f"{change.title}. {change.move} {say['first_step']}: {change.first_step} {say['rests_on']}: {change.rests_on} {say['sign']}: {change.sign} "
        f"{say['trap']}: {change.trap} {say['source']}: {'; '.join(change.sources)} {_supported(change, say['support'])}"
        for change in outline.changes
    ]
    whole = outline.ambition if shown.endswith(" …") else ""
    deck.notes(slide, [whole, *outline.ambition_notes, *notes])


def _cut(text: str) -> str:
    return shorten(text, _LONGEST_CELL, placeholder=" …")


def _road(deck: Deck, outline: Outline) -> None:
    say = outline.labels
    slide = deck.slide(say["road"])
    for index, year in enumerate(outline.road):
        left = WIDTH - MARGIN - (len(outline.road) - index) * _STRIDE
        deck.cairn(slide, left, 0.55, 0.42, year.name, min(year.number, _MOST_STONES))
    rows = [(year.name, "\n".join(year.true), "\n".join(year.wins)) for year in outline.road]
    widths = (1.15, 6.2, INNER - 7.35)
    deck.table(
        slide, Box(MARGIN, 1.4, INNER, 5.4), (say["year_heading"], say["true"], say["wins"]), widths, rows, say["road"]
    )
    deck.notes(slide, [step for year in outline.road for step in year.steps] + [outline.road_note])


def _meeting(deck: Deck, outline: Outline) -> None:
    slide = deck.slide(outline.labels["meeting"])
    questions = [Words(f"{number}. {text}", 22, after=34) for number, text in enumerate(outline.questions, start=1)]
    deck.text(slide, Box(MARGIN, 1.9, INNER - 1.0, 3.0), questions)
    deck.notes(slide, [outline.questions_note, outline.rule_note, outline.edited])


def _supported(change: ChangePart, label: str) -> str:
    return f"{label}: {' '.join(support.whole for support in change.support)}" if change.support else ""
