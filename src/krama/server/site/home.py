# SPDX-License-Identifier: Apache-2.0
"""A home: one folder with the data, one folder with the keys, apart from it. Knows no Django."""

from __future__ import annotations

import json
import os
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from krama.errors import BadHome
from krama.sealing import KeyProvider, KeyRing, make_keys, read_key
from krama.server.site.providers import provider_of

KEY_NAMES = ("settings", "identifiers", "webhooks", "trail", "trail-signing", "pepper")
ADDED = ("trail", "trail-signing")  # a home of an older version gets them from `krama init`
NEWER = ("pepper",)  # and this one, before the first report
SEALED = (
    "trail.json"  # in the folder of the keys, once the trail is sealed: from then on these keys are never made anew
)
RINGS = ("kek", "door")  # wraps the keys of compartments; opens what was sealed at the door
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
NO_HOME = "none"


@dataclass(frozen=True)
class Home:
    """Where an installation lives. `kind` is "real", "demo", or "none" where nothing was made yet."""

    folder: Path
    id: str
    kind: str
    url: str
    database: str = "sqlite"
    keys_folder: Path | None = None  # where they were when it was opened: the environment may change later

    @property
    def is_demo(self) -> bool:
        return self.kind == "demo"

    @property
    def keys(self) -> Path:
        return self.keys_folder or keys_root() / self.id

    @property
    def snapshots(self) -> Path:
        return self.folder / "snapshots"

    @property
    def secure(self) -> bool:
        return self.url.startswith("https://")

    @property
    def provider(self) -> KeyProvider:
        return provider_of(self.keys)

    def key(self, name: str) -> bytes:
        older = name in NEWER or (name in ADDED and not (self.keys / SEALED).exists())
        if older and not (self.keys / name).exists():
            raise BadHome(
                "This home is of an older version and lacks a key: run `krama init` once, it keeps your data."
            )
        return read_key(self.keys / name, self.provider)

    def ring(self, name: str) -> KeyRing:
        return KeyRing(self.keys / name, self.provider)


def home_folder() -> Path:
    """`$KRAMA_HOME`, else `krama-data` here."""
    return Path(os.environ.get("KRAMA_HOME") or "krama-data").resolve()


def keys_root() -> Path:
    """`$KRAMA_KEYS`, else the user's configuration folder."""
    if named := os.environ.get("KRAMA_KEYS"):
        return Path(named).resolve()
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "krama"


def make_home(folder: Path, *, demo: bool, url: str = "") -> Home:
    """Make a new home, or return the one that is there when it is of the same kind."""
    kind = "demo" if demo else "real"
    if (folder / "home.json").exists():
        return _same_kind(open_home(folder), kind)
    url = check_url(url or "http://localhost:8000", demo=demo)
    name = uuid.uuid4().hex
    home = Home(folder, name, kind, url, database_named(), keys_root() / name)
    if home.keys.is_relative_to(folder):
        raise BadHome(
            f"The keys would lie in {home.keys}, inside the data. Set KRAMA_KEYS to a folder outside {folder}."
        )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _make_keys(home)
    home.snapshots.mkdir(exist_ok=True)
    _write(folder / "home.json", json.dumps({**asdict(home), "folder": None, "keys_folder": None}, indent=1))
    return home


def _make_keys(home: Home) -> None:
    home.keys.parent.mkdir(parents=True, exist_ok=True, mode=0o700)  # whose homes there are is nobody's matter either
    sealed = (home.keys / SEALED).exists()
    for name in (name for name in ADDED if sealed and not (home.keys / name).exists()):
        read_key(home.keys / name)  # says that it is missing: a new one would fit nothing that was written
    make_keys(home.keys, KEY_NAMES, home.provider)
    for name in RINGS:
        home.ring(name).ensure()


def open_home(folder: Path) -> Home:
    """The home in this folder; `BadHome` when there is none."""
    path = folder / "home.json"
    if not path.exists():
        raise BadHome(f"There is no Krama home in {folder}. Make one with `krama init` (or `krama init --demo`).")
    try:
        facts = json.loads(path.read_text())
        url = _url_now(facts["url"], demo=facts["kind"] == "demo")
        database = facts.get("database", "sqlite")
        return Home(folder, facts["id"], facts["kind"], url, database, keys_root() / facts["id"])
    except (ValueError, KeyError, TypeError) as problem:
        raise BadHome(f"{path} is damaged: {problem}. Put it back from your backup.") from problem


def database_named() -> str:
    """Which kind of database `$KRAMA_DATABASE_URL` asks for."""
    return "postgresql" if os.environ.get("KRAMA_DATABASE_URL") else "sqlite"


def home_or_none() -> Home:
    """What settings start from: tools such as a type checker load them where no home is."""
    try:
        return open_home(home_folder())
    except BadHome:
        return Home(folder=home_folder(), id=NO_HOME, kind=NO_HOME, url="http://localhost:8000")


def check_url(url: str, *, demo: bool) -> str:
    """The address of this installation: https, unless on loopback; a demo home only on loopback."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise BadHome(f"KRAMA_URL={url} is not an address such as https://krama.example.org (no path).")
    loopback = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if demo and not loopback:
        raise BadHome(f"A demo home listens on this machine only; KRAMA_URL={url} is not a loopback address.")
    if parts.scheme == "http" and not loopback:
        raise BadHome(f"KRAMA_URL={url} must begin with https://: children's data does not travel in clear.")
    return url.rstrip("/")


def _url_now(made_with: str, *, demo: bool) -> str:
    """The address it was made with, unless `$KRAMA_URL` names another one; a demo home follows its port.

    Whether it is fit is asked before anything is served (`krama check` says it too).
    """
    named = os.environ.get("KRAMA_URL", "")
    return (named if named and not demo else str(made_with)).rstrip("/")


def _same_kind(home: Home, kind: str) -> Home:
    if home.kind != kind:
        command = "krama init --demo" if kind == "demo" else "krama init"
        raise BadHome(
            f"{home.folder} is a {home.kind} home and stays one. "
            f"Choose another folder for a {kind} home: KRAMA_HOME=/another/folder {command}"
        )
    check_url(home.url, demo=home.is_demo)
    _make_keys(home)  # what a newer version needs is added; nothing is replaced
    return home


def _write(path: Path, text: str) -> None:
    part = path.with_suffix(".part")
    with part.open("w") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    part.replace(path)
