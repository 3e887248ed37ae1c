"""The gist of a message: what can be said back, verbatim."""

from __future__ import annotations

import re

from knowledge.text import sentences

_CLAUSE = re.compile(r"[,;:](?=\s)")
_LEAST_CLAUSE = 3


def gist(message: str, least: int, most: int) -> str | None:
    """A whole sentence of the message, or a clause that one begins with, of `least` to `most` words; verbatim."""
    for sentence in sentences(message):
        ends = [*(match.start() for match in _CLAUSE.finditer(sentence)), len(sentence)]
        begins = [0, *ends[:-1]]
        for begin, end in sorted(zip(begins, ends, strict=True), reverse=True):
            part = sentence[:end].strip()
            if least <= len(part.split()) <= most and len(sentence[begin:end].strip(",;: ").split()) >= _LEAST_CLAUSE:
                return part
    return None
