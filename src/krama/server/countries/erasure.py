# SPDX-License-Identifier: Apache-2.0
"""What becomes of a country's facts: laws, clocks and contacts of public bodies; nobody's data."""

from __future__ import annotations

from krama.server.compartments.registry import Fate, What, declare

declare(
    {
        "countries.Change": Fate(What.KEPT, "What the law or an authority's contact is now, and which staff said so."),
        "countries.KeptPack": Fate(What.KEPT, "A version of the facts."),
    }
)
