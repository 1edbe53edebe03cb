# SPDX-License-Identifier: Apache-2.0
"""Setting the public face apart: a folder with what it alone needs, a role with what it alone may, and a record of it.

The folder must never get a private half, the key-encryption keys or the identifiers' key.
"""

from __future__ import annotations

import json
import os
import pwd
import secrets
import shutil
from pathlib import Path
from urllib.parse import quote, urlsplit

from django.db import ProgrammingError, transaction

from krama.errors import BadInput
from krama.sealing import make_keys, public_half, write_once, write_over
from krama.server.compartments import rings
from krama.server.countries.publish import publish as publish_country
from krama.server.intake.publish import publish as publish_usual
from krama.server.site import role as roles
from krama.server.site.faces import DATABASE, MARK, NOTE, OWN_KEYS, SHARED_KEYS, Apart, apart_of
from krama.server.site.home import Home
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event
from krama.server.web.wording import FILE as CORRECTIONS

DOOR = "door-public"


def set_apart(actor: Actor, home: Home, *, role: str, folder: Path, database: str, user: str = "") -> Apart:
    """Make or mend all of it; what is there already stays. `user` is the operating system's, to own the folder."""
    _check(home, role, folder, database, user)
    url = folder / DATABASE
    password = "" if url.exists() and roles.exists(role) else secrets.token_urlsafe(32)
    facts = folder.with_name(f"{folder.name}-facts")
    version = _fill(home, folder, facts)
    with transaction.atomic():
        if password:
            _make_role(role, password)
        roles.limit(role)
        details = {"role": role, "door": version}
        record(actor, Event.FACES_APART, subject_kind="home", subject_id=home.id, details=details)
    if password:
        write_over(url, _with_role(database, role, password))
    if user:
        _give(folder, user)
    _open_facts(home, facts)
    made = Apart(role, str(folder), version, str(facts))
    write_over(home.folder / MARK, json.dumps(made.__dict__))
    return made


def put_together(actor: Actor, home: Home) -> None:
    """The role goes, and the record; the folder is left for whoever made it to remove."""
    made = apart_of(home)
    if made is None:
        raise BadInput("The faces of this home are not apart.")
    with transaction.atomic():
        roles.remove(made.role)
        record(actor, Event.FACES_TOGETHER, subject_kind="home", subject_id=home.id, details={"role": made.role})
    (home.folder / MARK).unlink()


def _check(home: Home, role: str, folder: Path, database: str, user: str) -> None:
    if home.database != "postgresql":
        raise BadInput(
            "On SQLite whoever opens the database file can read all of it: faces run apart on PostgreSQL only. "
            "Begin a home with KRAMA_DATABASE_URL set."
        )
    if not role.isidentifier() or not role.isascii() or len(role) > 60:
        raise BadInput(f"{role!r} cannot name a role: letters, digits and _, as in krama_public.")
    if role == (urlsplit(database).username or ""):
        raise BadInput(f"{role} is the console's own role: name another one, as in krama_public.")
    for closed in (home.folder, home.keys):
        if folder.is_relative_to(closed) or closed.is_relative_to(folder):
            raise BadInput(f"{folder} lies in one tree with {closed}, which is closed to the public face.")
    if user and os.geteuid() != 0:
        raise BadInput("Giving the folder to another user needs root: run it with sudo, or leave --user out.")
    try:
        pwd.getpwnam(user) if user else None
    except KeyError as problem:
        raise BadInput(f"There is no user {user} here: make it first (useradd --system {user}).") from problem


def _open_facts(home: Home, facts: Path) -> None:
    """A folder that the console writes and everybody may read: numbers to call, and how long an answer takes."""
    facts.mkdir(exist_ok=True)
    facts.chmod(0o755)
    publish_country(facts)
    publish_usual(facts)
    if os.geteuid() == 0:
        _give(facts, pwd.getpwuid(home.folder.stat().st_uid).pw_name)


def _fill(home: Home, folder: Path, facts: Path) -> int:
    """Its own secret, the public keys of the door, the firm's wording; the door's newest version is returned."""
    make_keys(folder, OWN_KEYS)
    for name in SHARED_KEYS:
        write_over(folder / name, home.key(name).hex())
    door = rings.door()
    (folder / DOOR).mkdir(mode=0o700, exist_ok=True)
    for version in door.versions():
        path = folder / DOOR / f"{version:04d}.pub"
        if not path.exists():
            write_once(path, public_half(door.key(version)).hex())
    wording = home.folder / "wording" / "locale"
    if wording.is_dir():
        shutil.copytree(wording, folder / "locale", dirs_exist_ok=True)
    if (corrections := home.folder / "wording" / CORRECTIONS).exists():
        (folder / "wording").mkdir(mode=0o700, exist_ok=True)
        write_over(folder / "wording" / CORRECTIONS, corrections.read_text("utf-8"))
    note = {"id": home.id, "kind": home.kind, "url": home.url, "facts": str(facts)}
    write_over(folder / NOTE, json.dumps(note))
    return door.current()


def _make_role(role: str, password: str) -> None:
    try:
        with transaction.atomic():
            roles.make(role, password)
    except ProgrammingError as problem:
        raise BadInput(
            f"This home's database role may not make roles ({str(problem).strip().splitlines()[0]}). "
            "Give it CREATEROLE for this command, or run the command with an administrator's KRAMA_DATABASE_URL."
        ) from problem


def _with_role(database: str, role: str, password: str) -> str:
    parts = urlsplit(database)
    place = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{quote(role)}:{quote(password)}@{place}").geturl()


def _give(folder: Path, user: str) -> None:
    who = pwd.getpwnam(user)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, who.pw_uid, who.pw_gid, follow_symlinks=False)
