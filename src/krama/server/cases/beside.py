# SPDX-License-Identifier: Apache-2.0
"""What was written beside a case: most cases have nothing of it, and then none of these tables is asked."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet, Value

from krama.server.cases.models import Case, Named, Note, Pause, PeerMark, Recusal, SensitivityChange
from krama.server.cases.models.peer import Wish
from krama.server.cases.models.people import ActorRole

TABLES: tuple[type[Model], ...] = (ActorRole, Named, Note, Pause, PeerMark, Recusal, SensitivityChange, Wish)


def beside(case: Case) -> set[type[Model]]:
    """Those of these tables that have something of this case, in one question."""
    first, *more = (_some(table, case) for table in TABLES)
    known = {table.__name__: table for table in TABLES}
    return {known[name] for (name,) in first.union(*more)}


def _some(table: type[Model], case: Case) -> QuerySet[Any, Any]:
    return table._default_manager.filter(case=case).order_by().values_list(Value(table.__name__))
