# SPDX-License-Identifier: Apache-2.0
"""The app's memory: pictures with their state, and what Krama ordered, in one SQLite file.

Whatever was promised (held back, removed, "done" still to be told) is a row on disk before anybody is answered, so
`kill -9` at any moment loses nothing. A picture that was not scanned must never be in a state that others see.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

PUBLIC = ("shown", "restored")  # others see the picture; in every other state nobody does
BY_VERDICT = {"block": "withheld", "review": "review", "allow": "shown"}
# What each order does: one row changed is done, none is failed. A late order to withhold undoes no decision.
OF_PICTURES = {
    "withhold": "UPDATE picture SET state = 'withheld' WHERE id = ? AND state NOT IN ('removed', 'restored')",
    "remove": "UPDATE picture SET state = 'removed', bytes = NULL WHERE id = ?",
    "restore": "UPDATE picture SET state = 'restored' WHERE id = ? AND bytes IS NOT NULL",
}
OF_ACCOUNTS = {
    "warn": "UPDATE standing SET warned = 1 WHERE account = ?",
    "restrict": "UPDATE standing SET restricted = 1 WHERE account = ?",
}
# Does it still hold? A row is yes.
STILL = {
    "withhold": "SELECT 1 FROM picture WHERE id = ? AND state = 'withheld'",
    "remove": "SELECT 1 FROM picture WHERE id = ? AND state = 'removed' AND bytes IS NULL",
    "restrict": "SELECT 1 FROM standing WHERE account = ? AND restricted = 1",
}
SCHEMA = Path(__file__).with_name("schema.sql").read_text(encoding="utf-8")


class Store:
    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / "village_square.sqlite3"
        with self._open() as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.executescript(SCHEMA)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self._file, timeout=10, isolation_level=None)
        db.row_factory = sqlite3.Row
        try:
            db.execute("PRAGMA synchronous=FULL")  # a commit is on the disk, not on its way there
            db.execute("PRAGMA secure_delete=ON")  # removed bytes are overwritten
            yield db
        finally:
            db.close()

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        with self._open() as db, db:
            db.execute("BEGIN IMMEDIATE")
            yield db

    def hold(self, account: str, data: bytes) -> str:
        """Keep a new picture, seen by nobody, until its verdict is known."""
        picture = str(uuid.uuid4())
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        with self._change() as db:
            db.execute("INSERT INTO picture VALUES (?, ?, ?, NULL, ?, 'held')", (picture, account, now, data))
        return picture

    def settle(self, picture: str, answer: dict[str, Any]) -> None:
        """Apply a verdict, once: a person's decision that came meanwhile stands."""
        state, kind = BY_VERDICT.get(answer["verdict"], "held"), answer["content"]["media_type"]
        with self._change() as db:
            db.execute(
                "UPDATE picture SET state = ?, media_type = ? WHERE id = ? AND state = 'held'", (state, kind, picture)
            )

    def carry_out(self, order: dict[str, Any]) -> None:
        """Do what was ordered and note that it must be confirmed: both or neither, and once for each measure."""
        measure, picture = order["id"], order["content_id"]
        with self._change() as db:
            if db.execute("SELECT 1 FROM measure WHERE id = ?", (measure,)).fetchone():
                return
            done = self._do(db, order["measure"], picture, order["account_id"])
            row = (measure, picture or "", "done" if done else "failed")  # an order may name no picture of ours
            db.execute("INSERT INTO measure (id, picture, outcome) VALUES (?, ?, ?)", row)
        with self._open() as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # nor are removed bytes left in the log

    @staticmethod
    def _do(db: sqlite3.Connection, kind: str, picture: str | None, account: str | None) -> bool:
        if kind in OF_PICTURES:
            return db.execute(OF_PICTURES[kind], (picture,)).rowcount == 1
        if kind not in OF_ACCOUNTS or not db.execute("SELECT 1 FROM picture WHERE account = ?", (account,)).fetchone():
            return False  # we cannot do this, or we do not know this account: said honestly
        db.execute("INSERT OR IGNORE INTO standing (account) VALUES (?)", (account,))
        return db.execute(OF_ACCOUNTS[kind], (account,)).rowcount == 1

    def look_again(self, order: dict[str, Any]) -> None:
        """Does what was done still hold? The answer is a row until Krama knows it."""
        sql = STILL.get(order["measure"])
        if sql is None:
            return  # nothing of ours lasts in this way, so we say nothing
        with self._change() as db:
            whom = order["account_id"] if order["measure"] in OF_ACCOUNTS else order["content_id"]
            outcome = "holds" if db.execute(sql, (whom,)).fetchone() else "gone"
            db.execute("INSERT OR REPLACE INTO looked (measure, outcome) VALUES (?, ?)", (order["id"], outcome))

    def told(self, measure: str, how: str, *, table: str = "measure") -> None:
        row = {
            "measure": "UPDATE measure SET told = ? WHERE id = ?",
            "looked": "UPDATE looked SET told = ? WHERE measure = ?",
        }
        with self._change() as db:
            db.execute(row[table], (how, measure))

    def unscanned(self) -> list[sqlite3.Row]:
        return self._rows("SELECT id FROM picture WHERE state = 'held' ORDER BY posted")

    def unconfirmed(self) -> list[sqlite3.Row]:
        return self._rows("SELECT * FROM measure WHERE told = 'pending'")

    def unanswered(self) -> list[sqlite3.Row]:
        return self._rows("SELECT measure AS id, outcome FROM looked WHERE told = 'pending'")

    def standing(self, account: str) -> dict[str, bool]:
        """Was this account warned, or restricted?"""
        row = next(iter(self._rows("SELECT warned, restricted FROM standing WHERE account = ?", account)), None)
        return {name: bool(row and row[name]) for name in ("warned", "restricted")}

    def seen_by(self, account: str) -> list[sqlite3.Row]:
        """The feed: what is public, and one's own in words."""
        return self._rows(
            "SELECT id, account, posted, state, media_type FROM picture "
            "WHERE state IN ('shown', 'restored') OR account = ? ORDER BY posted DESC",
            account,
        )

    def newest_of(self, whose: str, count: int) -> list[sqlite3.Row]:
        """The newest pictures of accounts that begin so."""
        sql = "SELECT state FROM picture WHERE account LIKE ? ORDER BY posted DESC LIMIT ?"
        return self._rows(sql, f"{whose}%", count)

    def picture(self, picture: str) -> sqlite3.Row | None:
        return next(iter(self._rows("SELECT * FROM picture WHERE id = ?", picture)), None)

    def _rows(self, sql: str, *values: str | int) -> list[sqlite3.Row]:
        with self._open() as db:
            return db.execute(sql, values).fetchall()
