# SPDX-License-Identifier: Apache-2.0
"""Leaks, planted: for each place, how bytes of any kind get there as a fault of the product would bring them there."""

from __future__ import annotations

import base64
import gzip
import io
import json
import pickle
import sqlite3
import uuid
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from tests.canaries.places import Ground

Encode = Callable[[str], bytes]
Plant = Callable[[Ground, bytes], Ground]
STAMP = "2026-11-01 00:00:00+00:00"


def _zip(text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("notes.txt", text * 3)
    return out.getvalue()


def _pdf(text: str) -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<< /Filter /FlateDecode >>\nstream\n" + zlib.compress(text.encode()) + b"\nendstream"


ENCODINGS: dict[str, Encode] = {
    "raw": str.encode,
    "hex": lambda text: text.encode().hex().encode(),
    "base64": lambda text: base64.b64encode(b"x" + text.encode()),
    "percent": lambda text: quote(text, safe="").encode() if not text.isascii() else _every(text),
    "json": lambda text: json.dumps({"name": text}).encode(),
    "utf-16": lambda text: text.encode("utf-16-le"),
    "zlib": lambda text: zlib.compress(text.encode()),
    "gzip": lambda text: gzip.compress(text.encode()),
    "zip": _zip,
    "pdf": _pdf,
    "utf-16 in zlib": lambda text: zlib.compress(text.encode("utf-16-be")),
    "json in base64": lambda text: base64.b64encode(json.dumps([text]).encode()),
}


def _every(text: str) -> bytes:
    return "".join(f"%{byte:02X}" for byte in text.encode()).encode()


def row(ground: Ground, data: bytes) -> Ground:
    """In a column of bytes, where words could have been written as they are."""
    ground.house.sql(
        "INSERT INTO detections_detection (id, at, verdict, reason, matches, content, snapshot, took_ms, key_name,"
        " content_key, firm_id_key, account_key, sealed_ids)"
        " VALUES (%s, %s, 'allow', 'match', '[]', '{}', '', 1, '', '', '', '', %s)",
        _id(ground), STAMP, data,
    )  # fmt: skip
    return ground


def deleted(ground: Ground, data: bytes) -> Ground:
    """A row that will be gone: what a free page still holds. Each on a page of its own. See `delete`."""
    kind = "bytea" if ground.house.database else "blob"
    ground.house.sql(f"CREATE TABLE IF NOT EXISTS planted (said {kind})")
    room = b"" if ground.house.database else bytes(2500)  # PostgreSQL would pack it, and overwrites nothing anyway
    ground.house.sql("INSERT INTO planted (said) VALUES (%s)", data + room)
    return ground


def delete(ground: Ground) -> None:
    """Take away what was to be gone, without overwriting it: Krama sets secure_delete on, this home did not."""
    if ground.house.database:
        ground.house.sql("DELETE FROM planted")
        return
    plain = sqlite3.connect(ground.house.folder / "home" / "krama.sqlite3", isolation_level=None)
    plain.execute("PRAGMA secure_delete = OFF")
    plain.execute("DELETE FROM planted")
    plain.close()


def session(ground: Ground, data: bytes) -> Ground:
    """As Django writes it, where it is long: JSON, packed, in base64, signed."""
    packed = base64.urlsafe_b64encode(zlib.compress(json.dumps({"note": data.decode("latin-1")}).encode())).rstrip(b"=")
    ground.house.sql(
        "INSERT INTO django_session (session_key, session_data, expire_date) VALUES (%s, %s, %s)",
        uuid.uuid4().hex, f".{packed.decode()}:1vabcd:signature", STAMP,
    )  # fmt: skip
    return ground


def cache(ground: Ground, data: bytes) -> Ground:
    value = base64.b64encode(pickle.dumps({"seen": data})).decode()
    key = f":1:{uuid.uuid4().hex}"
    ground.house.sql("INSERT INTO web_cache (cache_key, value, expires) VALUES (%s, %s, %s)", key, value, STAMP)
    return ground


def outbox(ground: Ground, data: bytes) -> Ground:
    ground.house.sql(
        "INSERT INTO outbox_task (id, kind, payload, state, attempts, next_at, last_error, created_at)"
        " VALUES (%s, 'x', %s, 'given_up', 1, %s, '', %s)",
        _id(ground), json.dumps({"note": _storable(data)}), STAMP, STAMP,
    )  # fmt: skip
    return ground


def answers(ground: Ground, data: bytes) -> Ground:
    ground.house.sql(
        "INSERT INTO web_answer (caller, key, fingerprint, status, body, at) VALUES ('key:x', %s, '', 200, %s, %s)",
        uuid.uuid4().hex, json.dumps({"detail": _storable(data)}), STAMP,
    )  # fmt: skip
    return ground


def _storable(data: bytes) -> str:
    """PostgreSQL keeps no NUL, also not in JSON."""
    text = data.decode("latin-1")
    return text if "\0" not in text else base64.b64encode(data).decode()


def statement(ground: Ground, data: bytes) -> Ground:
    """Said to the database in plain words."""
    ground.house.sql(f"SELECT '{data.hex()}'")
    return ground


def file_in(*parts: str) -> Plant:
    def put(ground: Ground, data: bytes) -> Ground:
        folder = ground.house.folder.joinpath(*parts)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / uuid.uuid4().hex).write_bytes(data)
        return ground

    return put


def log(ground: Ground, data: bytes) -> Ground:
    (ground.house.folder / f"said-{uuid.uuid4().hex}").write_bytes(b'{"event": "request failed"}\n' + data)
    return ground


def refusal(ground: Ground, data: bytes) -> Ground:
    return replace(ground, answers={**(ground.answers or {}), uuid.uuid4().hex: b'{"detail": "' + data + b'"}'})


def temporary(ground: Ground, data: bytes) -> Ground:
    (ground.temporary / f"tmp{uuid.uuid4().hex}.upload").write_bytes(data)
    return ground


def outside(ground: Ground, data: bytes) -> Ground:
    """Taken away again by whoever asked for it: see `OUTSIDE_MARK`."""
    Path("/tmp", f"{OUTSIDE_MARK}{uuid.uuid4().hex}").write_bytes(data)
    return ground


def _id(ground: Ground) -> str:
    one = uuid.uuid4()
    return str(one) if ground.house.database else one.hex


OUTSIDE_MARK = "krama-planted-"
PLANTS: dict[str, tuple[Plant, ...]] = {
    "database files": (row, deleted),
    "database files after a checkpoint": (row, deleted),
    "backup": (row,),
    "pg_dump": (row,),
    "pg_dump, compressed": (row,),
    "data folder": (row, deleted),
    "log of the database": (statement,),
    "rows": (row,),
    "sessions": (session,),
    "cache": (cache,),
    "outbox": (outbox,),
    "answers kept for repetition": (answers,),
    "home": (file_in("home", "spool"),),
    "keys": (file_in("keys"),),
    "logs": (log,),
    "exports": (file_in("exports"),),
    "refusals": (refusal,),
    "temporary folder": (temporary,),
    "temporary folders of the machine": (outside,),
}
