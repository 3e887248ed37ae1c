"""The one place where everything is built from the settings."""

from __future__ import annotations

from functools import cache

from assistant import parameters
from assistant.answers import Explainer
from assistant.belief import BeliefModel
from assistant.interview import Interview
from assistant.listening.classifier import Classifier
from assistant.listening.embedded import EmbeddedListener
from assistant.questions import Questioner
from assistant.sessions.desk import Desk
from assistant.sessions.sqlite import SqliteStore
from assistant.settings import Settings
from knowledge import default as knowledge
from knowledge.embedding import sentence_transformer


@cache
def interview(embedding: str = "") -> Interview:
    """The interview with what comes with Varde: the embedded listener, no model, no network.

    `embedding` names a sentence-transformers model, if one is set. Raises EmbeddingError where it cannot be loaded.
    """
    known = knowledge()
    embedder = sentence_transformer(embedding) if embedding else None
    model = BeliefModel(known.rubric, parameters.default())
    listener = EmbeddedListener(known.rubric, Classifier.read(known.rubric))
    return Interview(known, model, Questioner(model), listener, Explainer(known, embedder))


def desk(settings: Settings) -> Desk:
    """The desk on the store that the settings name."""
    return Desk(interview(settings.embedding), SqliteStore(settings.store_file))
