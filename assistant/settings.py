"""What can be set from outside, by environment variables that begin with VARDE_."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """`home` holds all state: the session store, and nothing outside it.

    `embedding` names a sentence-transformers model, a hub name or a folder, for questions back; empty: names alone.
    `model` is `provider:name` of a language model, empty for none; `model_url` any OpenAI-compatible address;
    `model_deadline` the seconds that a turn may wait for it; `redact` masks names and addresses before they are sent.
    """

    model_config = SettingsConfigDict(env_prefix="VARDE_", frozen=True)

    home: Path = Field(default_factory=lambda: Path.home() / ".varde")
    host: str = "127.0.0.1"
    port: int = 8000
    embedding: str = ""
    model: str = ""
    model_url: str = ""
    model_deadline: float = Field(20.0, gt=0, le=300)
    redact: bool = False

    @property
    def store_file(self) -> Path:
        return self.home / "sessions.sqlite3"

    @property
    def invitations_file(self) -> Path:
        return self.home / "invitations.json"
