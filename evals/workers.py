"""Spreads work over the processors."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Protocol, TypeVar

Job = TypeVar("Job")
Done = TypeVar("Done")


class Spread(Protocol):
    """Runs a function over jobs and gives what comes of them, in their order."""

    def __call__(self, run: Callable[[Job], Done], jobs: Iterable[Job], /) -> Iterator[Done]: ...


@contextmanager
def workers(count: int | None = None) -> Iterator[Spread]:
    """Fresh processes, as many as there are processors; with a count of 1, none: the work is done here.

    They are not forked, since a fork would copy the progress bar's thread and its locks.
    """
    count = count or os.cpu_count() or 1
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # the processors are taken by the workers
    if count == 1:
        yield _here
        return
    with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn")) as pool:

        def spread(run: Callable[[Job], Done], jobs: Iterable[Job], /) -> Iterator[Done]:
            return pool.map(run, jobs)

        yield spread


def _here(run: Callable[[Job], Done], jobs: Iterable[Job], /) -> Iterator[Done]:
    return map(run, jobs)
