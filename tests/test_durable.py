# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from krama.durable import replace_file, sync_folder
from krama.sealing import KeyRing, write_once


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], list[set[str]]]:
    """What lay in a folder each time when it was written through: no power cut takes that."""
    seen: list[tuple[int, set[str]]] = []
    really = os.fsync

    def watched(handle: int) -> None:
        facts = os.fstat(handle)
        at = Path(f"/proc/self/fd/{handle}")
        seen.append((facts.st_ino, {path.name for path in at.iterdir()} if at.is_dir() else set()))
        really(handle)

    monkeypatch.setattr(os, "fsync", watched)
    return lambda folder: [names for inode, names in seen if inode == folder.stat().st_ino]


def test_a_replaced_file_is_whole_its_name_written_through_and_its_owners_alone(
    tmp_path: Path, synced: Callable[[Path], list[set[str]]]
) -> None:
    path = tmp_path / "note"
    for data in (b"old", b"new"):
        replace_file(path, data)
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", 0o600)
    assert synced(tmp_path) == [{"note"}, {"note"}]


def test_a_removed_name_is_written_through(tmp_path: Path, synced: Callable[[Path], list[set[str]]]) -> None:
    (tmp_path / "gone").touch()
    (tmp_path / "gone").unlink()
    sync_folder(tmp_path)
    assert synced(tmp_path) == [set()]


def test_a_key_written_once_has_its_name_on_the_disk_before_anything_is_sealed_with_it(
    tmp_path: Path, synced: Callable[[Path], list[set[str]]]
) -> None:
    write_once(tmp_path / "key", "00" * 32)
    assert synced(tmp_path)[-1] == {"key"}


def test_a_new_version_of_a_key_and_its_folder_are_on_the_disk_when_they_are_given_out(
    tmp_path: Path, synced: Callable[[Path], list[set[str]]]
) -> None:
    ring = KeyRing(tmp_path / "kek")
    assert ring.add() == 1
    assert synced(tmp_path / "kek")[-1] == {"0001.key"}
    assert synced(tmp_path)[-1] == {"kek"}
