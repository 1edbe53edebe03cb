# SPDX-License-Identifier: Apache-2.0
"""What becomes of cases: the decision stays for the figures; the words about it go."""

from __future__ import annotations

from uuid import UUID

from krama.server.cases.models import Decision
from krama.server.compartments.registry import Fate, What, declare, erases

declare(
    {
        "cases.Case": Fate(What.KEPT, "A reference, a severity, and times."),
        "cases.OpenKey": Fate(What.EXPIRES, "Goes when the case is closed."),
        "cases.Item": Fate(What.KEPT, "Says which detection belonged to which case."),
        "cases.Link": Fate(What.KEPT, "Says which two cases belong together."),
        "cases.Decision": Fate(What.REDACTED, "Outcome, ground and day stay for the figures; the words go."),
    }
)


@erases("cases")
def erase(compartment: UUID) -> int:
    return Decision.objects.filter(case__compartment=compartment).update(sealed_reason=None, facts={})
