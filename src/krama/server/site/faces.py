# SPDX-License-Identifier: Apache-2.0
"""The three faces: which one this process shows, and what the public one has to itself. Knows no Django.

Run apart, the public face never opens the home: all it has lies in one folder of its own (see apart.py).
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from krama.errors import BadHome
from krama.server.site.home import KEY_NAMES, Home

NOTE = "face.json"  # in the public face's folder: what it must know of the home
MARK = "faces.json"  # in the home: that its public face was prepared to run apart, and for whom
DATABASE = "database-url"  # its own role, with its own password
OWN_KEYS = ("settings",)  # made for the public face alone
# Keys of the home that the public face must have too: its entries are sealed, and receipts are found. Never another.
SHARED_KEYS = tuple(name for name in KEY_NAMES if name in ("trail", "pepper"))


class Face(StrEnum):
    """What a process shows."""

    ALL = "all"
    PUBLIC = "public"
    CONSOLE = "console"
    API = "api"


def face() -> Face:
    """`$KRAMA_FACE`, else all of them."""
    named = os.environ.get("KRAMA_FACE") or Face.ALL
    try:
        return Face(named)
    except ValueError as problem:
        raise BadHome(f"KRAMA_FACE={named} is no face; there are {', '.join(Face)}.") from problem


def settings_module() -> str:
    return f"krama.server.site.{'public_settings' if face() is Face.PUBLIC else 'settings'}"


def open_public() -> Home:
    """The public face's folder, as a home that has nothing else; `$KRAMA_KEYS` names it."""
    named = os.environ.get("KRAMA_KEYS")
    if not named:
        raise BadHome("The public face needs KRAMA_KEYS: the folder that `krama faces apart --keys` made for it.")
    folder = Path(named).resolve()
    try:
        facts = json.loads((folder / NOTE).read_text())
        return Home(folder, facts["id"], facts["kind"], facts["url"], "postgresql", folder)
    except OSError as problem:
        raise BadHome(f"{folder} is not the public face's: make it with `krama faces apart`.") from problem
    except (ValueError, KeyError, TypeError) as problem:
        raise BadHome(f"{folder / NOTE} is damaged: {problem}. Run `krama faces apart` again.") from problem


def public_facts(folder: Path) -> Path | None:
    """Where the public face finds what the console publishes: `$KRAMA_FACTS`, else as `krama faces apart` noted."""
    named = os.environ.get("KRAMA_FACTS") or json.loads((folder / NOTE).read_text()).get("facts")
    return Path(named) if named else None


def published_facts(home: Home) -> Path | None:
    """The same at the console; None while the faces share a process."""
    made = apart_of(home)
    named = os.environ.get("KRAMA_FACTS") or (made.facts if made else "")
    return Path(named) if named else None


def public_database(folder: Path) -> str:
    """`$KRAMA_DATABASE_URL`, else what was written when the faces were set apart."""
    if named := os.environ.get("KRAMA_DATABASE_URL"):
        return named
    try:
        return (folder / DATABASE).read_text().strip()
    except OSError as problem:
        raise BadHome(f"{folder / DATABASE} cannot be read: run `krama faces apart` again.") from problem


@dataclass(frozen=True)
class Apart:
    """The home's own record of it; `door` is the newest version of the door's key that was handed out."""

    role: str
    keys: str
    door: int
    facts: str = ""  # the folder where the console publishes what everybody may know


def apart_of(home: Home) -> Apart | None:
    """None: the faces of this home share a process."""
    path = home.folder / MARK
    if not path.exists():
        return None
    try:
        return Apart(**json.loads(path.read_text()))
    except (ValueError, TypeError) as problem:
        raise BadHome(f"{path} is damaged: {problem}. Run `krama faces apart` again.") from problem
