"""What can be set from outside, by environment variables that begin with VARDE_."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SHORTEST_KEY = 16


class Settings(BaseSettings):
    """`home` holds all state: the session store, and nothing outside it.

    `embedding` names a sentence-transformers model, a hub name or a folder, for questions back; empty: names alone.
    `model` is `provider:name` of a language model, empty for none; `model_url` any OpenAI-compatible address;
    `model_deadline` the seconds that a turn may wait for it; `redact` masks names and addresses before they are sent.
    `model_trust` is a table of how far the model's readings are trusted, else the one in `home` for it, if any.
    `consultant` is the key to the consultants' pages; without one there are no such pages.
    """

    model_config = SettingsConfigDict(env_prefix="VARDE_", frozen=True, hide_input_in_errors=True)

    home: Path = Field(default_factory=lambda: Path.home() / ".varde")
    host: str = "127.0.0.1"
    port: int = 8000
    embedding: str = ""
    model: str = ""
    model_url: str = ""
    model_deadline: float = Field(20.0, gt=0, le=300)
    model_trust: Path | None = None
    redact: bool = False
    consultant: SecretStr = SecretStr("")

    @field_validator("consultant")
    @classmethod
    def _cannot_be_guessed(cls, key: SecretStr) -> SecretStr:
        if 0 < len(key.get_secret_value().strip()) < SHORTEST_KEY:
            raise ValueError(f"the consultants' key needs {SHORTEST_KEY} characters or more; nothing was started")
        return SecretStr(key.get_secret_value().strip())

    @property
    def store_file(self) -> Path:
        return self.home / "sessions.sqlite3"

    @property
    def trust_file(self) -> Path:
        """Where the table refitted to the model is kept."""
        return self.home / "trust" / f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', self.model.strip())}.yaml"

    @property
    def invitations_file(self) -> Path:
        return self.home / "invitations.json"
