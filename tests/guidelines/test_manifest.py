# SPDX-License-Identifier: Apache-2.0
"""A proof pack fails by name when one byte of one file changes, and nothing else passes for it."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krama.errors import BadInput
from krama.guidelines.manifest import MANIFEST, SUMS, make_pack, manifest_over, sha256, sums_over, zipped
from krama.guidelines.unpacking import unpack
from krama.guidelines.verify import LIMITS, Verified, verify_pack

FILES = {"README.txt": "អាន\n".encode(), "edition.json": b'{"a":1}', "papers/policy-1.json": b"{}", "empty": b""}
FACTS = {"edition": 1, "catalogue": {"id": "krama", "version": 3}}
PACK = make_pack(FILES, FACTS, {"pack.km.pdf": lambda hashed: f"%PDF km {hashed}".encode()})
INSIDE = unpack(PACK.content, LIMITS)
SPOTS = [(name, place) for name in INSIDE for place in range(len(INSIDE[name]))]


def names(found: Verified) -> list[str]:
    assert all(fault.in_("en") != fault.in_("km") for fault in found.faults)
    return [fault.name for fault in found.faults]


def other(files: Mapping[str, bytes | None]) -> Verified:
    return verify_pack(zipped({name: part for name, part in {**INSIDE, **files}.items() if part is not None}))


def flipped(content: bytes, place: int, byte: int) -> bytes:
    return content[:place] + bytes([content[place] ^ byte]) + content[place + 1 :]


def test_a_pack_verifies_and_says_what_it_speaks_of() -> None:
    found = verify_pack(PACK.content, manifest_sha256=PACK.manifest_sha256.upper(), sums_sha256=PACK.sums_sha256)
    assert (found.ok, found.as_packed, found.facts, found.files) == (True, True, FACTS, 7)
    assert found.manifest_sha256 == PACK.manifest_sha256
    assert PACK.manifest_sha256 in INSIDE["pack.km.pdf"].decode()


def test_the_same_files_give_the_same_bytes() -> None:
    again = make_pack(dict(reversed(FILES.items())), FACTS, {"pack.km.pdf": lambda h: f"%PDF km {h}".encode()})
    assert again == PACK


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum here")
def test_sha256sum_alone_checks_it_by_hand(tmp_path: Path) -> None:
    zipfile.ZipFile(io.BytesIO(PACK.content)).extractall(tmp_path)
    by_hand = subprocess.run(["sha256sum", "--check", "--strict", SUMS], cwd=tmp_path, capture_output=True, check=False)
    assert by_hand.returncode == 0, by_hand.stderr
    assert by_hand.stdout.count(b": OK") == len(INSIDE) - 1


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SPOTS), st.integers(1, 255))
def test_one_byte_of_one_file_changed_is_named(spot: tuple[str, int], byte: int) -> None:
    name, place = spot
    assert names(other({name: flipped(INSIDE[name], place, byte)})) == [name]


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(PACK.content) - 1), st.integers(1, 255), st.booleans())
def test_one_byte_of_the_zip_changed_fails_or_changes_no_file(place: int, byte: int, cut: bool) -> None:
    damaged = PACK.content[:place] if cut else flipped(PACK.content, place, byte)
    found = verify_pack(damaged)
    assert not found.as_packed
    assert not found.ok or unpack(damaged, LIMITS) == INSIDE


def test_a_byte_flipped_where_it_lies_in_the_zip_is_named() -> None:
    place = PACK.content.index(b'{"a":1}')
    assert names(verify_pack(flipped(PACK.content, place, 1))) == ["edition.json"]


@pytest.mark.parametrize(
    ("files", "named"),
    [
        ({"edition.json": None}, ["edition.json"]),
        ({"pack.km.pdf": None, "empty": None}, ["empty", "pack.km.pdf"]),
        ({MANIFEST: None}, [MANIFEST]),
        ({SUMS: None}, [SUMS]),
        ({"late.json": b"{}"}, ["late.json"]),
        ({MANIFEST: b"[]"}, [MANIFEST]),
        ({MANIFEST: b"[" * 100_000}, [MANIFEST]),
        ({SUMS: b""}, [SUMS]),
        ({SUMS: "ក".encode()}, [SUMS]),
    ],
)
def test_what_is_missing_added_or_damaged_is_named(files: Mapping[str, bytes | None], named: list[str]) -> None:
    assert names(other(files)) == named


def test_a_manifest_that_says_a_name_twice_is_refused() -> None:
    twice = INSIDE[MANIFEST].replace(b'"printed"', b'"format": "other", "printed"')
    whole = {**INSIDE, MANIFEST: twice}
    assert names(other({**whole, SUMS: sums_over(whole)})) == [MANIFEST]


def test_a_size_that_does_not_fit_is_a_fault() -> None:
    larger = INSIDE[MANIFEST].replace(b'"size": 7', b'"size": 8')
    assert larger != INSIDE[MANIFEST]
    whole = {**INSIDE, MANIFEST: larger}
    assert names(other({**whole, SUMS: sums_over(whole)})) == ["edition.json"]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.sampled_from([*INSIDE, "ab" * 32]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from([*INSIDE, "size", "sha256"]), inner),
    max_leaves=4,
)


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries({}, optional={"format": values, "facts": values, "files": values, "printed": values}))
def test_a_manifest_of_any_shape_is_a_fault_and_no_error(changes: dict[str, object]) -> None:
    body = json.loads(INSIDE[MANIFEST]) | changes
    whole = {**INSIDE, MANIFEST: json.dumps(body).encode()}
    content = zipped({**whole, SUMS: sums_over(whole)})
    assert isinstance(verify_pack(content).ok, bool)
    # A manifest that fits its files can be written anew by anybody; the hash from outside tells it from ours.
    assert verify_pack(content, manifest_sha256=PACK.manifest_sha256).ok == (whole[MANIFEST] == INSIDE[MANIFEST])


def test_a_list_made_good_after_a_change_is_found_by_the_other_one_or_from_outside() -> None:
    changed = {**INSIDE, "edition.json": b'{"a":2}'}
    sums_made_good = {**changed, SUMS: sums_over(changed)}
    assert names(other(sums_made_good)) == ["edition.json"]
    data = {name: changed[name] for name in FILES}
    all_made_good = {**changed, MANIFEST: manifest_over(data, FACTS, ["pack.km.pdf"])}
    all_made_good[SUMS] = sums_over(all_made_good)
    content = zipped(all_made_good)
    assert verify_pack(content).ok  # nothing inside can say so; the hash that lies outside does:
    assert names(verify_pack(content, manifest_sha256=PACK.manifest_sha256)) == [MANIFEST]
    assert names(verify_pack(content, sums_sha256=PACK.sums_sha256)) == [SUMS]


def test_packed_anew_it_is_the_same_files_but_not_the_same_zip() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in reversed(INSIDE.items()):
            archive.writestr(name, part)
    found = verify_pack(target.getvalue(), manifest_sha256=PACK.manifest_sha256)
    assert (found.ok, found.as_packed) == (True, False)


def test_a_file_that_stands_twice_is_named() -> None:
    target = io.BytesIO(PACK.content)
    with zipfile.ZipFile(target, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("edition.json", b'{"a":2}')
    assert names(verify_pack(target.getvalue())) == ["edition.json"]


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip", PACK.content[:-1], b"\x00" * 100])
def test_what_is_no_zip_is_said(content: bytes) -> None:
    assert names(verify_pack(content)) == [""]


def test_a_bomb_is_named_and_not_opened() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", b" " * 5_000_000)
    assert "grows" in verify_pack(target.getvalue()).faults[0].why.en


@pytest.mark.parametrize("name", ["", "../a", "/a", "a\nb", "a b", "C:a", "Manifest.json", "sha256sums", "README.TXT"])
def test_a_name_that_not_every_system_can_write_is_refused(name: str) -> None:
    with pytest.raises(BadInput):
        make_pack({**FILES, name: b""}, FACTS)


def test_the_hashes_are_sha256() -> None:
    assert sha256(b"abc") == hashlib.sha256(b"abc").hexdigest()
    assert re.fullmatch("[0-9a-f]{64}", PACK.sums_sha256)
