# SPDX-License-Identifier: Apache-2.0
"""Everybody with an account, as one page needs them: read once, and only where the page names or offers somebody."""

from __future__ import annotations

from functools import cached_property

from krama.server.accounts.may import ROLES, Operation
from krama.server.accounts.models import User


class Staff:
    """One page's; it is never kept for another."""

    @cached_property
    def everybody(self) -> list[User]:
        return list(User.objects.only("name", "role", "is_active").order_by("name"))

    @property
    def working(self) -> list[User]:
        return [one for one in self.everybody if one.is_active]

    @property
    def deciders(self) -> list[User]:
        """Whoever may read cases at all."""
        return [one for one in self.working if one.role in ROLES[Operation.READ_CASES]]

    def name_of(self, pk: str) -> str:
        return next((one.name for one in self.everybody if str(one.pk) == pk), "")
