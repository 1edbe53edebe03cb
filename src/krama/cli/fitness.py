# SPDX-License-Identifier: Apache-2.0
"""What a real home must not run with: each fault says what it is, where, and what to do. Shared by check and serve.

Nothing here prints a secret, or says more of one than its file's name.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from krama.errors import BadHome
from krama.server.site.home import KEY_NAMES, RINGS, Home, check_url

PRIVATE = ("identifiers", "webhooks", "trail-signing")  # never the public face's
DEBUG_NAMES = ("KRAMA_DEBUG", "DJANGO_DEBUG")
OFF = ("", "0", "no", "off", "false")
WEAK = frozenset(
    {"admin", "change-me", "changeme", "default", "django-insecure", "example", "insecure", "krama", "krama_public"}
    | {"password", "placeholder", "postgres", "root", "secret", "test", "todo", "xxx"}
)
DURABLE = ("on", "local", "remote_write", "remote_apply")
JOURNALS = ("wal", "delete", "truncate", "persist")


def refuse(home: Home) -> None:
    """Before anything is served: a real home with a fault does not start."""
    if home.is_demo:
        return
    if found := list(faults(home)):
        more = f" ({len(found) - 1} more: see `krama check`.)" if len(found) > 1 else ""
        raise BadHome(f"This home does not start. {found[0]}{more}")


def refuse_public(home: Home) -> None:
    """The public face of a real home, by what it can see."""
    if not home.is_demo and (found := list(public_faults(home))):
        raise BadHome(f"The public face does not start. {found[0]}")


def faults(home: Home) -> Iterator[str]:
    """Everything that is wrong, gravest first."""
    questions: tuple[Callable[[Home], Iterator[str]], ...] = (
        open_keys,
        near_keys,
        weak_secrets,
        debug,
        address,
        lossy_database,
        demo_people,
    )
    for question in questions:
        yield from question(home)


def public_faults(home: Home) -> Iterator[str]:
    """The same for the public face run apart, of what it has."""
    for question in (open_keys, debug, address, lossy_database):
        yield from question(home)
    if what := weakness(home.key("settings")):
        yield f"The secret {home.keys / 'settings'} {what}: remove it and run `krama faces apart` again."
    private = [path.name for path in home.keys.rglob("*") if path.suffix == ".key" or path.name in PRIVATE]
    if private:
        names = ", ".join(sorted(private))
        yield f"Private keys lie in the public face's folder: {names}. Remove them from {home.keys}."


def open_keys(home: Home) -> Iterator[str]:
    loose = [path for path in (home.keys, *home.keys.rglob("*")) if _is_loose(path)]
    if home.keys in loose:
        yield f"Others can open the folder of the keys: chmod 700 {home.keys}"
    if files := sorted(path.name for path in loose if path != home.keys):
        yield f"Others can read the key files {', '.join(files)}: chmod -R go= {home.keys}"


def _is_loose(path: Path) -> bool:
    try:
        return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)
    except FileNotFoundError:  # a witness that is being written is put in its place at this moment
        return False


def near_keys(home: Home) -> Iterator[str]:
    folder, keys = home.folder.resolve(), home.keys.resolve()
    if keys.is_relative_to(folder):
        yield f"The keys lie inside the data. Move {home.keys} elsewhere and set KRAMA_KEYS."
    elif folder.is_relative_to(keys):
        yield f"The data lies inside the folder of the keys. Move {home.folder} elsewhere and set KRAMA_HOME."
    else:
        for copy in _copies(home):
            yield f"A copy of a key lies in the data: remove {copy}, and rotate (`krama keys rotate`)."


def _copies(home: Home) -> list[Path]:
    """Files in the data that are exactly one of the key files."""
    keys = {text for path in home.keys.rglob("*") if path.is_file() and len(text := path.read_bytes().strip()) >= 64}
    sizes = {len(text) + end for text in keys for end in (0, 1, 2)}
    small = [path for path in home.folder.rglob("*") if path.is_file() and path.stat().st_size in sizes]
    return sorted(path for path in small if path.read_bytes().strip() in keys)


def weak_secrets(home: Home) -> Iterator[str]:
    seen: dict[bytes, str] = {}
    for name, key in _secrets(home):
        if what := weakness(key):
            yield f"The secret {name} {what}. Begin a new home, or put back the key from your backup."
        elif key in seen:
            yield f"The secrets {seen[key]} and {name} are the same. Put the right one back from your backup."
        seen.setdefault(key, name)
    password = urlsplit(os.environ.get("KRAMA_DATABASE_URL", "")).password
    if password is not None and password.lower() in WEAK:
        yield "The password in KRAMA_DATABASE_URL is a placeholder. Give the database role a random one."


def _secrets(home: Home) -> Iterator[tuple[str, bytes]]:
    for name in KEY_NAMES:
        yield name, home.key(name)
    for name in RINGS:
        ring = home.ring(name)
        yield from ((f"{name}/{version}", ring.key(version)) for version in ring.versions())
    if root := os.environ.get("KRAMA_KEY"):
        yield "KRAMA_KEY", bytes.fromhex(root)


def weakness(key: bytes) -> str:
    """Why 32 bytes cannot have come from a good source of chance; "" when nothing speaks against them."""
    if len(key) < 32:
        return "is too short"
    if len(set(key)) < 12:  # of 32 random bytes some 30 differ; fewer than 12 come once in 10**20 times
        return "is a placeholder: the same few bytes again and again"
    if any(key == (key[:length] * 32)[: len(key)] for length in range(1, 17)):
        return "is a placeholder: one piece repeated"
    if all(32 <= byte < 127 for byte in key):
        return "is a placeholder: words, not random bytes"
    steps = {(after - before) % 256 for before, after in pairwise(key)}
    return "is a placeholder: it counts" if len(steps) == 1 else ""


def debug(_home: Home) -> Iterator[str]:
    from django.conf import settings

    for name in DEBUG_NAMES:
        if os.environ.get(name, "").strip().lower() not in OFF:
            yield f"{name} is set: debugging shows what is sealed. Unset it."
    if settings.DEBUG:
        yield "DEBUG is on in the settings: it shows what is sealed. Turn it off."


def address(home: Home) -> Iterator[str]:
    try:
        check_url(home.url, demo=home.is_demo)
    except BadHome as problem:
        yield problem.detail


def lossy_database(_home: Home) -> Iterator[str]:
    """Asked of a session opened the way Krama opens its own: server, database, role and address all count."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT current_setting('synchronous_commit'), current_setting('fsync')")
            commit, fsync = cursor.fetchone()
            if commit not in DURABLE:
                yield f"PostgreSQL, synchronous_commit is {commit}: set it on, for server, database and role."
            if fsync != "on":
                yield "PostgreSQL, fsync is off: what was answered can be lost. Set it on."
            return
        cursor.execute("PRAGMA synchronous")
        if cursor.fetchone()[0] < 2:
            yield "SQLite, synchronous is below FULL: what was answered can be lost. Take out what sets it."
        cursor.execute("PRAGMA journal_mode")
        if (mode := cursor.fetchone()[0]) not in JOURNALS:
            yield f"SQLite, journal_mode is {mode}: a crash can damage the file. Take out what sets it."


def demo_people(home: Home) -> Iterator[str]:
    from krama.server.accounts.models import User

    if home.is_demo:
        return
    if names := sorted(User.objects.filter(is_demo=True).values_list("username", flat=True)):
        yield (
            f"Invented people of a demo are in this real home: {', '.join(names)}. It was mixed with a demo's data; "
            "put back your own backup, or begin a new home."
        )
