# SPDX-License-Identifier: Apache-2.0
"""What a firm must do: the catalogue in English and Khmer, what applies to whom, and what to do first.

Must never show general knowledge as a quotation, nor the law as policy: law stands in `context/` and in `countries`.
"""

from __future__ import annotations

from krama.guidelines.applies import Because, Difference, Profile, Reason, Ruling, applicable, difference, rulings
from krama.guidelines.forms import ciso_assistant, oscal
from krama.guidelines.law import Context, law_context
from krama.guidelines.load import load, shipped
from krama.guidelines.model import (
    Body,
    Catalogue,
    Line,
    Proof,
    Reference,
    Sector,
    Source,
    Word,
    Words,
)
from krama.guidelines.scoring import Gap, Tally, first_things, gaps, next_step, tally
from krama.text import BadEntry, Text

__all__ = [
    "BadEntry",
    "Because",
    "Body",
    "Catalogue",
    "Context",
    "Difference",
    "Gap",
    "Line",
    "Profile",
    "Proof",
    "Reason",
    "Reference",
    "Ruling",
    "Sector",
    "Source",
    "Tally",
    "Text",
    "Word",
    "Words",
    "applicable",
    "ciso_assistant",
    "difference",
    "first_things",
    "gaps",
    "law_context",
    "load",
    "next_step",
    "oscal",
    "rulings",
    "shipped",
    "tally",
]
