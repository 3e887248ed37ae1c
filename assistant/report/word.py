"""The report as a Word document, for the consultant to go on with: every part of it, and comments where to decide."""

from __future__ import annotations

from io import BytesIO

from docx.shared import Mm
from docx.text.paragraph import Paragraph

from assistant.report.paper import Paper, add_row, said
from assistant.report.parts import ChangePart, Group, Outline, Said
from assistant.report.pdf import as_png
from assistant.report.properties import AUTHOR, describe

_MARK_WIDTH = Mm(12)
_TOGETHER = 6  # rows of a change that stay with the next: all up to the trap; what it rests on may go over the page


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
        self._meeting()
        self._elsewhere()
        return self.paper

    def _ask(self, key: str, paragraph: Paragraph) -> None:
        """A comment where the consultant should decide."""
        self.paper.comment(paragraph, self.outline.comments[key], AUTHOR)

    def _first_page(self) -> None:
        outline = self.outline
        self.paper.picture(as_png(outline, "mark"), self.say["mark"], _MARK_WIDTH)
        self.document.add_paragraph(outline.title, "Title")
        self.document.add_paragraph(outline.scope, "Subtitle")
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
            self.paper.picture(as_png(outline, "stairs"), outline.stairs_text)
        else:
            self.paper.table((self.say["level"], self.say["way"]), (40, 120),
                        [[f"{stair.level} {stair.name}", stair.stance] for stair in outline.stairs])  # fmt: skip
        if outline.tick:
            self.document.add_paragraph(outline.tick)
        doubt = self.document.add_paragraph()
        doubt.add_run(self.say["how_sure"]).bold = True
        doubt.add_run(f" {' '.join(outline.doubt)}")
        for name, lines in ((self.say["carries"], outline.carries), (self.say["holds_back"], outline.holds_back)):
            if lines:
                self.document.add_heading(name, 2)
                self.paper.points(lines)

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
            self.paper.picture(as_png(self.outline, "areas"), self.outline.areas_text)
        headings = (self.say["area"], self.say["heard"], self.say["next"])
        table = self.paper.table(headings, (36, 78, 46), [])
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
        self.document.add_heading(self.say["dimensions"], 2)
        self.paper.points(self.outline.dimensions)
        self.paper.soft(self.outline.dimensions_note)

    def _group(self, group: Group) -> None:
        heading = self.document.add_heading(group.title, 2)
        if group.key in self.outline.comments:
            self._ask(group.key, heading)
        for note in group.notes:
            if note.lead:
                self.document.add_paragraph(note.lead).paragraph_format.keep_with_next = True
            for item in note.items:
                said(self.document.add_paragraph(style="List Bullet"), item)

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
        say, sources = self.say, "; ".join(change.sources)
        rows = [
            [say["rests_on"], change.rests_on], [say["owner"], change.owner], [say["due"], change.due],
            [say["first_step"], change.first_step], [say["sign"], change.sign], [say["stop"], change.stop],
            [say["trap"], change.trap], [say["source"], sources],
            *([say["support"] if number == 0 else "", support.whole] for number, support in enumerate(change.support)),
        ]  # fmt: skip
        table = self.paper.table((), (42, 118), rows)
        for row in table.rows[:_TOGETHER]:
            row.cells[0].paragraphs[0].paragraph_format.keep_with_next = True
        if not change.agreed:
            self._ask("owner", table.rows[1].cells[1].paragraphs[0])

    def _road(self) -> None:
        outline = self.outline
        self.document.add_heading(self.say["road"], 1)
        table = self.paper.table((self.say["year_heading"], self.say["true"], self.say["wins"]), (24, 76, 60), [])
        for year in outline.road:
            cells = add_row(table)
            cells[0].paragraphs[0].add_run(year.name).bold = True
            self.paper.bullets(cells[1], [Said(text) for text in year.true])
            self.paper.bullets(cells[2], [Said(text) for text in year.wins])
        self.document.add_heading(self.say["first_year"], 2)
        self.paper.points([step for year in outline.road for step in year.steps])
        self.paper.soft(outline.road_note)

    def _meeting(self) -> None:
        outline = self.outline
        self.document.add_heading(self.say["meeting"], 1)
        for question in outline.questions:
            self.document.add_paragraph(question).paragraph_format.space_after = Mm(20)
        self.paper.soft(outline.questions_note)

    def _elsewhere(self) -> None:
        self.document.add_heading(self.say["elsewhere"], 1)
        self.paper.points(self.outline.elsewhere)
        self.paper.soft(self.outline.elsewhere_note)
        self.paper.soft(self.outline.rule_note)
        if self.outline.edited:
            self.paper.soft(self.outline.edited)
