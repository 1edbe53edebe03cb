# SPDX-License-Identifier: Apache-2.0
"""What becomes of compartments themselves: the key goes; that it went, when and why stays."""

from __future__ import annotations

from krama.server.compartments.registry import Fate, What, declare

declare(
    {
        "compartments.Compartment": Fate(What.REDACTED, "The wrapped key goes; kind and times stay.", ("wrapped_key",)),
        "compartments.KeyVersion": Fate(What.KEPT, "Which keys there were, and when they were destroyed."),
        "compartments.Period": Fate(What.KEPT, "How long the firm keeps a kind, and why."),
        "compartments.PeriodChange": Fate(What.KEPT, "Who of the staff asked for another period, and who agreed."),
        "compartments.Hold": Fate(What.KEPT, "That something was held, on what basis, by whom among the staff."),
        "compartments.Hold_compartments": Fate(What.KEPT, "What a hold stood on, by id."),
        "compartments.Extension": Fate(What.KEPT, "Who of the staff asked for longer, and who agreed."),
        "compartments.Destruction": Fate(What.KEPT, "The record of the destruction itself."),
        "compartments.Pseudonym": Fate(What.REDACTED, "The letter stays; its hash goes with the last detection."),
        "compartments.Opening": Fate(What.KEPT, "Who of the staff opened which pseudonym, and for what."),
    }
)
