# SPDX-License-Identifier: Apache-2.0
"""What becomes of lists: hashes of known material as their owner gave them; nobody of this firm."""

from __future__ import annotations

from krama.server.compartments.registry import Fate, What, declare

declare(
    {
        "lists.List": Fate(What.KEPT, "Whose list, and on what legal basis."),
        "lists.ListedSignal": Fate(What.KEPT, "A hash of known material; it explains a past match."),
        "lists.Publication": Fate(What.KEPT, "Which snapshot was published when."),
    }
)
