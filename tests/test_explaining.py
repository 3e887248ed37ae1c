"""Questions back in the interview: the term by its name; an embedding model of the user's choice."""

from pathlib import Path

import numpy as np
import pytest

from assistant.explaining import Explainer
from knowledge import default as knowledge
from knowledge.embedding import EmbeddingError, sentence_transformer
from knowledge.schema import LANGUAGES, Language

KNOWN = knowledge()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_term_is_found_by_each_of_its_names(language: Language) -> None:
    explainer = Explainer(KNOWN)
    for term in KNOWN.glossary:
        for alias in term.aliases[language]:
            found = explainer.explain(f"{alias}?", language)
            assert found is not None, alias


def test_an_explanation_cites_where_the_sources_speak_of_it() -> None:
    found = Explainer(KNOWN).explain("What is CCMA?", "en")
    assert found and found.citations and all(c.source.endswith(".txt") for c in found.citations)


def test_an_unknown_word_is_not_explained() -> None:
    assert Explainer(KNOWN).explain("What is flummery?", "en") is None


@pytest.mark.transformers
def test_any_sentence_transformers_model_can_be_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    marks = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    vocabulary = {word: n for n, word in enumerate([*marks.values(), "moments", "of", "truth", "effort"])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    config = BertConfig(vocab_size=8, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32)
    BertModel(config).save_pretrained(tmp_path / "bert")
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **marks).save_pretrained(tmp_path / "bert")
    modules = [Transformer(str(tmp_path / "bert")), Pooling(16)]
    SentenceTransformer(modules=modules).save(str(tmp_path / "model"))

    embedder = sentence_transformer(str(tmp_path / "model"))
    vectors = embedder.embed(["moments of truth", "effort"])
    assert vectors.shape == (2, 16) and np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    with pytest.raises(EmbeddingError, match="cannot be loaded"):
        sentence_transformer(str(tmp_path / "nothing"))


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "sentence_transformers", None)
    with pytest.raises(EmbeddingError, match="pip install"):
        sentence_transformer("anything")
