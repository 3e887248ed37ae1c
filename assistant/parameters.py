"""The numbers of the measurement model: data with a date and the cases they came from, never code."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from knowledge.load import read_yaml

FILE = Path(__file__).parent / "parameters.yaml"
Rate = Annotated[float, Field(gt=0, lt=1)]
Share = Annotated[float, Field(ge=0, lt=0.5)]
Weight = Annotated[float, Field(gt=0, le=1)]
Positive = Annotated[float, Field(gt=0)]


class Parameters(BaseModel):
    """What each number means stands beside it in parameters.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    date: str
    fitted_on: str
    grid_from: float
    grid_to: float
    grid_points: Annotated[int, Field(ge=6)]
    prior: tuple[Positive, Positive, Positive, Positive, Positive, Positive]
    area_spread: Positive
    slope: Positive
    caution: Annotated[float, Field(gt=0, le=1)]
    steps: tuple[float, float, float]
    difficulty: dict[str, float]
    bias: tuple[Rate, Rate, Rate]
    up: tuple[Positive, Positive, Positive]
    suspicion: Annotated[float, Field(gt=0, le=1)]
    down: Positive
    unknown: tuple[Share, Share]
    slip: Share
    example_unasked: tuple[Rate, Rate, Rate]
    example_asked: tuple[Rate, Rate, Rate]
    example_fall: Positive
    said: Rate
    said_fall: Positive
    raised: tuple[Rate, Rate, Rate]
    raised_click: tuple[Rate, Rate, Rate]
    unread: Rate
    heard: Annotated[float, Field(gt=0, le=1)]
    passing: tuple[Weight, Weight]
    bearing: Annotated[float, Field(ge=0, le=1)]
    placing_spread: Positive
    placing_bias: tuple[float, float, float]
    draws: Annotated[int, Field(ge=100)]
    seed: int


@cache
def default() -> Parameters:
    """The parameters that come with Varde."""
    found: Parameters = read_yaml(FILE, Parameters)
    return found
