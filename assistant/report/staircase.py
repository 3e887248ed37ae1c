"""The six levels as a staircase on a slide, in shapes that can be edited, with the finding and the leader's own tick."""

from __future__ import annotations

from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.slide import Slide

from assistant.report.deck import INK, PALE, STONE, WHITE, Box, Deck, Words, drawn
from assistant.report.parts import Outline

_AMBER = RGBColor(0x9A, 0x5B, 0x00)
_GAP, _LOWEST, _NAMES, _MARK, _TICK = 0.08, 0.8, 0.45, 0.62, 0.26
_KEY_AFTER = 2.9


def staircase(deck: Deck, slide: Slide, box: Box, outline: Outline) -> None:
    """The stairs in a box (inches), their names below them, the marks above."""
    group = slide.shapes.add_group_shape()
    step = (box.width - 5 * _GAP) / 6
    floor = box.top + box.height - _NAMES
    rise = (box.height - _NAMES - _MARK - _LOWEST) / 5
    for index, stair in enumerate(outline.stairs):
        left, height = box.left + index * (step + _GAP), _LOWEST + index * rise
        _stair(deck, group, Box(left, floor - height, step, height), str(stair.level), stair.found)
        _name(deck, group, Box(left, floor + 0.1, step, _NAMES - 0.1), stair.name, stair.found)
        top = floor - height
        if stair.marked:
            deck.cairn(slide, left + step / 2 - 0.3, top - 0.6, 0.6, outline.labels["mark_finding"])
        if stair.ticked:
            place = left + step - _TICK - 0.05 if stair.marked else left + (step - _TICK) / 2
            _tick(slide, place, top - _TICK - 0.08, outline.labels["mark_tick"])
    group._element.nvGrpSpPr.cNvPr.set("descr", outline.stairs_text)


def key(deck: Deck, slide: Slide, left: float, top: float, outline: Outline) -> None:
    """What the marks mean."""
    marked, ticked = (any(getattr(stair, mark) for stair in outline.stairs) for mark in ("marked", "ticked"))
    if marked:
        deck.cairn(slide, left, top, 0.36, outline.labels["mark"])
        deck.text(slide, Box(left + 0.48, top, 2.2, 0.3), [Words(outline.labels["mark_finding"], 14)])
        left += _KEY_AFTER
    if ticked:
        _tick(slide, left, top + 0.03, outline.labels["mark_tick"])
        deck.text(slide, Box(left + 0.38, top, 2.6, 0.3), [Words(outline.labels["mark_tick"], 14)])


def _stair(deck: Deck, group: Any, box: Box, level: str, found: bool) -> None:
    shape = drawn(group.shapes, MSO_SHAPE.RECTANGLE, box, STONE if found else PALE)
    shape.text_frame.vertical_anchor = MSO_ANCHOR.TOP
    deck.write(shape.text_frame, [Words(level, 22, bold=True, colour=WHITE if found else INK, before=4)])
    shape.text_frame.paragraphs[0].alignment = PP_ALIGN.CENTER


def _name(deck: Deck, group: Any, box: Box, name: str, found: bool) -> None:
    shape = group.shapes.add_textbox(*box.emu)
    shape.text_frame.word_wrap = False
    deck.write(shape.text_frame, [Words(name, 14, bold=found)])
    shape.text_frame.paragraphs[0].alignment = PP_ALIGN.CENTER


def _tick(slide: Slide, left: float, top: float, description: str) -> None:
    shape = drawn(slide.shapes, MSO_SHAPE.FLOWCHART_MERGE, Box(left, top, _TICK, _TICK * 0.9), _AMBER)
    shape._element.nvSpPr.cNvPr.set("descr", description)
