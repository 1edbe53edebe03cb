# SPDX-License-Identifier: Apache-2.0
"""What becomes of alarms and calls: who of the staff was called and came. Their addresses go with them."""

from __future__ import annotations

from krama.server.compartments.registry import Fate, What, declare

declare(
    {
        "callout.Step": Fate(What.KEPT, "A place in an order, and minutes."),
        "callout.Way": Fate(
            What.EXPIRES,
            "An address of staff, sealed with the home's key; goes when it is taken out of the tree, and within a day "
            "when the person works here no more.",
            ("sealed_address",),
        ),
        "callout.Alarm": Fate(What.KEPT, "A reference, times, and who of the staff took it."),
        "callout.Call": Fate(What.KEPT, "Who of the staff was called by what channel; the address is not here."),
    }
)
