# SPDX-License-Identifier: Apache-2.0
"""The clocks of cases as an administrator writes them."""

from __future__ import annotations

from krama.errors import BadHome

HOURS = {"critical": 1.0, "high": 4.0, "medium": 24.0, "low": 72.0}


def clocks(text: str) -> dict[str, float]:
    """Hours by severity from `critical=1,high=4`; `BadHome` says what cannot be read."""
    hours = dict(HOURS)
    for part in filter(None, text.split(",")):
        name, _equals, given = part.strip().partition("=")
        try:
            number = float(given)
        except ValueError:
            number = 0.0
        if name not in HOURS or not 0 < number <= 8_760:
            raise BadHome(f"KRAMA_CLOCKS holds {part.strip()!r}; write hours, such as {'critical=1,high=4'!r}.")
        hours[name] = number
    return hours
