"""What changed between two runs, and whether beyond noise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from evals.figures import Change, changed
from evals.suite import VERSION, Run

_PARTS = ("interviews", "baselines", "overclaimed_forms")


class UnfitRunError(Exception):
    """A file that another run should be compared with cannot be: why, and what to do."""


def read_run(path: Path) -> Run:
    """A run that `varde eval --json` wrote. Raises UnfitRunError."""
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnfitRunError(
            f"{path} cannot be read as JSON ({type(error).__name__}). Nothing was measured; give a file that "
            "`varde eval --json FILE` wrote."
        ) from error
    if not isinstance(found, dict) or found.get("version") != VERSION:
        raise UnfitRunError(
            f"{path} is not a run of this suite (version {VERSION}). Nothing was measured; run the older code's "
            "`varde eval --json FILE` again, or compare by hand."
        )
    return found


def since(before: Run, now: Run) -> list[Change]:
    """Every figure that moved, over the cases and organisations that both runs have."""
    found = [
        change
        for part in _PARTS
        for name in now[part]
        if name in before[part]
        for change in changed(f"{part}, {name}", before[part][name]["rows"], now[part][name]["rows"])
    ]
    found += changed("everything asked", before["asked_everything"]["rows"], now["asked_everything"]["rows"])
    old, new = before["population"]["worlds"], now["population"]["worlds"]
    for world in new:
        if world in old:
            found += changed(f"{world} population", old[world]["rows"], new[world]["rows"])
    return found
