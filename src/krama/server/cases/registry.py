# SPDX-License-Identifier: Apache-2.0
"""What must be asked before anything that strikes a person leaves a case. Rooms register their questions at start."""

from __future__ import annotations

from collections.abc import Callable

from krama.server.cases.models import Case

# None: it may leave. Else the reason why not, in the language of whoever is asked.
Check = Callable[[Case], str | None]
CHECKS: list[Check] = []


def checks_leaving(check: Check) -> Check:
    """Register one question: `may_leave` asks all of them."""
    if check not in CHECKS:
        CHECKS.append(check)
    return check


def may_leave(case: Case) -> str | None:
    """Why no strike, packet or name may leave this case yet; None where it may."""
    return next((reason for check in CHECKS if (reason := check(case))), None)
