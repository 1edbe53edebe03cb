# SPDX-License-Identifier: Apache-2.0
"""Is the trail as it was written? Names the first entry changed, removed or inserted.

Asked within a home, with its keys and its witness; elsewhere `krama.ledger.verify_bundle` asks without either.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Max

from krama.ledger import Frontier
from krama.server.trail.leaf import leaf_of
from krama.server.trail.models import Entry, TreeHead
from krama.server.trail.seal import is_sealed
from krama.server.trail.witness import last_witnessed


@dataclass(frozen=True)
class Finding:
    """`what`: intact, changed, removed, inserted, or rewritten (hashes recomputed; the range is named)."""

    what: str
    entries: int
    position: int | None = None
    since: int | None = None

    @property
    def ok(self) -> bool:
        return self.what == "intact"

    def sentence(self) -> str:
        """English, for the command line and the API."""
        return {
            "intact": f"The trail is intact: {self.entries} entries, every hash and every tree head fit.",
            "changed": f"Entry {self.position} was changed: its content does not fit the tree.",
            "removed": f"Entry {self.position} was removed.",
            "inserted": f"Entry {self.position} was inserted: the tree heads do not know it.",
            "rewritten": f"Between entries {self.since} and {self.position} something was changed, removed or inserted "
            "and the hashes were made to fit; the tree head does not.",
        }[self.what]


def verify(newest: int | None = None) -> Finding:
    """Recompute every leaf and the root at every tree head, in one pass; or only what covers the newest entries."""
    frontier, witnessed = Frontier(), last_witnessed()
    try:
        frontier = _start(newest) if newest is not None else frontier
        found = _walk(frontier)
    except (AttributeError, TypeError, ValueError):
        # An altered row may hold what no entry ever held: then it is the one that could not be read.
        return Finding("changed", frontier.size, position=frontier.size)
    if found.ok and witnessed and witnessed.size > found.entries:
        return Finding("removed", found.entries, position=found.entries)  # cut off, and the heads with it
    return found


def _start(newest: int) -> Frontier:
    """The tree at the last head that has so many entries after it; a head whose frontier is not its own raises."""
    size = TreeHead.objects.aggregate(size=Max("size"))["size"] or 0
    head = TreeHead.objects.filter(size__lte=size - newest).order_by("-size").first()
    if head is None:
        return Frontier()
    frontier = Frontier(head.size, [bytes.fromhex(node) for node in head.frontier])
    if frontier.root().hex() != head.root:
        raise ValueError("the frontier of a tree head does not fit its root")
    return frontier


def _walk(frontier: Frontier) -> Finding:
    begun, since_good = frontier.size, list[bytes]()
    roots, last = _roots(begun)
    good = Frontier(frontier.size, frontier.hashes)
    for entry in _in_order(begun):
        if frontier.size >= last:
            roots, last = _roots(begun)  # the sequencer may have gone on while we read
        if finding := _check_entry(entry, frontier.size, last):
            return finding
        since_good.append(bytes.fromhex(entry.leaf_hash))
        frontier.append(since_good[-1])
        root = roots.get(frontier.size)
        if root and root != frontier.root().hex():
            return _rewritten(good, since_good, root)
        if root:
            good, since_good = Frontier(frontier.size, frontier.hashes), []
    if frontier.size < last:
        return Finding("removed", frontier.size, position=frontier.size)
    if not frontier.size and not Entry.objects.exists():
        return Finding("removed", 0, position=0)  # making a home is an entry: an empty trail was emptied
    return Finding("intact", frontier.size)


def _rewritten(good: Frontier, leaves: list[bytes], root: str) -> Finding:
    """Every hash fits its entry, but the tree head does not: name the entry where that can be known, else the range."""
    first, last = good.size, good.size + len(leaves) - 1
    following = Entry.objects.filter(position=last + 1).values_list("leaf_hash", flat=True).first()
    shifted = [*leaves, bytes.fromhex(following)] if following else []
    for skip in range(len(shifted)):
        without = Frontier(good.size, good.hashes)
        for leaf in shifted[:skip] + shifted[skip + 1 :]:
            without.append(leaf)
        if without.root().hex() == root:
            return Finding("inserted", last, position=first + skip)
    if first == last:
        return Finding("changed", last, position=last)
    return Finding("rewritten", last, position=last, since=first)


def _roots(begun: int) -> tuple[dict[int, str], int]:
    """The roots after this size, and the largest of their sizes: once, for there may be a head for every second."""
    roots = dict(TreeHead.objects.filter(size__gt=begun).values_list("size", "root"))
    return roots, max(roots, default=begun)


def _in_order(start: int) -> Iterator[Entry]:
    """By place. Asked again at the end: a head read later than an entry must not look like entries removed."""
    placed = Entry.objects.filter(position__gte=start).order_by("position")
    batch, last = placed, None
    while True:
        before = last
        for entry in batch.iterator(chunk_size=2_000):
            last = entry.position
            yield entry
        if last == before:
            return
        batch = placed.filter(position__gt=last)


def _check_entry(entry: Entry, expected: int, covered: int) -> Finding | None:
    if entry.position is None or entry.position > expected:
        return Finding("removed", expected, position=expected)
    if entry.position < expected or entry.position >= covered:
        return Finding("inserted", expected, position=entry.position)
    if entry.leaf_hash != leaf_of(entry).hex() or not is_sealed(entry):
        return Finding("changed", expected, position=entry.position)
    return None
