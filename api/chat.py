"""The interview in the terminal: the coach's question, an answer, quick replies by number, a few slash commands."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from api.answering import indexed
from api.pages.render import LANGUAGE_NAMES, translations
from api.waiting import told
from assistant.bootstrap import chat_model
from assistant.bootstrap import desk as build_desk
from assistant.course import quote_of
from assistant.messages import UnfitMessageError
from assistant.report.text import as_text
from assistant.session import Message, Profile, Reply, Session
from assistant.sessions.desk import Desk
from assistant.settings import Settings
from knowledge.schema import LANGUAGES
from prompts import load

_INDENT = (0, 0, 0, 2)


def run(language: str | None, resume: str | None, organisation: str = "") -> int:
    """One talk, from the first question or from where it stopped. Returns the exit code."""
    console = Console(highlight=False)
    settings = Settings()
    if model := chat_model(settings):
        model.ready()
    if console.is_terminal:  # what nobody sees being built is built when it is first asked for
        indexed(settings)
    desk = build_desk(settings)
    try:
        session = desk.store.get(resume) if resume else desk.start(_profile(console, language, organisation))
    except (EOFError, KeyboardInterrupt):
        console.print()
        return 0
    chat = Chat(console, desk, session)
    try:
        return chat.run()
    except (EOFError, KeyboardInterrupt):
        console.print()
        chat.paused()
        return 0


def _profile(console: Console, given: str | None, organisation: str) -> Profile:
    wanted = given if given in LANGUAGES else _pick(console, "Language / Språk / Keel", list(LANGUAGE_NAMES.items()))
    language = next(code for code in LANGUAGES if code == wanted)
    _ = translations(language).gettext
    words = load(language).words
    role = _needed(console, _("Your role"))
    scope = _needed(console, _("What you speak for: the whole group, a unit, a country"))
    kinds = [
        ("private", _("Private company")), ("public", _("Public body")), ("scale-up", _("Scale-up")),
        ("non-profit", _("Association or non-profit")),
    ]  # fmt: skip
    kind = _pick(console, _("Kind of organisation"), kinds)
    served = _pick(console, _("Whom you serve"), [(k, next(iter(f.values()))) for k, f in words["served"].items()])
    field = _pick(
        console, _("What you call the field"), [(k, next(iter(f.values()))) for k, f in words["field"].items()]
    )
    return Profile(language, kind, role, scope, served, field, organisation=organisation.strip())  # type: ignore[arg-type]


def _needed(console: Console, label: str) -> str:
    while not (answer := console.input(f"[bold]{label}:[/bold] ").strip()):
        pass
    return answer[:200]


def _pick(console: Console, label: str, options: Sequence[tuple[str, str]]) -> str:
    console.print(f"[bold]{label}[/bold]")
    for number, (_value, name) in enumerate(options, start=1):
        console.print(f"  {number}  {name}", markup=False)
    while True:
        answer = console.input("> ").strip()
        if answer.isdigit() and 1 <= int(answer) <= len(options):
            return options[int(answer) - 1][0]
        console.print(f"1 – {len(options)}", style="dim")


class Chat:
    """One talk in one terminal."""

    def __init__(self, console: Console, desk: Desk, session: Session) -> None:
        self.console, self.desk, self.session = console, desk, session
        self._ = translations(session.profile.language).gettext
        self._model = ""

    def run(self) -> int:
        _ = self._
        self.console.print(
            Text(_("Commands: /why  /back  /skip  /stop  /pause; a number for a quick reply."), style="dim")
        )
        self._about_model()
        reply = self.desk.interview.current(self.session)
        self._show(reply)
        while reply.phase != "result":
            line = self.console.input("[bold green]> [/bold green]").strip()
            if line == "/pause":
                self.paused()
                return 0
            if line == "/why":
                self._say(reply.why or "", "dim")
                continue
            message = self._message(line, reply)
            if message is None:
                self._say(_("There is no such command here."), "dim")
                continue
            reply = self._take(message, reply)
        self.console.print()
        self.console.print(
            as_text(self.desk.report(self.session), self.desk.interview.voice(self.session)), markup=False
        )
        self.paused()
        return 0

    def _take(self, message: Message, reply: Reply) -> Reply:
        try:
            with told(self.session.profile.language) as tell:
                self.session = self.desk.take(
                    self.session.id, message, secrets.token_urlsafe(12), self.session.version, tell
                )
        except UnfitMessageError:
            self._say(self._("That does not fit the question that is open now. Nothing was changed."), "dim")
            return reply
        found = self.desk.interview.current(self.session)
        self._about_model()
        self._show(found)
        return found

    def _about_model(self) -> None:
        """That a language model is at work, and how it does: said once, and again where it changes."""
        said = self.desk.interview.about_model(self.session)
        if said and said != self._model:
            self._say(said, "dim")
            self._say(self._("/model off or /model on switches it."), "dim")
        self._model = said

    def _message(self, line: str, reply: Reply) -> Message | None:
        commands = {"/back": "back", "/skip": "skipped", "/stop": "stopped"}
        if line in ("/model off", "/model on") and self._model:
            return Message("switched", value=line.split()[1])
        if line.startswith("/"):
            kind = commands.get(line)
            if kind is None or (reply.phase == "confirm" and kind != "back"):
                return None
            return Message("ticked") if reply.phase == "tick" else Message(kind)  # type: ignore[arg-type]
        if reply.phase == "confirm":
            return self._correction(line, reply)
        if line.isdigit() and reply.choices and not 1 <= int(line) <= len(reply.choices):
            return None
        if line.isdigit() and reply.choices:
            value = reply.choices[int(line) - 1].value
            return Message("ticked" if reply.phase == "tick" else "chose", value=value)
        return Message("said", line)

    def _correction(self, line: str, reply: Reply) -> Message | None:
        """A line's number begins a correction; anything else is an answer to whether the rest is right."""
        heard = self._lines()
        if not line.isdigit():
            return Message("said", line)
        if not 1 <= int(line) <= len(heard):
            return None
        indicator = heard[int(line) - 1]
        voice = self.desk.interview.voice(self.session)
        said = voice.bank.indicator(indicator).heard
        options = [(key, voice.fill(getattr(said, key))) for key in ("established", "partial", "planned", "absent")]
        value = _pick(self.console, voice.label(indicator), [*options, ("unknown", voice.say("choice_unknown"))])
        return Message("corrected", value=value, indicator=indicator)

    def _lines(self) -> list[str]:
        course = self.desk.interview.course(self.session)
        return [i.id for i in self.desk.interview.knowledge.rubric.indicators if i.id in course.heard]

    def _show(self, reply: Reply) -> None:
        self.console.print()
        for remark in reply.remarks:
            self._say(remark.text, "italic" if remark.kind == "reflection" else "dim")
        for citation in reply.citations:
            self._say(citation.title, "dim")
        if reply.phase == "confirm":
            self._summary()
        self._say(reply.question, "bold")
        for number, choice in enumerate(reply.choices, start=1):
            if reply.phase != "confirm":
                self._say(f"{number}  {choice.label}", "cyan")

    def _summary(self) -> None:
        course, voice = self.desk.interview.course(self.session), self.desk.interview.voice(self.session)
        area = ""
        for number, indicator in enumerate(self._lines(), start=1):
            found = self.desk.interview.knowledge.rubric.by_id[indicator]
            if found.area != area:
                area = found.area
                self._say(voice.area_name(found.area), "bold")
            heard = course.heard[indicator]
            self._say(f"{number:>2}  {voice.heard(indicator, heard.status)}", "")
            if quote := quote_of(course, heard):
                self._say(f"    {voice.quoted(quote)}", "dim")
            elif indicator in course.put_right:
                self._say(f"    {self._('corrected by you')}", "dim")

    def _say(self, text: str, style: str) -> None:
        self.console.print(Padding(Text(text, style=style), _INDENT))

    def paused(self) -> None:
        text = self._("Everything is kept. To come back to this talk: {command}")
        self._say(text.format(command=f"varde chat --resume {self.session.id}"), "dim")
