# SPDX-License-Identifier: Apache-2.0
"""Is this trail as it was written? Asked of a bundle, anywhere, by whoever holds the public key.

Only signed checkpoints are believed, and leaf hashes only as far as they lead to one. Where such leaf hashes reach,
the first entry at fault is named; beyond them the range between two checkpoints.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from krama.ledger.bundle import Bundle, Head
from krama.ledger.checkpoint import open_checkpoint
from krama.ledger.note import PublicKey
from krama.ledger.tiles import HASH, leaves_of
from krama.ledger.tree import Frontier, leaf_hash

CHECKPOINT = "checkpoint"
SEALED = "sealed"
SENTENCES = {
    "intact": "The trail is intact: {entries} entries fit {heads} signed checkpoints, the newest over {position}.",
    "changed": "Entry {position} was changed.",
    "removed": "Entry {position} was removed: a signed checkpoint covers {until} entries, the trail has {entries}.",
    "inserted": "Entry {position} was inserted: it was not written there.",
    "moved": "Entry {position} is not the one that was written there: entries were put in another order.",
    "rewritten": "Between entries {since} and {position} something was changed, removed, inserted or moved: "
    "the signed checkpoint over {until} entries does not fit.",
    "rolled": "The trail was rolled back or cut off somewhere from entry {since} to {position}: the checkpoint you "
    "kept covers {until} entries, the trail has {entries}.",
    "uncovered": "No signed checkpoint covers entries {since} to {position}: inserted, or later ones removed.",
    "forged": "An entry without a place was not written by Krama (its seal is wrong): {detail}.",
    "head": "The tree head over {position} entries was changed: it is not the one that was signed.",
    "forked": "Two signed checkpoints over {position} entries differ: the signing key was used for two trails.",
    "unsigned": "No checkpoint in the bundle was signed by this public key: nothing in it can be believed.",
}


@dataclass(frozen=True)
class Finding:
    """`what` as in SENTENCES. `position` is exact where `since` is None, else the fault lies from `since` to there."""

    what: str
    entries: int
    position: int | None = None
    since: int | None = None
    until: int | None = None
    heads: int = 0
    waiting: int = 0
    detail: str = ""

    @property
    def ok(self) -> bool:
        return self.what == "intact"

    def sentence(self) -> str:
        """English, for the command line."""
        said = SENTENCES[self.what].format(**self.__dict__)
        return said + (f" {self.waiting} entries wait for their place." if self.ok and self.waiting else "")


def verify_bundle(
    bundle: Bundle, key: PublicKey, *, checkpoints: Iterable[str] = (), tiles: Path | None = None
) -> Finding:
    """`checkpoints`: signed notes the auditor kept, `tiles`: a witness folder of their own; both outside the bundle."""
    own = _folder(tiles) if tiles else dict[str, bytes]()
    kept = _signed([*checkpoints, *_notes(own)], key)
    said = _signed([*(one.note for one in bundle.heads), *_notes(bundle.witness)], key)
    for one in (kept, said):
        if isinstance(one, Finding):
            return replace(one, entries=len(bundle.lines))
    assert isinstance(kept, dict)
    assert isinstance(said, dict)
    heads = {**said, **kept}  # what the auditor kept outweighs what the bundle says
    if not heads:
        return Finding("unsigned", len(bundle.lines))
    leaves = [leaf_hash(line.text.encode(errors="surrogateescape")) for line in bundle.lines]
    believed = _believed(bundle, leaves_of(own), heads, kept)
    return (
        _compare(bundle, leaves, believed, max(heads))
        or _beyond(bundle, leaves, len(believed), heads, kept, {size for size in kept if said.get(size) != kept[size]})
        or _beside(bundle, key, min(heads))
        or Finding("intact", len(leaves), position=max(heads), heads=len(heads), waiting=len(bundle.waiting))
    )


def _signed(notes: Iterable[str], key: PublicKey) -> dict[int, bytes] | Finding:
    """Size to root, of every checkpoint that this key signed."""
    heads: dict[int, bytes] = {}
    for note in dict.fromkeys(notes):
        found = open_checkpoint(note, key)
        if found and heads.setdefault(found.size, found.root) != found.root:
            return Finding("forked", 0, position=found.size)
    return heads


def _believed(bundle: Bundle, own: Sequence[bytes], heads: dict[int, bytes], kept: dict[int, bytes]) -> Sequence[bytes]:
    """Of several lists of leaf hashes the one that is right the longest way: up to the last checkpoint it fits.

    The auditor's own is measured by the auditor's own checkpoints; another one may only go on from there.
    """
    best: Sequence[bytes] = own[: _good_until(own, kept)]
    for leaves in (_stored(bundle), leaves_of(bundle.witness)):
        good = _good_until(leaves, heads)
        if good > len(best) and list(leaves[: len(best)]) == list(best):
            best = leaves[:good]
    return best


def _good_until(leaves: Sequence[bytes], heads: dict[int, bytes]) -> int:
    frontier, good = Frontier(), 0
    for leaf in leaves:
        frontier.append(leaf)
        if (root := heads.get(frontier.size)) is not None:
            if root != frontier.root():
                break
            good = frontier.size
    return good


def _compare(bundle: Bundle, leaves: Sequence[bytes], believed: Sequence[bytes], covered: int) -> Finding | None:
    """The first entry that differs, and how: by what became of both of them."""
    for place, (line, leaf, known) in enumerate(zip(bundle.lines, leaves, believed, strict=False)):
        if leaf != known or line.position != place:
            what = _what(leaf, known, set(leaves), set(believed))
            return Finding(what, len(leaves), position=place, until=covered)
    if len(leaves) < len(believed):
        return Finding("removed", len(leaves), position=len(leaves), until=covered)
    return None


def _what(leaf: bytes, known: bytes, all_leaves: set[bytes], believed: set[bytes]) -> str:
    was_written, is_still_here = leaf in believed, known in all_leaves
    if was_written:
        return "moved" if is_still_here else "removed"
    return "inserted" if is_still_here else "changed"


def _beyond(
    bundle: Bundle,
    leaves: Sequence[bytes],
    start: int,
    heads: dict[int, bytes],
    kept: Collection[int],
    only_kept: Collection[int],
) -> Finding | None:
    """Past the leaf hashes that can be believed: the range between two checkpoints, or a gap in the positions.

    `only_kept`: sizes of checkpoints that the auditor kept and the bundle does not have.
    """
    frontier, covered, last, sure = Frontier(), max(heads), start, 0
    for place, leaf in enumerate(leaves):
        if place >= covered:
            return Finding("uncovered", len(leaves), position=len(leaves) - 1, since=covered)
        if (position := bundle.lines[place].position) != place:
            return Finding("removed" if position > place else "inserted", len(leaves), position=place, until=covered)
        frontier.append(leaf)
        root = heads.get(frontier.size)
        if root is not None and root != frontier.root():
            # A trail that was rolled back grows on and is signed again: then only what was kept is sure.
            since = sure if frontier.size in only_kept else last
            return Finding("rewritten", len(leaves), position=place, since=since, until=frontier.size)
        if root is not None:
            last, sure = max(last, frontier.size), frontier.size if frontier.size in kept else sure
    return _end(leaves, last, sure, heads, only_kept)


def _end(
    leaves: Sequence[bytes], last: int, sure: int, heads: dict[int, bytes], only_kept: Collection[int]
) -> Finding | None:
    """The trail ends here: was it longer once?"""
    entries, covered = len(leaves), max(heads)
    said = max((size for size in heads if size not in only_kept), default=0)
    if entries >= covered:
        return None
    if said <= entries:  # only what the auditor kept says so
        return Finding("rolled", entries, position=entries, since=sure, until=covered)
    if last == entries:  # all that is left is right up to its end
        return Finding("removed", entries, position=entries, until=covered)
    following = min(size for size in heads if size > entries)
    return Finding("rewritten", entries, position=following - 1, since=last, until=following)


def _beside(bundle: Bundle, key: PublicKey, first: int) -> Finding | None:
    """What lies beside the entries: tree heads that nobody signed, and rows that Krama did not write."""
    if forged := [text for state, text in bundle.waiting if state != SEALED]:
        return Finding("forged", len(bundle.lines), detail="; ".join(forged)[:500])
    altered = (head.size for head in bundle.heads if _altered(head, key, first))
    size = next(altered, None)
    return None if size is None else Finding("head", len(bundle.lines), position=size)


def _altered(head: Head, key: PublicKey, first: int) -> bool:
    if not head.note and head.size < first:
        return False  # from before checkpoints were signed
    signed = open_checkpoint(head.note, key)
    return signed is None or (signed.size, signed.root.hex()) != (head.size, head.root)


def _stored(bundle: Bundle) -> list[bytes]:
    """The leaf hashes as the database gave them, as far as they are any."""
    found: list[bytes] = []
    for line in bundle.lines:
        try:
            found.append(bytes.fromhex(line.stored))
        except ValueError:
            return found
    return [one for one in found if len(one) == HASH]


def _notes(files: Mapping[str, bytes]) -> list[str]:
    return [data.decode(errors="replace") for name, data in files.items() if name.startswith(CHECKPOINT)]


def _folder(folder: Path) -> dict[str, bytes]:
    """Checkpoints and leaf hashes of a witness folder."""
    paths = [*folder.glob(f"{CHECKPOINT}*"), *folder.glob(f"{CHECKPOINT}s/*"), *folder.glob("tile/0/**/*")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths if path.is_file()}
