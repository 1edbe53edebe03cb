# SPDX-License-Identifier: Apache-2.0
"""A process of its own that tampers with a trail by raw SQL: it knows SQLite and how Krama hashes, and no key.

Read a line of JSON, do what it says, answer with what is now wrong and where. It imports nothing of the server.
"""

from __future__ import annotations

import json
import random
import sqlite3
import sys
import uuid
from collections.abc import Callable
from typing import Any

from krama.ledger import Frontier, leaf_hash

FACTS = "id, at, event, actor_kind, actor_id, subject_kind, subject_id, details"
FAR = 1_000_000
Way = Callable[["Trail", random.Random], int]


class Trail:
    """The two tables, as somebody has them who has the database and nothing else."""

    def __init__(self, path: str) -> None:
        self.sql = sqlite3.connect(path, isolation_level=None)
        self.sql.execute("PRAGMA synchronous=OFF")
        self.size: int = self.sql.execute("SELECT count(position) FROM trail_entry").fetchone()[0]

    def shift(self, start: int, by: int) -> None:
        """Everything from here on moves; in two steps, for no two may stand at one place meanwhile."""
        self.sql.execute("UPDATE trail_entry SET position = position + ? WHERE position >= ?", (FAR, start))
        self.sql.execute("UPDATE trail_entry SET position = position - ? WHERE position >= ?", (FAR - by, FAR))

    def order(self, places: dict[int, int]) -> None:
        for old, new in places.items():
            self.sql.execute("UPDATE trail_entry SET position = ? WHERE position = ?", (FAR + new, old))
        self.sql.execute("UPDATE trail_entry SET position = position - ? WHERE position >= ?", (FAR, FAR))

    def put(self, place: int | None, dice: random.Random) -> None:
        copy = self.sql.execute(f"SELECT {FACTS}, leaf_hash, seal FROM trail_entry LIMIT 1").fetchone()
        facts = [uuid.UUID(int=dice.getrandbits(128)).hex, *copy[1:5], f"forged-{dice.random()}", *copy[6:8]]
        leaf = copy[8] if place is not None else ""
        row = (*facts, leaf, dice.choice(["", copy[9], "0" * 64]), place)
        marks = ", ".join("?" * len(row))
        self.sql.execute(f"INSERT INTO trail_entry ({FACTS}, leaf_hash, seal, position) VALUES ({marks})", row)

    def hash_anew(self, *, notes: bool) -> None:
        """Every leaf hash and every tree head is made to fit what lies there now; signing it is what cannot be done."""
        frontier, heads = Frontier(), dict(self.sql.execute("SELECT size, note FROM trail_treehead"))
        query = f"SELECT position, {FACTS} FROM trail_entry WHERE position IS NOT NULL ORDER BY position"
        rows = self.sql.execute(query).fetchall()
        self.sql.execute("DELETE FROM trail_treehead")
        for number, (position, *facts) in enumerate(rows, 1):
            leaf = leaf_hash(plain(facts).encode())
            self.sql.execute("UPDATE trail_entry SET leaf_hash = ? WHERE position = ?", (leaf.hex(), position))
            frontier.append(leaf)
            if number in heads or number == len(rows):
                nodes = json.dumps([node.hex() for node in frontier.hashes])
                values = (number, frontier.root().hex(), nodes, "2026-11-01 00:00:00", heads.get(number, "") * notes)
                self.sql.execute(
                    "INSERT INTO trail_treehead (size, root, frontier, at, note) VALUES (?,?,?,?,?)", values
                )


def plain(facts: list[Any]) -> str:
    """The canonical form, from the documentation."""
    pk, at, event, actor_kind, actor_id, subject_kind, subject_id, details = facts
    at = at if "." in at else f"{at}.000000"
    said = {
        "id": str(uuid.UUID(pk)),
        "at": at.replace(" ", "T") + "+00:00",
        "event": event,
        "actor": [actor_kind, actor_id],
        "subject": [subject_kind, subject_id],
        "details": json.loads(details),
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def edit(trail: Trail, dice: random.Random) -> int:
    place = dice.randrange(trail.size)
    column, value = dice.choice(
        [
            ("actor_id", "somebody-else"),
            ("event", "case:closed"),
            ("subject_id", "C-AAAAAA"),
            ("details", '{"x":9}'),
            ("at", "2026-11-25 01:02:03.000004"),
            ("actor_kind", "robot"),
        ]
    )
    trail.sql.execute(f"UPDATE trail_entry SET {column} = ? WHERE position = ?", (value, place))
    return place


def delete(trail: Trail, dice: random.Random) -> int:
    place = dice.randrange(trail.size)
    trail.sql.execute("DELETE FROM trail_entry WHERE position = ?", (place,))
    return place


def delete_and_close_up(trail: Trail, dice: random.Random) -> int:
    place = delete(trail, dice)
    trail.shift(place, -1)
    return place


def insert(trail: Trail, dice: random.Random) -> int:
    place = dice.randrange(trail.size + 1)
    trail.shift(place, 1)
    trail.put(place, dice)
    return place


def insert_unsequenced(trail: Trail, dice: random.Random) -> int:
    trail.put(None, dice)
    return -1


def reorder(trail: Trail, dice: random.Random) -> int:
    one, other = sorted(dice.sample(range(trail.size), 2))
    trail.order({one: other, other: one})
    return one


def truncate(trail: Trail, dice: random.Random) -> int:
    """After a checkpoint, and the heads with it: what is left is a trail that was once true."""
    sizes = [size for (size,) in trail.sql.execute("SELECT size FROM trail_treehead ORDER BY size")]
    place = dice.choice(sizes[:-1])
    trail.sql.execute("DELETE FROM trail_entry WHERE position >= ?", (place,))
    trail.sql.execute("DELETE FROM trail_treehead WHERE size > ?", (place,))
    return int(place)


def swap_ranges(trail: Trail, dice: random.Random) -> int:
    a, b, c, d = sorted(dice.sample(range(trail.size + 1), 4))
    new = [*range(c, d), *range(b, c), *range(a, b)]
    trail.order(dict(zip(new, range(a, d), strict=True)))
    return a


WAYS: dict[str, Way] = {
    way.__name__: way
    for way in (edit, delete, delete_and_close_up, insert, insert_unsequenced, reorder, truncate, swap_ranges)
}


def main() -> None:
    """One tampering a line, until the input ends."""
    for line in sys.stdin:
        asked = json.loads(line)
        dice, trail = random.Random(asked["seed"]), Trail(asked["database"])
        place = WAYS[asked["way"]](trail, dice)
        if asked["recompute"]:
            trail.hash_anew(notes=dice.random() < 0.5)
        trail.sql.close()
        print(json.dumps({"place": place}), flush=True)


if __name__ == "__main__":
    main()
