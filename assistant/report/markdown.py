"""The report as Markdown, for where nothing but text goes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from assistant.report.parts import ChangePart, Group, Outline, Said

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~])")
_OPENS_BLOCK = re.compile(r"(?m)^(\s*)(?:([-+=])|(\d+)([.)]))")


def as_markdown(outline: Outline) -> str:
    """Everything that the Word document says."""
    return "\n\n".join(_parts(outline)) + "\n"


def inline(text: str) -> str:
    """Text that stays text behind something else on its line: a date is no list there."""
    return _SPECIAL.sub(r"\\\1", text.replace("\n", " "))


def plain(text: str) -> str:
    """Text that stays text at the beginning of a line: nothing in it is read as Markdown."""
    escaped = inline(text)
    return _OPENS_BLOCK.sub(lambda m: f"{m[1]}\\{m[2]}" if m[2] else f"{m[1]}{m[3]}\\{m[4]}", escaped)


def _parts(outline: Outline) -> Iterator[str]:
    say = outline.labels
    yield f"# {plain(outline.title)}"
    yield f"**{inline(outline.scope)}**"
    yield f"*{inline(outline.account)}*"
    yield f"## {inline(outline.finding)}"
    if outline.caveat:
        yield f"**{inline(outline.caveat)}**"
    if outline.stance:
        yield f"**{inline(outline.stance)}.** {inline(outline.essence)}"
    yield _stairs(outline)
    if outline.tick:
        yield plain(outline.tick)
    yield f"**{inline(say['how_sure'])}** {inline(' '.join(outline.doubt))}"
    yield from _judgement(outline)
    for name, lines in ((say["carries"], outline.carries), (say["holds_back"], outline.holds_back)):
        if lines:
            yield f"### {plain(name)}"
            yield _list(lines)
    yield f"## {plain(say['areas'])}"
    for area in outline.areas:
        yield f"### {inline(area.name)}: {inline(area.span)}, {inline(area.standing)}"
        yield _list(_told(line) for line in area.lines) if area.lines else plain(say["nothing_here"])
        for sign in area.next_signs:
            yield f"**{inline(say['next'])}:** {inline(sign)}"
    if outline.heard or outline.settle or outline.others:
        yield f"## {plain(say['settle'])}"
    if not outline.settle and outline.heard:
        yield plain(outline.settle_none)
    for group in (*outline.settle, *outline.others):
        yield from _group(group)
    if outline.heard:
        yield f"### {plain(say['dimensions'])}"
        yield _list(outline.dimensions)
        yield plain(outline.dimensions_note)
    yield f"## {plain(say['ambition'])}"
    yield f"> {plain(outline.ambition)}"
    state = "" if outline.ambition_chosen else f" ({say['draft']})"
    yield plain(f"{outline.ambition_level}{state}")
    yield from (plain(note) for note in outline.ambition_notes)
    yield f"## {plain(say['changes'])}"
    if outline.changes and not outline.changes_chosen:
        yield f"*{plain(say['proposed'])}*"
    if outline.changes_note:
        yield plain(outline.changes_note)
    for number, change in enumerate(outline.changes, start=1):
        yield f"### {number}. {plain(change.title)}"
        yield from _change(change, outline)
    yield f"## {plain(say['road'])}"
    rows = [(year.name, " ".join(year.true), " ".join(year.wins)) for year in outline.road]
    yield _table((say["year_heading"], say["true"], say["wins"]), rows)
    yield f"### {plain(say['first_year'])}"
    yield _list(step for year in outline.road for step in year.steps)
    yield plain(outline.road_note)
    yield from _end(outline)


def _stairs(outline: Outline) -> str:
    say = outline.labels
    marks = [
        " · ".join(
            word for word, holds in ((say["mark_finding"], s.found), (say["mark_tick"], s.ticked)) if holds
        )
        for s in outline.stairs
    ]  # fmt: skip
    rows = [
        (f"{stair.level} {stair.name}", stair.stance, stair.written, mark)
        for stair, mark in zip(outline.stairs, marks, strict=True)
    ]
    return _table((say["level"], say["way"], say["likelihood"], " "), rows)


def _judgement(outline: Outline) -> Iterator[str]:
    if outline.judgement:
        yield f"### {plain(outline.labels['judgement'])}"
        yield plain(outline.judgement.text)
        if outline.judgement.areas:
            yield _list(outline.judgement.areas)
        yield f"*{inline(outline.judgement.by)}*"


def _group(group: Group) -> Iterator[str]:
    yield f"### {plain(group.title)}"
    for note in group.notes:
        if note.lead:
            yield plain(note.lead)
        yield _list(_told(item) for item in note.items)


def _change(change: ChangePart, outline: Outline) -> Iterator[str]:
    say = outline.labels
    yield f"*{plain(' · '.join(change.tags))}*"
    yield plain(change.move)
    named = (
        ("rests_on", change.rests_on), ("why", change.why), ("owner", change.owner), ("due", change.due),
        ("first_step", change.first_step), ("sign", change.sign), ("stop", change.stop), ("trap", change.trap),
    )  # fmt: skip
    yield "\n".join(f"- **{inline(say[key])}:** {inline(text)}" for key, text in named)
    if change.support:
        yield f"**{inline(say['support'])}**"
        yield _list(support.whole for support in change.support)
    if change.sources:
        named_as = say["see_also"] if change.support else say["source"]
        yield f"{plain(named_as)}: {inline('; '.join(change.sources))}"


def _end(outline: Outline) -> Iterator[str]:
    say = outline.labels
    yield f"### {plain(say['elsewhere'])}"
    yield _list(outline.elsewhere)
    yield plain(outline.elsewhere_note)
    yield f"## {plain(say['meeting'])}"
    yield _list(outline.questions)
    yield plain(outline.questions_note)
    yield plain(outline.rule_note)
    if outline.edited:
        yield plain(outline.edited)


def _told(line: Said) -> str:
    return f"{line.text} {line.quote}".strip()


def _list(texts: Iterable[str]) -> str:
    return "\n".join(f"- {plain(text)}" for text in texts)


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings)]
    lines += [[inline(text) for text in row] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
