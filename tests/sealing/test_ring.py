# SPDX-License-Identifier: Apache-2.0
"""Rings: versions that only grow, and a destroyed one that opens nothing."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from krama.errors import BadHome, BadSeal
from krama.sealing import KeyRing, RootProvider, new_key, root_from_passphrase


def ring_at(folder: Path, versions: int = 1) -> KeyRing:
    ring = KeyRing(folder / "kek")
    for _ in range(versions):
        ring.add()
    return ring


def test_the_newest_version_seals(tmp_path: Path) -> None:
    ring = ring_at(tmp_path, 3)
    assert (ring.versions(), ring.current()) == ([1, 2, 3], 3)
    assert len({ring.key(version) for version in ring.versions()}) == 3


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    ring_at(tmp_path)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "kek", tmp_path / "kek" / "0001.key")]
    assert modes == [0o700, 0o600]


def test_an_empty_ring_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BadHome, match="krama init"):
        KeyRing(tmp_path / "kek").current()


def test_the_first_one_is_made_once(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "kek")
    assert (ring.ensure(), ring.ensure(), ring.versions()) == (1, 1, [1])


def test_many_that_make_the_first_agree(tmp_path: Path) -> None:
    ring, seen = KeyRing(tmp_path / "kek"), list[bytes]()
    threads = [threading.Thread(target=lambda: seen.append(ring.key(ring.ensure()))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ring.key(1) in seen


def test_a_destroyed_version_opens_nothing_and_stays_destroyed(tmp_path: Path) -> None:
    ring = ring_at(tmp_path, 2)
    ring.destroy(1)
    ring.destroy(1)
    assert ring.versions() == [2]
    with pytest.raises(BadSeal, match="destroyed"):
        ring.key(1)


def test_a_destroyed_number_is_never_given_again(tmp_path: Path) -> None:
    ring = ring_at(tmp_path, 2)
    ring.destroy(1)
    assert ring.add() == 3


def test_the_newest_version_cannot_be_destroyed(tmp_path: Path) -> None:
    with pytest.raises(BadSeal, match="rotate first"):
        ring_at(tmp_path, 2).destroy(2)


def test_under_a_passphrase_the_file_holds_nothing_readable(tmp_path: Path) -> None:
    provider = RootProvider(root_from_passphrase("five words nobody joins", bytes(16)), "passphrase")
    ring = KeyRing(tmp_path / "kek", provider)
    version = ring.add()
    text = (tmp_path / "kek" / "0001.key").read_text()
    assert ring.key(version).hex() not in text
    with pytest.raises(BadHome, match="was not given"):
        KeyRing(tmp_path / "kek").key(version)
    other = RootProvider(root_from_passphrase("five words of another", bytes(16)), "passphrase")
    with pytest.raises(BadHome, match="does not open"):
        KeyRing(tmp_path / "kek", other).key(version)


def test_two_sealed_files_cannot_change_places(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "kek", RootProvider(new_key(), "environment"))
    ring.add()
    ring.add()
    first, second = (tmp_path / "kek" / f"000{number}.key" for number in (1, 2))
    one, two = first.read_text(), second.read_text()
    first.write_text(two)
    second.write_text(one)
    with pytest.raises(BadHome):
        ring.key(1)


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(BadHome, match="12 characters"):
        root_from_passphrase("short", bytes(16))
