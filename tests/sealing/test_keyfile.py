# SPDX-License-Identifier: Apache-2.0
"""Keys: made once, readable by their owner only, and a damaged one is never silently replaced."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from krama.errors import BadHome
from krama.sealing import make_keys, read_key


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_keys_are_32_random_bytes_that_only_their_owner_reads(tmp_path: Path) -> None:
    make_keys(tmp_path / "keys", ("one", "two"))
    one, two = (read_key(tmp_path / "keys" / name) for name in ("one", "two"))
    assert len(one) == len(two) == 32
    assert one != two
    assert mode(tmp_path / "keys") == 0o700
    assert mode(tmp_path / "keys" / "one") == 0o600
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == ["one", "two"]


def test_a_folder_that_others_could_read_is_closed(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir(mode=0o755)
    make_keys(tmp_path / "keys", ("one",))
    assert mode(tmp_path / "keys") == 0o700


def test_a_key_that_is_there_stays(tmp_path: Path) -> None:
    make_keys(tmp_path, ("one",))
    before = read_key(tmp_path / "one")
    make_keys(tmp_path, ("one", "two"))
    assert read_key(tmp_path / "one") == before


def test_two_starts_at_once_agree_on_one_key(tmp_path: Path) -> None:
    starts = [threading.Thread(target=make_keys, args=(tmp_path / str(number % 4), ("one",))) for number in range(16)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    for number in range(4):
        assert [path.name for path in (tmp_path / str(number)).iterdir()] == ["one"]
        assert len(read_key(tmp_path / str(number) / "one")) == 32


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "is missing or damaged"),
        ("", "does not hold 32 bytes"),
        ("xyz", "is missing or damaged"),
        ("00" * 31, "does not hold 32 bytes"),
        ("ក", "is missing or damaged"),
    ],
)
def test_a_missing_or_damaged_key_is_named(tmp_path: Path, text: str | None, says: str) -> None:
    if text is not None:
        (tmp_path / "one").write_text(text)
    with pytest.raises(BadHome, match=says) as caught:
        read_key(tmp_path / "one")
    assert str(tmp_path / "one") in caught.value.detail
    assert "put it back from your backup" in caught.value.detail
