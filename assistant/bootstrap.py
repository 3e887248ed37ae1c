"""The one place where everything is built from the settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

from assistant import parameters
from assistant.answering import ModelAnswerer
from assistant.answers import Answerer
from assistant.belief import BeliefModel
from assistant.chat_model import ChatModel, ModelError, builder
from assistant.drafting.drafter import Drafter
from assistant.explaining import Ask, Explainer
from assistant.interview import Interview
from assistant.library import Library
from assistant.listening.classifier import Classifier
from assistant.listening.embedded import EmbeddedListener
from assistant.listening.model import ModelListener
from assistant.listening.trust import Trust
from assistant.questions import Questioner
from assistant.sessions.desk import Desk
from assistant.sessions.sqlite import SqliteStore
from assistant.settings import Settings
from assistant.support import SupportFinder
from knowledge import default as knowledge
from knowledge.embedding import chosen
from knowledge.index import Progress


@cache
def interview(ask: Ask | None = None) -> Interview:
    """The interview with what comes with Varde: the embedded listener, no model, no network.

    `ask` answers a question back from the sources; without it, from the glossary alone.
    """
    known = knowledge()
    model = BeliefModel(known.rubric, parameters.default())
    listener = EmbeddedListener(known.rubric, Classifier.read(known.rubric))
    return Interview(known, model, Questioner(model), listener, Explainer(known, ask))


@cache
def _chat_model(name: str, url: str, deadline: float) -> ChatModel:
    return ChatModel(name, builder(name, url, deadline), deadline)


def chat_model(settings: Settings) -> ChatModel | None:
    """The language model that the settings name, or None. Nothing of a provider is imported before it is called."""
    if not settings.model.strip():
        return None
    return _chat_model(settings.model.strip(), settings.model_url.strip(), settings.model_deadline)


def listening_with(coach: Interview, settings: Settings) -> Interview:
    """The interview with the settings' language model as its listener, or as it is where none is set."""
    model = chat_model(settings)
    if model is None:
        return coach
    trust = trust_in(settings)
    return replace(coach, listener=ModelListener(coach.knowledge, coach.listener, model, trust, settings.redact))


def trust_in(settings: Settings) -> Trust:
    """How far the settings' model is trusted: by the table that is named, by the one refitted to it, or as shipped.

    Raises KnowledgeError where the table is missing or broken, ModelError where it was made for another model.
    """
    named = settings.model_trust if settings.model_trust != Path() else None
    if named is None and not settings.trust_file.exists():
        return Trust()
    trust = Trust(named or settings.trust_file)
    made_for = trust.file.fitted.model if trust.file.fitted else settings.model.strip()
    if made_for != settings.model.strip():
        raise ModelError(
            f"{trust.path.name} says how far {made_for} is trusted, and the model is {settings.model.strip()}. "
            "Name another table in VARDE_MODEL_TRUST, or unset it. Nothing was changed."
        )
    return trust


def drafter(settings: Settings) -> Drafter | None:
    """What words drafts with the settings' language model, or None where none is set."""
    model = chat_model(settings)
    if model is None:
        return None
    return Drafter(model, lambda: chosen(settings.embedding), settings.redact, settings.model_deadline)


def library(settings: Settings) -> Library:
    """The library of the settings. Raises EmbeddingError where the embedding model cannot be loaded."""
    return Library(knowledge(), settings.home / "knowledge", chosen(settings.embedding))


def answerer(settings: Settings, progress: Progress | None = None) -> Answerer:
    """What answers questions, with an index that is up to date."""
    found = library(settings)
    found.ready(progress)
    plain, model = Answerer(found), chat_model(settings)
    return ModelAnswerer(plain, model, settings.redact) if model else plain


def answerer_when_asked(settings: Settings) -> Callable[[], Answerer]:
    """The same, built when it is first needed."""
    return cache(lambda: answerer(settings))


def desk(settings: Settings, answers: Callable[[], Answerer] | None = None) -> Desk:
    """The desk on the store that the settings name. `answers`: what answers questions back."""
    answers = answers or answerer_when_asked(settings)
    coach = interview(
        lambda message, language, organisation: answers().without_model().answer(message, language, organisation)
    )
    finder = cache(lambda: SupportFinder(answers().library))
    return Desk(
        listening_with(coach, settings), SqliteStore(settings.store_file),
        lambda change, voice, organisation: finder().support(change, voice, organisation), drafter=drafter(settings),
    )  # fmt: skip
