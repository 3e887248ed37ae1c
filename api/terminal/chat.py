"""The talk in the terminal: from the start to the choice of the changes, and from where it stopped."""

from __future__ import annotations

import secrets

from rich.console import Console

from api.answering import indexed
from api.commands import Command, command_of
from api.pages import contexts
from api.terminal.choosing import Choosing
from api.terminal.confirming import Confirming
from api.terminal.picking import Option, named, offer, picked
from api.terminal.result import ResultShown
from api.terminal.screen import Screen
from api.terminal.start import Start
from api.waiting import told
from assistant.bootstrap import chat_model
from assistant.bootstrap import desk as build_desk
from assistant.messages import UnfitMessageError
from assistant.session import Message, MessageKind, Reply, Session
from assistant.sessions.desk import Desk
from assistant.settings import Settings
from knowledge.schema import Language

_KINDS: dict[Command, MessageKind] = {"back": "back", "skipped": "skipped", "stopped": "stopped"}


def run(language: str | None, resume: str | None, organisation: str = "") -> int:
    """One talk, from the first question or from where it stopped. Returns the exit code."""
    console = Console(highlight=False)
    settings = Settings()
    if model := chat_model(settings):
        model.ready()
    desk = build_desk(settings)
    try:
        if resume:
            session = desk.store.get(resume)
            _index(console, settings, session.profile.language)
        else:
            start = Start(console, language)
            _index(console, settings, start.asked_language())
            session = desk.start(start.profile(organisation))
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


def _index(console: Console, settings: Settings, language: Language) -> None:
    """What nobody sees being built is built when it is first asked for."""
    if console.is_terminal:
        indexed(settings, language)


class Chat:
    """One talk in one terminal."""

    def __init__(self, console: Console, desk: Desk, session: Session) -> None:
        self.desk, self.session = desk, session
        self.screen = Screen(console, session.profile.language)
        self._ = self.screen.gettext
        self._model = ""
        self._heard: tuple[str, ...] | None = None

    def run(self) -> int:
        _ = self._
        self.screen.gap()
        self.screen.hint(_("Commands: /why  /back  /skip  /stop  /pause; a number for a quick reply."))
        self._about_model()
        reply = self.desk.interview.current(self.session)
        while True:
            talked = self._talked(reply)
            if talked is None:
                break
            ResultShown(self.screen, self.desk.interview.voice(self.session), self.desk.report(self.session)).show()
            if self._has_chosen():
                self._say_documents()
                break
            reply = self._take(Message("back"), talked)
        self.paused()
        return 0

    def _talked(self, reply: Reply) -> Reply | None:
        """The talk up to the result; None where the leader pauses."""
        self._show(reply)
        while reply.phase != "result":
            line = self.screen.ask()
            command = command_of(line)
            if command == "pause":
                return None
            if command == "why":
                self.screen.hint(reply.why or "")
            elif message := self._message(line, command, reply):
                after = self._take(message, reply)
                if after is not reply:
                    self._show(after)
                reply = after
        return reply

    def _has_chosen(self) -> bool:
        """Whether the leader is done, or goes back to what was heard."""
        choosing = Choosing(self.screen, self.desk, self.session)
        try:
            return choosing.run()
        finally:
            self.session = choosing.session

    def _take(self, message: Message, reply: Reply) -> Reply:
        """The reply to the message; the one that stood where it did not fit, and it was said."""
        try:
            with told(self.session.profile.language) as tell:
                self.session = self.desk.take(
                    self.session.id, message, secrets.token_urlsafe(12), self.session.version, tell
                )
        except UnfitMessageError:
            self.screen.hint(self._("That does not fit the question that is open now. Nothing was changed."))
            return reply
        self._about_model()
        return self.desk.interview.current(self.session)

    def _about_model(self) -> None:
        """That a language model is at work, and how it does: said once, and again where it changes."""
        said = self.desk.interview.about_model(self.session)
        if said and said != self._model:
            self.screen.hint(said)
            self.screen.hint(self._("/model off or /model on switches it."))
        self._model = said

    def _message(self, line: str, command: Command | None, reply: Reply) -> Message | None:
        """The message that a line is; None where there is nothing to send, and it was said why."""
        if line in ("/model off", "/model on") and self._model:
            return Message("switched", value=line.split()[1])
        if reply.phase == "confirm":
            return self._confirming().message(line)
        if command in _KINDS:
            passed = reply.phase == "tick" and command == "skipped"
            return Message("ticked") if passed else Message(_KINDS[command])
        if line.startswith("/"):
            self.screen.hint(self._("There is no such command here."))
            return None
        if reply.phase == "tick":
            option = picked(self.screen, line, self._options(reply))
            return Message("ticked", value=option.value) if option else None
        return self._answer(line, reply)

    def _answer(self, line: str, reply: Reply) -> Message | None:
        """A quick reply by its number or its whole words, or an answer."""
        options = self._options(reply)
        if line.isdecimal() and options and not named(line, options):
            most = len(options)
            self.screen.hint(
                self._("The quick replies go from 1 to {most}. Or answer in your own words.").format(most=most)
            )
            return None
        exact = [option for option in options if line.casefold() == option.label.casefold()]
        if exact or (line.isdecimal() and options):
            return Message("chose", value=(exact or named(line, options))[0].value)
        return Message("said", line)

    def _options(self, reply: Reply) -> list[Option]:
        """The quick replies; a level answers to its name too."""
        names = {}
        if reply.phase == "tick":
            voice = self.desk.interview.voice(self.session)
            names = {str(level.id): (level.name,) for level in contexts.levels(voice)}
        return [Option(choice.value, choice.label, names.get(choice.value, ())) for choice in reply.choices]

    def _confirming(self) -> Confirming:
        interview = self.desk.interview
        found = contexts.confirm(interview, self.session, interview.course(self.session))
        return Confirming(self.screen, interview.voice(self.session), found["areas"])

    def _show(self, reply: Reply) -> None:
        screen = self.screen
        screen.gap()
        for remark in reply.remarks:
            screen.say(remark.text, "italic" if remark.kind == "reflection" else "dim")
        for title in dict.fromkeys(citation.title for citation in reply.citations):
            screen.say(title, "dim", "— ", indent=4)
        if reply.remarks or reply.citations:
            screen.gap()
        if reply.phase == "confirm":
            self._show_heard(reply)
            return
        self._heard = None
        screen.say(reply.question, "bold")
        if reply.choices:
            screen.gap()
            self._lead_in(reply)
            offer(screen, self._options(reply))

    def _lead_in(self, reply: Reply) -> None:
        """What the quick replies are said of, as on the page."""
        interview = self.desk.interview
        if thing := contexts.thing(interview, interview.voice(self.session), reply.ask):
            self.screen.say(f"{self._('Or answer briefly.')} {thing}:", "dim")

    def _show_heard(self, reply: Reply) -> None:
        """All lines, the first time and where there are others than before; else what was changed is all there is to see."""
        confirming = self._confirming()
        if confirming.heard != self._heard:
            self.screen.say(reply.question, "bold")
            confirming.show()
        self._heard = confirming.heard
        confirming.hint()

    def _say_documents(self) -> None:
        self.screen.gap()
        self.screen.hint(self._("The report as a document, for the management meeting:"))
        self.screen.say_as_is(f"varde report {self.session.id} --format pdf --out varde.pdf", indent=4)

    def paused(self) -> None:
        text = self._("Everything is kept. To come back to this talk: {command}")
        self.screen.gap()
        self.screen.hint(text.format(command=""))
        self.screen.say_as_is(f"varde chat --resume {self.session.id}", indent=4)
