"""Questions that compare two of the six levels: which two, so that the model itself answers, not only prose."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.library import Library
from assistant.quoting import Said
from assistant.ways.answer import Answer, Asked, certain, quoted
from knowledge.text import folded

_LEVEL = re.compile(r"\blevels?\b|\bnivå|\btase|\btaset")
_NUMBER = re.compile(r"(?<![\d.,–-])([1-6])(?![\d%]|[.,]\d)")
_COMPARES = re.compile(
    r"\bdiffer|\bcompare|\bdistinguish|\bversus\b|\bvs\b|\bsets? .* apart|\bforskjell|\bskille|\bsammenlign|\bulik"
    r"|\berine|\bvahe\b|\bvõrdle|\bvõrrel"
)
_ANOTHER_MATTER = re.compile(
    r"\bhow (long|many|much|often)\b|\btime\b|\byears?\b|\bcosts?\b|\bmoney\b|\bshare\b|per ?cent|%|\bmost\b"
    r"|\bhvor (lang|lenge|mange|mye|ofte)|\btid\b|\bår\b|\bkost|\bpenger\b|\bandel|\bprosent|\bfleste\b"
    r"|\bkui (kaua|palju|tihti|sageli)|\bmitu\b|\baeg|\baasta|\bmaks|\braha|\bosakaal|\bprotsen|\benamik"
)


class Comparing:
    """Two levels beside each other: the stance of each, and how decisions are made there."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def answer(self, asked: Asked) -> Answer | None:
        """See Way."""
        levels = compared(asked.question)
        passages = [self._library.passage(f"level.{level}@{asked.language}") for level in levels or ()]
        said: list[Said] = []
        for passage in passages:
            if passage is None:
                return None
            stance, decisions = quoted(passage, [(0, 0), (-1, -1)])
            said += [replace(stance, text=f"{passage.heading}: {stance.text}"), decisions]
        return certain(asked, said) if said else None


def compared(question: str) -> tuple[int, int] | None:
    """The two levels, lower first, where a question asks how they differ and nothing else; else None."""
    text = folded(question).lower()
    levels = sorted({int(number) for number in _NUMBER.findall(text)})
    if len(levels) != 2 or not _LEVEL.search(text) or not _COMPARES.search(text) or _ANOTHER_MATTER.search(text):
        return None
    return levels[0], levels[1]
