# SPDX-License-Identifier: Apache-2.0
"""What a running system saw of a live proof. Unknown is not pass: nothing passes before its thing has happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

State = Literal["pass", "fail", "unknown"]
# How far the clocks of two machines may lie apart. What is dated further ahead was written by a wrong clock, and shows
# nothing: else a clock that once ran ahead would keep a proof green until it is caught up.
SKEW = timedelta(minutes=1)
Figure = int | float | str | None


@dataclass(frozen=True)
class Seen:
    """`cause` is an English message id whose %(name)s `figures` fill: numbers, dates and ids, never a name or words."""

    state: State
    cause: str
    figures: Mapping[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True)
class Definition:
    """What a check asks, in one sentence that `values` fill (its settings), and what to do when it is red, and where.

    `figures` names each raw figure in words; `page` is the route where it is mended, if there is one.
    """

    asks: str
    mend: str
    figures: Mapping[str, str]
    values: Callable[[], Mapping[str, Figure]] = dict
    page: str = ""


Look = Callable[[datetime], Seen]
