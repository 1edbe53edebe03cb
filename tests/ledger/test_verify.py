# SPDX-License-Identifier: Apache-2.0
"""Whoever tampers with a trail is found by its bundle: the exact entry where leaf hashes reach, else the range."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krama.errors import BadInput
from krama.ledger import Bundle, Finding, Line, read_bundle, verify_bundle, write_bundle
from tests.ledger.trails import KEY, STRANGER, bundle_of, forged, heads_of, lines_of, signed, texts, witness_of

ENTRIES = texts(40)
SIZES = [5, 11, 12, 30, 40]
WHOLE = bundle_of(ENTRIES, SIZES, tiles=40)
NO_TILES = bundle_of(ENTRIES, SIZES)


def look(bundle: Bundle, *checkpoints: str, tiles: Path | None = None) -> Finding:
    return verify_bundle(bundle, KEY.public, checkpoints=checkpoints, tiles=tiles)


def test_an_untouched_trail_gives_no_alarm() -> None:
    for bundle in (WHOLE, NO_TILES):
        found = look(bundle, signed(ENTRIES, 7))
        assert found.ok
        assert found.sentence().startswith("The trail is intact: 40 entries fit 6 signed checkpoints")


def changed(entries: list[str], place: int) -> list[str]:
    return [*entries[:place], '{"id":"forged"}', *entries[place + 1 :]]


def removed(entries: list[str], place: int) -> list[str]:
    return entries[:place] + entries[place + 1 :]


def inserted(entries: list[str], place: int) -> list[str]:
    return [*entries[:place], '{"id":"forged"}', *entries[place:]]


def moved(entries: list[str], place: int) -> list[str]:
    """This one and one further on change places."""
    other = min(place + 3, len(entries) - 1)
    made = list(entries)
    made[place], made[other] = made[other], made[place]
    return made


def cut(entries: list[str], place: int) -> list[str]:
    return entries[:place]


def swapped_ranges(entries: list[str], place: int) -> list[str]:
    return entries[:place] + entries[place + 2 : place + 4] + entries[place : place + 2] + entries[place + 4 :]


def put(files: dict[str, bytes], folder: Path) -> None:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


WAYS = [(changed, "changed"), (removed, "removed"), (inserted, "inserted"), (moved, "moved"), (cut, "removed")]
WAYS += [(swapped_ranges, "moved")]


@pytest.mark.parametrize(("way", "what"), WAYS)
@pytest.mark.parametrize("place", range(36))
@pytest.mark.parametrize("keep_notes", [True, False])
def test_with_tiles_the_entry_is_named_though_every_hash_was_recomputed(
    way: object, what: str, place: int, keep_notes: bool
) -> None:
    found = look(forged(WHOLE, way(ENTRIES, place), keep_notes=keep_notes))  # type: ignore[operator]
    assert (found.what, found.position) == (what, place)
    assert f"ntry {place} " in found.sentence()


@pytest.mark.parametrize(("way", "what"), WAYS)
@pytest.mark.parametrize("place", range(36))
def test_without_tiles_the_range_between_two_checkpoints_is_named(way: object, what: str, place: int) -> None:
    kept = [signed(ENTRIES, 40)]  # what the auditor has from before
    found = look(forged(NO_TILES, way(ENTRIES, place)), *kept)  # type: ignore[operator]
    if found.what == "rewritten":
        since = max((size for size in SIZES if size <= place), default=0)
        until = 40 if way is cut else next(size for size in SIZES if size > place)
        assert (found.since, found.until) == (since, until)
        assert f"Between entries {since} and {until - 1} " in found.sentence()
    elif found.what == "rolled":
        assert found.position is not None
        assert (found.since, found.until) == (0, 40)
        assert place <= found.position
    else:
        assert (found.what, found.position) == ("removed", place)


def test_a_trail_cut_at_a_checkpoint_is_found_only_by_what_lies_outside() -> None:
    """Why checkpoints go out of the database: what lies only in there misses truncation and roll-back."""
    assert look(forged(NO_TILES, ENTRIES[:12])).ok
    assert look(forged(WHOLE, ENTRIES[:12])).position == 12
    found = look(forged(NO_TILES, ENTRIES[:20]))  # and between two checkpoints, what is left hanging is named
    assert found.sentence() == "No signed checkpoint covers entries 12 to 19: inserted, or later ones removed."


def test_an_edit_that_leaves_the_stored_hashes_is_named_without_tiles() -> None:
    lines = list(NO_TILES.lines)
    lines[17] = Line(17, lines[17].stored, '{"id":"forged"}')
    assert look(replace(NO_TILES, lines=lines)) == Finding("changed", 40, position=17, until=40)


def test_tiles_reach_as_far_as_they_go_and_then_the_range_is_named() -> None:
    bundle = bundle_of(ENTRIES, SIZES, tiles=11)
    assert look(forged(bundle, changed(ENTRIES, 8))).position == 8
    found = look(forged(bundle, changed(ENTRIES, 20)))
    assert (found.what, found.since, found.position) == ("rewritten", 12, 29)


def test_what_was_rolled_back_with_its_witness_is_found_by_the_auditors_own_checkpoint() -> None:
    old = bundle_of(ENTRIES[:12], [5, 11, 12], tiles=12)
    assert look(old).ok
    found = look(old, signed(ENTRIES, 11), signed(ENTRIES, 30))
    assert (found.what, found.since, found.position, found.until) == ("rolled", 11, 12, 30)
    assert found.sentence().startswith("The trail was rolled back or cut off somewhere from entry 11 to 12: ")


@pytest.mark.parametrize("grown_to", [14, 30, 50])
def test_what_was_rolled_back_and_grew_on_under_the_true_key_is_found_too(tmp_path: Path, grown_to: int) -> None:
    """Krama itself signed the second branch, so that only what was kept says where they part."""
    branch = [*ENTRIES[:12], *texts(grown_to - 12, "second")]
    bundle = bundle_of(branch, [5, 12, 13, grown_to], tiles=grown_to)
    found = look(bundle, signed(ENTRIES, 11), signed(ENTRIES, 30))
    assert found.since is not None
    assert found.position is not None
    assert found.since == 11
    assert found.position >= 12
    put(witness_of(ENTRIES, 30), tmp_path)
    exact = look(bundle, tiles=tmp_path)
    assert (exact.what, exact.position) == ("changed", 12)


def test_the_auditors_own_tiles_name_the_entry(tmp_path: Path) -> None:
    put(witness_of(ENTRIES, 30), tmp_path)
    found = look(forged(NO_TILES, moved(ENTRIES, 14)), tiles=tmp_path)
    assert (found.what, found.position) == ("moved", 14)


def test_tiles_that_were_altered_are_not_believed() -> None:
    tile = bytearray(WHOLE.witness["tile/0/000.p/40"])
    tile[32 * 20] ^= 1
    assert look(replace(WHOLE, witness={**WHOLE.witness, "tile/0/000.p/40": bytes(tile)})).ok
    lying = {**witness_of(changed(ENTRIES, 20), 40), "checkpoint": WHOLE.witness["checkpoint"]}
    found = look(replace(forged(WHOLE, changed(ENTRIES, 20)), witness=lying))
    assert (found.what, found.since, found.position) == ("rewritten", 12, 29)


def test_a_tree_head_that_nobody_signed_is_found() -> None:
    heads = list(WHOLE.heads)
    for head in (replace(heads[2], root="0" * 64), replace(heads[2], note=""), replace(heads[2], size=13)):
        assert look(replace(WHOLE, heads=[*heads[:2], head, *heads[3:]])).what == "head"
    older = [replace(heads[0], note=""), *heads[1:]]  # from before checkpoints were signed
    assert look(replace(WHOLE, heads=older)).ok


def test_an_entry_past_the_last_signed_checkpoint_is_found() -> None:
    entries = [*ENTRIES, '{"id":"forged"}']
    found = look(forged(WHOLE, entries))
    assert (found.what, found.since, found.position) == ("uncovered", 40, 40)
    assert look(replace(WHOLE, lines=lines_of(entries))) == found


def test_a_row_that_krama_did_not_write_is_found_and_one_that_waits_is_not_a_fault() -> None:
    found = look(replace(WHOLE, waiting=[("sealed", "{}"), ("unsealed", '{"id":"forged"}')]))
    assert found.sentence() == (
        'An entry without a place was not written by Krama (its seal is wrong): {"id":"forged"}.'
    )
    assert look(replace(WHOLE, waiting=[("sealed", "{}")])).sentence().endswith(" 1 entries wait for their place.")


def test_another_key_signs_nothing_here() -> None:
    assert verify_bundle(WHOLE, STRANGER.public).what == "unsigned"
    strange = replace(WHOLE, heads=heads_of(ENTRIES, SIZES, STRANGER), witness={})
    assert look(strange).what == "unsigned"


def test_one_key_for_two_trails_is_found() -> None:
    two = [signed(ENTRIES, 30), signed(changed(ENTRIES, 3), 30)]
    assert look(WHOLE, *two).sentence().startswith("Two signed checkpoints over 30 ")
    heads = [*WHOLE.heads, *heads_of(changed(ENTRIES, 3), [30])]
    assert look(replace(WHOLE, heads=heads)).what == "forked"
    found = look(WHOLE, two[1])  # what was kept outweighs what the bundle says
    assert (found.what, found.since, found.position) == ("rewritten", 0, 29)


def test_a_gap_in_the_positions_is_named() -> None:
    kept = [line for line in NO_TILES.lines if line.position != 21]
    assert look(replace(NO_TILES, lines=kept)) == Finding("removed", 39, position=21, until=40)


@given(st.data())
def test_no_other_trail_ever_passes(draw: st.DataObject) -> None:
    """Against the plain truth: a bundle is intact exactly when its entries are those that were signed."""
    sizes = sorted({*draw.draw(st.sets(st.integers(1, 19), max_size=5)), 20})
    entries = texts(20)
    bundle = bundle_of(entries, sizes, tiles=draw.draw(st.sampled_from([0, *sizes])))
    numbers = draw.draw(st.permutations(range(20)) | st.lists(st.integers(0, 22), max_size=24, unique=True))
    other = [[*entries, "x", "y", "z"][number] for number in numbers]
    keep_notes = draw.draw(st.booleans())
    found = look(forged(bundle, other, keep_notes=keep_notes), signed(entries, 20))
    first = next((n for n in range(20) if n >= len(other) or other[n] != entries[n]), 20)
    assert found.ok == (other == entries and keep_notes)
    if other != entries:
        assert found.position is not None
        assert (found.since if found.since is not None else found.position) <= first <= found.position


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), min_size=1), max_size=8), st.data())
def test_a_bundle_reads_as_it_was_written(entries: list[str], draw: st.DataObject) -> None:
    import tempfile

    bundle = bundle_of(entries, [len(entries)] if entries else [], tiles=len(entries))
    bundle = replace(bundle, waiting=[("sealed", "{}")] * draw.draw(st.integers(0, 2)))
    with tempfile.TemporaryDirectory() as folder:
        write_bundle(Path(folder, "trail.krama"), bundle)
        again = read_bundle(Path(folder, "trail.krama"))
    assert replace(again, facts=bundle.facts) == bundle


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"rubbish"])
def test_what_is_no_bundle_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(BadInput, match="no bundle of a trail"):
        read_bundle(tmp_path / "x")
    with pytest.raises(BadInput, match="no bundle of a trail"):
        read_bundle(tmp_path / "nothing")
