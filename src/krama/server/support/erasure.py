# SPDX-License-Identifier: Apache-2.0
"""What becomes of a child's support: that somebody helped, and when, stays for the figures; every word goes."""

from __future__ import annotations

from uuid import UUID

from krama.server.compartments.registry import Fate, What, declare, erases
from krama.server.support.models import FollowUp, Referral, Removal, Step, Trusted

declare(
    {
        "support.Step": Fate(What.REDACTED, "That something was offered or done stays; what goes.", ("sealed_what",)),
        "support.Referral": Fate(
            What.REDACTED,
            "That, and on what basis, a child was referred stays; whose consent goes.",
            ("sealed_consent",),
        ),
        "support.FollowUp": Fate(
            What.REDACTED, "The day, and that it was kept, stays; the words go.", ("sealed_words", "sealed_found")
        ),
        "support.Trusted": Fate(
            What.REDACTED, "That a child named somebody stays; whom goes.", ("sealed_person", "sealed_way")
        ),
        "support.Removal": Fate(
            What.REDACTED, "That it was asked and decided stays; the words go.", ("sealed_wish", "sealed_reason")
        ),
    }
)


@erases("support")
def erase(compartment: UUID) -> int:
    count = Step.objects.filter(case__compartment=compartment).update(sealed_what=None)
    count += Referral.objects.filter(case__compartment=compartment).update(sealed_consent=None)
    count += FollowUp.objects.filter(case__compartment=compartment).update(sealed_words=None, sealed_found=None)
    count += Trusted.objects.filter(case__compartment=compartment).update(sealed_person=None, sealed_way=None)
    return count + Removal.objects.filter(case__compartment=compartment).update(sealed_wish=None, sealed_reason=None)
