# SPDX-License-Identifier: Apache-2.0
"""How many may know of a case, by rule: a person's word may ask for more, never for less."""

from __future__ import annotations

from krama.server.cases.models import Case, OwnAccount, Sensitivity, Severity
from krama.server.compartments.models import Pseudonym

ORDER = tuple(Sensitivity)
OF_A_REPORT = Sensitivity.RESTRICTED  # a child or a reporter speaks in it
NAMED_KINDS = (Pseudonym.Kind.CHILD, Pseudonym.Kind.REPORTER)


def by_rule(case: Case) -> Sensitivity:
    """Sealed where an account of the staff stands in it; restricted where a child is named or speaks, or if grave."""
    accounts = case.items.exclude(account_key="").values("account_key")
    if OwnAccount.objects.filter(hash__in=accounts).exists():
        return Sensitivity.SEALED
    if case.severity == Severity.CRITICAL:
        return Sensitivity.RESTRICTED
    if case.items.filter(report__isnull=False).exists():
        return OF_A_REPORT
    if case.roles.exists() or case.peer_marks.exists():
        return Sensitivity.RESTRICTED  # somebody said of a person what they are in it
    if Pseudonym.objects.filter(scope=f"case:{case.ref}", kind__in=NAMED_KINDS).exists():
        return Sensitivity.RESTRICTED
    return Sensitivity.NORMAL


def more(one: Sensitivity, other: Sensitivity) -> Sensitivity:
    return max(one, other, key=ORDER.index)
