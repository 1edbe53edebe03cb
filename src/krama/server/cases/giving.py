# SPDX-License-Identifier: Apache-2.0
"""Which cases a person is given. Higher rooms say what they keep from whom, and why not now; this one knows none.

The queue asks here before it gives a case, and so does whoever assigns one. Nobody is told which room said no for whom.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from krama.server.accounts.models import User
from krama.server.cases.models import Case


@dataclass(frozen=True)
class NotNow:
    """Why a person is not given this case now, in kind words for that person alone. `asks`: they may take it if they
    want, and are asked; else it waits."""

    code: str
    words: str | Promise
    asks: bool


Keeps = Callable[[User], Q]
Pauses = Callable[[User, Case], NotNow | None]
KEEPS: dict[str, Keeps] = {}
PAUSES: dict[str, Pauses] = {}


def keeps(name: str) -> Callable[[Keeps], Keeps]:
    """Register which cases are never given to a person, as a condition that the database can put to a million cases."""

    def register(condition: Keeps) -> Keeps:
        KEEPS[name] = condition
        return condition

    return register


def pauses(name: str) -> Callable[[Pauses], Pauses]:
    """Register a question that is asked of one case before it is given or opened."""

    def register(question: Pauses) -> Pauses:
        PAUSES[name] = question
        return question

    return register


def given_to(person: User, rows: QuerySet[Case]) -> QuerySet[Case]:
    """Of these cases, those that may be given to this person, next or by assignment."""
    for condition in KEEPS.values():
        rows = rows.exclude(condition(person))
    return rows


def is_given(person: User, case: Case) -> bool:
    return given_to(person, Case.objects.filter(pk=case.pk)).exists()


def may_take(person: User, case: Case) -> NotNow | None:
    """None when this person may have this case in front of them now."""
    return next((said for ask in PAUSES.values() if (said := ask(person, case))), None)
