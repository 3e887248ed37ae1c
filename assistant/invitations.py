"""Private links by which an organisation's leaders begin, so that its own documents may be cited to them.

A name can be guessed, a code of 128 bits cannot: once an organisation has a link, its name alone opens nothing.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from pydantic import TypeAdapter

_CODE_BYTES = 16
_READ = TypeAdapter(dict[str, str])


class NotInvitedError(Exception):
    """A talk was to begin for an organisation whose talks begin at its private link."""

    def __init__(self) -> None:
        super().__init__(
            "talks of this organisation begin at its private link, and this is not it. Nothing was kept; "
            "use the link that you were given, or leave the organisation out."
        )


@dataclass(frozen=True)
class Invitations:
    """Codes and the organisations they stand for, in one file that only its owner may read."""

    file: Path

    def code_of(self, organisation: str) -> str:
        """The organisation's code; a new one where it has none."""
        codes, wanted = self._codes(), _same(organisation)
        known = next((code for code, name in codes.items() if _same(name) == wanted), None)
        if known is None:
            known = secrets.token_urlsafe(_CODE_BYTES)
            self._keep(codes | {known: organisation.strip()})
        return known

    def organisation(self, code: str, name: str = "") -> str:
        """Whose talk begins: the code's organisation, or the named one. Raises NotInvitedError."""
        codes = self._codes()
        if code.strip():
            if code.strip() not in codes:
                raise NotInvitedError
            return codes[code.strip()]
        if _same(name) in map(_same, codes.values()):
            raise NotInvitedError
        return name

    def _codes(self) -> dict[str, str]:
        try:
            return _READ.validate_json(self.file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}

    def _keep(self, codes: dict[str, str]) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        part = self.file.with_suffix(f".{uuid4().hex}.part")
        try:
            with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
                json.dump(codes, file, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self.file)
        finally:
            part.unlink(missing_ok=True)


def _same(name: str) -> str:
    """Names that stand for the same owner of documents."""
    return name.casefold().strip()
