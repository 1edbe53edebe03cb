# SPDX-License-Identifier: Apache-2.0
"""What becomes of measures: what the firm's system or somebody did, and when."""

from __future__ import annotations

from krama.server.compartments.registry import Fate, What, declare

declare(
    {
        "measures.Measure": Fate(What.KEPT, "Names an item by id; kind, state and times stay for the figures."),
        "measures.Way": Fate(What.KEPT, "Who in the firm does which kind of measure."),
        "measures.HandTask": Fate(What.KEPT, "Which measure was done by hand, by whom of the staff, and when."),
        "measures.Webhook": Fate(What.KEPT, "Where the firm's own system listens; the secret is not here."),
    }
)
