# SPDX-License-Identifier: Apache-2.0
"""What becomes of the register: systems, fields and units; nothing a child could be known by."""

from __future__ import annotations

from krama.server.compartments.registry import Fate, What, declare

declare(
    {
        "confidentiality.Line": Fate(What.KEPT, "Says what a system holds, never of whom."),
        "confidentiality.Line_seen_by": Fate(What.KEPT, "Says which unit sees a kind of data."),
        "confidentiality.LineVersion": Fate(What.KEPT, "The line as it was, for whoever asks since when."),
        "confidentiality.Weighing": Fate(What.KEPT, "A decision on a kind of data, by a member of staff."),
        "confidentiality.Treatment": Fate(What.KEPT, "Measures against a risk, by a member of staff."),
        "confidentiality.Impact": Fate(What.KEPT, "A paper on the register; it names systems and staff."),
        "confidentiality.Scan": Fate(What.KEPT, "That an inventory was read: a fingerprint and counts."),
        "confidentiality.Proposal": Fate(What.KEPT, "The name of a field in a schema, never a row of it."),
    }
)
