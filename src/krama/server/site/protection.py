# SPDX-License-Identifier: Apache-2.0
"""How this home is protected: what opens its keys, and whether what comes in is closed to whoever takes it in.

`krama check` and the tour both ask here, so that neither promises what the other denies.
"""

from __future__ import annotations

from enum import StrEnum

from krama.server.site.faces import apart_of
from krama.server.site.home import Home


class Door(StrEnum):
    """Who could read what has just come in."""

    ONE_FILE = "one database file"
    ONE_PROCESS = "one process"
    APART = "apart"


def door_of(home: Home) -> Door:
    """On SQLite one file holds all; else one process, unless the public face runs apart."""
    if apart_of(home) is not None:
        return Door.APART
    return Door.ONE_FILE if home.database == "sqlite" else Door.ONE_PROCESS


def keys_lie_here(home: Home) -> bool:
    """A thief of the whole machine then has the keys too."""
    return home.provider.kind == "file"
