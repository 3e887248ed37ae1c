"""What an Office file says of itself, the same for Word and PowerPoint."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from assistant.report.parts import Outline

AUTHOR = "Varde"
_LONGEST = 255


def describe(properties: Any, outline: Outline) -> None:
    """Fills the core properties. A property of more than 255 characters is cut: the formats refuse it."""
    texts = {
        "title": f"{outline.title} · {outline.scope}",
        "subject": outline.subject,
        "comments": outline.account,
        "author": AUTHOR,
        "last_modified_by": AUTHOR,
        "language": outline.locale,
        "keywords": "",
    }
    for name, text in texts.items():
        setattr(properties, name, text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")
    properties.created = properties.modified = datetime.fromisoformat(outline.date)
