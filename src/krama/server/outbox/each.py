# SPDX-License-Identifier: Apache-2.0
"""A round takes its rows one by one, and no row may hold the others: what cannot be taken is set aside."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar
from uuid import UUID

import structlog
from django.db import IntegrityError, OperationalError, transaction

log = structlog.get_logger()
T = TypeVar("T")


def each(pks: Iterable[UUID], take: Callable[[UUID], int], aside: Callable[[UUID], None]) -> int:
    """How much was taken. Each `take` is a transaction of its own, and so is `aside`.

    A database that is away, or a race that another process won, is no fault of the row.
    """
    return sum(_one(pk, take, aside) for pk in pks)


def at_once(take: Callable[[], T]) -> T | None:
    """All of them in one transaction; None where they cannot be: then `each` finds out which of them it is."""
    try:
        with transaction.atomic():
            return take()
    except OperationalError:
        raise
    except IntegrityError:
        return None  # another process was at it
    except Exception as problem:
        log.warning("not together", error=type(problem).__name__)
        return None


def _one(pk: UUID, take: Callable[[UUID], int], aside: Callable[[UUID], None]) -> int:
    try:
        with transaction.atomic():
            return take(pk)
    except OperationalError:
        raise
    except IntegrityError:
        return 0  # the next round finds what the other process made
    except Exception as problem:  # the message may hold personal data: only its type is kept
        log.error("set aside", id=str(pk), error=type(problem).__name__)
        aside(pk)
        return 0
