"""What Chroma's index files hold beside their elements, made blank.

On opening and on first use hnswlib writes room for elements that are not there yet, as it found it in memory. What was
in that memory before, a leader's words among it, has no place in these files.
"""

from __future__ import annotations

import struct
from contextlib import suppress
from pathlib import Path

_HEADER, _ELEMENTS, _LENGTHS = "header.bin", "data_level0.bin", "length.bin"
_FIELDS = struct.Struct("<iQQQQ")  # version, offset, room for elements, elements, bytes of one
_LENGTH = 4


def blank_unused(folder: Path) -> None:
    """Zeroes in every index below `folder` what lies after its elements; leaves what can't be written as it is."""
    with suppress(OSError):
        _blank_below(folder)


def _blank_below(folder: Path) -> None:
    for header in folder.glob(f"*/{_HEADER}"):
        with header.open("rb") as file:
            start = file.read(_FIELDS.size)
        if len(start) < _FIELDS.size:
            continue
        _, _, _, elements, each = _FIELDS.unpack(start)
        _blank(header.with_name(_ELEMENTS), elements * each)
        _blank(header.with_name(_LENGTHS), elements * _LENGTH)


def _blank(path: Path, start: int) -> None:
    if not path.is_file():
        return
    with path.open("r+b") as file:
        file.seek(start)
        rest = file.read()
        if any(rest):
            file.seek(start)
            file.write(bytes(len(rest)))
