# SPDX-License-Identifier: Apache-2.0
"""The clocks of cases as an administrator writes them."""

from __future__ import annotations

from krama.errors import BadHome
from krama.triage import office_hours

WAVES = {"reports": 5.0, "days": 7.0, "hours": 24.0}
MOST_REPORTS = 1_000
NAMES = ("critical", "high", "medium", "low")


def clocks(text: str) -> dict[str, float]:
    """Hours by severity from `critical=1,high=4`; what is not named stands in the country's facts.

    `BadHome` says what cannot be read.
    """
    hours: dict[str, float] = {}
    for part in filter(None, text.split(",")):
        name, _equals, given = part.strip().partition("=")
        try:
            number = float(given)
        except ValueError:
            number = 0.0
        if name not in NAMES or not 0 < number <= 8_760:
            raise BadHome(f"KRAMA_CLOCKS holds {part.strip()!r}; write hours, such as {'critical=1,high=4'!r}.")
        hours[name] = number
    return hours


def office(text: str) -> str:
    """When somebody works, as `mon-fri 08:00-17:00`; `BadHome` says what cannot be read."""
    try:
        if office_hours(text, "UTC", lambda day: False) is None:
            raise ValueError("it is empty")
    except ValueError as problem:
        raise BadHome(f"KRAMA_OFFICE_HOURS: {problem}; write `mon-fri 08:00-17:00`.") from problem
    return text


def waves(text: str) -> dict[str, float]:
    """So many alike reports in so many days; so many hours until a person must have answered the wave."""
    found = dict(WAVES)
    for part in filter(None, text.split(",")):
        name, _equals, given = part.strip().partition("=")
        try:
            found[name] = float(given) if name in WAVES else 0.0
        except ValueError:
            found[name] = 0.0
        if not 0 < found[name] <= 8_760 or (name == "reports" and (found[name] % 1 or found[name] > MOST_REPORTS)):
            raise BadHome(f"KRAMA_WAVES holds {part.strip()!r}; write numbers, such as 'reports=5,days=7,hours=24'.")
    return found
