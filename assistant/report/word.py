"""The report as a Word document, for the consultant to go on with: every part of it, and comments where to decide."""

from __future__ import annotations

from io import BytesIO

from docx.shared import Mm
from docx.table import Table
from docx.text.paragraph import Paragraph

from assistant.report.paper import Paper, add_row, rows_together, said, together
from assistant.report.parts import ChangePart, Group, Outline, Said
from assistant.report.pdf import as_png
from assistant.report.properties import AUTHOR, describe

_MARK_WIDTH, _STAIRS_WIDTH, _AREAS_WIDTH = Mm(11), Mm(152), Mm(150)
_BEGINS, _ENDS = 5, 2  # rows of a change that are not parted: all up to the first step, and the last ones
_MOST_TOGETHER = 8  # findings of a kind that are kept on one page
_LINES = 3  # to write on, below each question


def as_docx(outline: Outline) -> bytes:
    """The whole report, with what the PDF leaves out for want of room."""
    written = BytesIO()
    _Writer(outline).write().document.save(written)
    return written.getvalue()


class _Writer:
    def __init__(self, outline: Outline) -> None:
        self.outline, self.say = outline, outline.labels
        self.paper = Paper(outline.locale)
        self.document = self.paper.document

    def write(self) -> Paper:
        self.paper.set_page(self.outline.title, f"{self.outline.scope_short} · {self.outline.written_date}")
        describe(self.document.core_properties, self.outline)
        self._first_page()
        self._areas()
        self._to_settle()
        self._ambition()
        self._changes()
        self._road()
        self._elsewhere()
        self._meeting()
        return self.paper

    def _ask(self, key: str, paragraph: Paragraph) -> None:
        """A comment where the consultant should decide."""
        self.paper.comment(paragraph, self.outline.comments[key], AUTHOR)

    def _first_page(self) -> None:
        outline = self.outline
        self.paper.picture(as_png(outline, "mark"), self.say["mark"], _MARK_WIDTH)
        self.document.add_paragraph(outline.title, "Title")
        self.paper.subtitle(outline.scope)
        self.paper.soft(outline.account)
        finding = self.document.add_heading(outline.finding, 1)
        self._ask("finding", finding)
        if outline.caveat:
            self.document.add_paragraph().add_run(outline.caveat).bold = True
        if outline.stance:
            paragraph = self.document.add_paragraph()
            paragraph.add_run(f"{outline.stance}.").bold = True
            paragraph.add_run(f" {outline.essence}")
        self._judgement()
        if outline.heard:
            self.paper.picture(as_png(outline, "stairs"), outline.stairs_text, _STAIRS_WIDTH)
        else:
            self.paper.table((self.say["level"], self.say["way"]), (42, 124),
                        [[f"{stair.level} {stair.name}", stair.stance] for stair in outline.stairs])  # fmt: skip
        if outline.tick:
            self.document.add_paragraph(outline.tick)
        doubt = self.document.add_paragraph()
        doubt.add_run(self.say["how_sure"]).bold = True
        doubt.add_run(f" {' '.join(outline.doubt)}")
        lists = [(self.say["carries"], outline.carries), (self.say["holds_back"], outline.holds_back)]
        if shown := [(name, lines) for name, lines in lists if lines]:
            self.paper.columns(shown)

    def _judgement(self) -> None:
        judgement = self.outline.judgement
        if judgement:
            self.document.add_heading(self.say["judgement"], 2)
            self.document.add_paragraph(judgement.text)
            self.paper.points(judgement.areas)
            self.paper.soft(judgement.by)

    def _areas(self) -> None:
        self.document.add_heading(self.say["areas"], 1)
        if self.outline.heard:
            self.paper.picture(as_png(self.outline, "areas"), self.outline.areas_text, _AREAS_WIDTH)
        headings = (self.say["area"], self.say["heard"], self.say["next"])
        table = self.paper.table(headings, (36, 82, 48), [])
        for index, area in enumerate(self.outline.areas):
            cells = add_row(table)
            cells[0].paragraphs[0].add_run(area.name).bold = True
            cells[0].add_paragraph(f"{area.span}: {area.standing}", "Quiet Cell")
            self.paper.bullets(cells[1], area.lines or (Said(self.say["nothing_here"]),))
            cells[2].paragraphs[0].add_run("\n".join(area.next_signs))
            if index == 0 and self.outline.quotes:
                self._ask("quotes", cells[1].paragraphs[0])

    def _to_settle(self) -> None:
        if not (self.outline.heard or self.outline.settle or self.outline.others):
            return
        self.document.add_heading(self.say["settle"], 1)
        if not self.outline.settle and self.outline.heard:
            self.document.add_paragraph(self.outline.settle_none)
        for group in (*self.outline.settle, *self.outline.others):
            self._group(group)
        heading = self.document.add_heading(self.say["dimensions"], 2)
        points = self.paper.points(self.outline.dimensions)
        together([heading, *points, self.paper.soft(self.outline.dimensions_note)])

    def _group(self, group: Group) -> None:
        heading = self.document.add_heading(group.title, 2)
        if group.key in self.outline.comments:
            self._ask(group.key, heading)
        told = [heading]
        for note in group.notes:
            if note.lead:
                told.append(self.document.add_paragraph(note.lead))
            for item in note.items:
                told.append(self.document.add_paragraph(style="List Bullet"))
                said(told[-1], item)
        together(told if len(told) <= _MOST_TOGETHER else told[:3], following=len(told) > _MOST_TOGETHER)

    def _ambition(self) -> None:
        outline = self.outline
        self.document.add_heading(self.say["ambition"], 1)
        self.document.add_paragraph(outline.ambition, "Intense Quote").paragraph_format.keep_with_next = True
        level = self.document.add_paragraph()
        level.add_run(outline.ambition_level).bold = True
        if not outline.ambition_chosen:
            level.add_run(f" ({self.say['draft']})").italic = True
            self._ask("ambition", level)
        for note in outline.ambition_notes:
            self.paper.soft(note)

    def _changes(self) -> None:
        outline = self.outline
        heading = self.document.add_heading(self.say["changes"], 1)
        if outline.changes and not outline.changes_chosen:
            self.paper.soft(self.say["proposed"]).paragraph_format.keep_with_next = True
            self._ask("proposed", heading)
        if outline.changes_note:
            self.document.add_paragraph(outline.changes_note)
        for number, change in enumerate(outline.changes, start=1):
            self._change(number, change)

    def _change(self, number: int, change: ChangePart) -> None:
        self.document.add_heading(f"{number}. {change.title}", 2)
        self.paper.soft(" · ".join(change.tags)).paragraph_format.keep_with_next = True
        self.document.add_paragraph(change.move).paragraph_format.keep_with_next = True
        say = self.say
        rows = [
            [say["rests_on"], change.rests_on], [say["why"], change.why], [say["owner"], change.owner],
            [say["due"], change.due], [say["first_step"], change.first_step], [say["sign"], change.sign],
            [say["stop"], change.stop], [say["trap"], change.trap],
        ]  # fmt: skip
        table = self.paper.table((), (40, 126), rows)
        self._sources(table, change)
        rows_together(table, _BEGINS, _ENDS)
        if not change.agreed:
            self._ask("owner", table.rows[2].cells[1].paragraphs[0])

    def _sources(self, table: Table, change: ChangePart) -> None:
        """The passages that support a change, then the other sources by name: each once."""
        others = "; ".join(change.sources)
        if change.support and others:
            others = f"{self.say['see_also']}: {others}"
        name, told = add_row(table, parted=True)
        name.paragraphs[0].add_run(self.say["support" if change.support else "source"])
        for index, text in enumerate([*(support.whole for support in change.support), *([others] if others else [])]):
            paragraph = told.add_paragraph() if index else told.paragraphs[0]
            paragraph.add_run(text)
            paragraph.paragraph_format.keep_together = True
        for paragraph in (*name.paragraphs, *told.paragraphs):
            paragraph.style = self.document.styles["Quiet Cell"]

    def _road(self) -> None:
        outline = self.outline
        self.document.add_heading(self.say["road"], 1)
        table = self.paper.table((self.say["year_heading"], self.say["true"], self.say["wins"]), (22, 84, 60), [])
        for year in outline.road:
            cells = add_row(table)
            cells[0].paragraphs[0].add_run(year.name).bold = True
            self.paper.bullets(cells[1], [Said(text) for text in year.true])
            self.paper.bullets(cells[2], [Said(text) for text in year.wins])
        rows_together(table, 3, 2)
        heading = self.document.add_heading(self.say["first_year"], 2)
        points = self.paper.points([step for year in outline.road for step in year.steps])
        together([heading, *points, self.paper.soft(outline.road_note)])

    def _meeting(self) -> None:
        outline = self.outline
        told = [self.document.add_heading(self.say["meeting"], 1)]
        for question in outline.questions:
            told += [self.document.add_paragraph(question), *self.paper.lines_to_write_on(_LINES)]
        for note in (outline.questions_note, outline.rule_note, outline.edited):
            told += [self.paper.soft(note)] if note else []
        together(told)

    def _elsewhere(self) -> None:
        heading = self.document.add_heading(self.say["elsewhere"], 2)
        points = self.paper.points(self.outline.elsewhere)
        together([heading, *points, self.paper.soft(self.outline.elsewhere_note)])
