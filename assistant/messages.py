"""Whether a message fits where the session stands."""

from __future__ import annotations

from collections.abc import Collection

from assistant.course import Course
from assistant.session import NO, Message, MessageKind, Phase
from knowledge.schema import LEVELS, Rubric, Status

LONGEST_MESSAGE = 20_000
_LEVELS = frozenset(map(str, LEVELS))
_STATUSES = frozenset(status.value for status in Status)
_RESULT: tuple[Phase, ...] = ("result",)
_PHASES: dict[MessageKind, tuple[Phase, ...]] = {
    "said": ("interview", "confirm", "employees", "promise", "tick"),
    "chose": ("interview",),
    "skipped": ("interview", "employees", "promise", "tick"),
    "stopped": ("interview",),
    "back": ("interview", "confirm", "employees", "promise", "tick", "result"),
    "corrected": ("interview", "confirm"),
    "confirmed": ("confirm",),
    "ticked": ("tick",),
    "clarified": _RESULT,
    "aimed": _RESULT,
    "decided": _RESULT,
    "judged": _RESULT,
    "drafted": _RESULT,
    "summarised": _RESULT,
    "edited": _RESULT,
    "switched": ("interview", "confirm", "employees", "promise", "tick"),
}


class UnfitMessageError(ValueError):
    """The message does not fit where the session stands: why, and what to do instead."""


def check(message: Message, course: Course, rubric: Rubric) -> None:
    """Raises UnfitMessageError where the message cannot be taken."""
    if len(message.text) > LONGEST_MESSAGE:
        raise UnfitMessageError(f"the answer has more than {LONGEST_MESSAGE} characters; shorten it and send it again")
    if course.phase not in _PHASES[message.kind]:
        raise UnfitMessageError(f"'{message.kind}' does not fit here: the session stands at '{course.phase}'")
    if message.kind == "ticked" and message.value not in {"", *_LEVELS}:
        raise UnfitMessageError("a place is 1 to 6, or nothing to skip it")
    if message.kind == "switched" and message.value not in {"on", "off"}:
        raise UnfitMessageError("the model is switched on or off")
    if message.kind == "chose" and message.value not in _offered(course):
        raise UnfitMessageError(f"{message.value!r} is not among the quick replies to this question")
    if message.kind == "corrected":
        _check_correction(message, rubric)


def _check_correction(message: Message, rubric: Rubric) -> None:
    if message.indicator in rubric.by_area:
        if message.value not in {"none", *_LEVELS}:
            raise UnfitMessageError("a correction of an area needs a description (1 to 6), or none")
        return
    if message.indicator not in rubric.by_id:
        raise UnfitMessageError(f"there is no indicator {message.indicator!r}; take an id from what was heard")
    if message.value not in _STATUSES:
        raise UnfitMessageError("a correction needs one of absent, planned, partial, established, unknown")


def _offered(course: Course) -> Collection[str]:
    kind = course.pending.kind if course.pending else None
    if kind in ("indicator", "say_back"):
        return _STATUSES if kind == "indicator" else _STATUSES | {NO}
    if kind == "neighbours":
        return {"none", *_LEVELS}
    return {"none"} if kind == "example" else ()
