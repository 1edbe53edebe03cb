# SPDX-License-Identifier: Apache-2.0
"""What becomes of what staff had in front of them: it is theirs, it goes soon, and no case's words are in it."""

from __future__ import annotations

from krama.server.compartments.registry import Fate, What, declare

declare(
    {
        "wellbeing.Exposure": Fate(
            What.EXPIRES, "Counts and minutes under a keyed hash of a member of staff; goes after eight days."
        ),
        "wellbeing.Watch": Fate(What.EXPIRES, "One person's clock, under a keyed hash; goes after a day."),
        "wellbeing.Choice": Fate(
            What.EXPIRES,
            "What somebody chose for themselves, sealed under the home's key; goes when they work here no more.",
            ("sealed",),
        ),
        "wellbeing.PassedOn": Fate(
            What.EXPIRES, "A keyed hash and a case, without a reason; goes thirty days after the case is closed."
        ),
        "wellbeing.Care": Fate(What.KEPT, "Whom staff may talk to, and the firm's limits."),
    }
)
