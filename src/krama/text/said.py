# SPDX-License-Identifier: Apache-2.0
"""One thing said twice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """The same in English and in Khmer; the two are never mixed."""

    en: str
    km: str

    def in_(self, language: str) -> str:
        """The Khmer for "km", the English for every other language."""
        return self.km if language == "km" else self.en
