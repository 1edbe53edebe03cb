# SPDX-License-Identifier: Apache-2.0
"""Keys are believed as the server signed them, the newest only, and for a day; lists renew themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from krama.gate import known as module
from krama.gate.known import Keys, Lists, NoKeys, NotSignedIn, ScopeMissing
from krama.ledger import SigningKey
from krama.ledger.machines import FILE, Machine, Machines, secret_hash, write_machines
from krama.signals import HashList, Signal, SignalType
from tests.gate.ground import MACHINES, OTHER, SIGNER, TOKEN, publish, tell


class Clock:
    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture(autouse=True)
def look_always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY", -1.0)


def keys(folder: Path, clock: Clock | None = None) -> Keys:
    return Keys(folder, SIGNER.public, 24, clock or Clock())


def test_a_key_is_known_by_its_whole_token_and_scope(tmp_path: Path) -> None:
    tell(tmp_path)
    known = keys(tmp_path)
    assert known.allow(f"Bearer {TOKEN}", "scan").name == "App"
    for wrong in ("", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer krama__", "Bearer krama_aaaa_"):
        with pytest.raises(NotSignedIn):
            known.allow(wrong, "scan")
    with pytest.raises(ScopeMissing):
        known.allow(f"Bearer {OTHER}", "scan")


def test_a_revoked_key_opens_nothing_at_the_next_look(tmp_path: Path) -> None:
    tell(tmp_path)
    known = keys(tmp_path)
    known.allow(f"Bearer {TOKEN}", "scan")
    tell(tmp_path, machines=MACHINES[1:])
    with pytest.raises(NotSignedIn):
        known.allow(f"Bearer {TOKEN}", "scan")


def test_an_older_file_put_back_does_not_revive_a_revoked_key(tmp_path: Path) -> None:
    tell(tmp_path)
    before = (tmp_path / FILE).read_bytes()
    tell(tmp_path, machines=MACHINES[1:])
    known = keys(tmp_path)
    with pytest.raises(NotSignedIn):
        known.allow(f"Bearer {TOKEN}", "scan")
    (tmp_path / FILE).write_bytes(before)
    with pytest.raises(NotSignedIn):
        known.allow(f"Bearer {TOKEN}", "scan")


@pytest.mark.parametrize("planted", ["another signer", "a machine more", "cut", "nothing", "gone"])
def test_a_file_that_was_not_signed_so_changes_nothing(tmp_path: Path, planted: str) -> None:
    tell(tmp_path)
    known = keys(tmp_path)
    known.allow(f"Bearer {TOKEN}", "scan")
    path, text = tmp_path / FILE, (tmp_path / FILE).read_text()
    intruder = Machine("eeee", "Intruder", secret_hash("secret"), ("scan",))
    forged = write_machines(Machines(datetime.now(UTC), (intruder,)), SigningKey(SIGNER.public.name, b"x" * 32))
    path.write_text(
        {
            "another signer": forged,
            "a machine more": text.replace("\n\n", '\n{"prefix": "eeee"}\n\n'),
            "cut": text[:-30],
            "nothing": "",
            "gone": "",
        }[planted]
    )
    if planted == "gone":
        path.unlink()
    assert known.allow(f"Bearer {TOKEN}", "scan").name == "App"
    assert known.problem
    with pytest.raises(NotSignedIn):
        known.allow("Bearer krama_eeee_secret", "scan")


def test_a_gate_that_hears_nothing_new_for_a_day_believes_no_key(tmp_path: Path) -> None:
    clock = Clock()
    tell(tmp_path)
    known = keys(tmp_path, clock)
    known.allow(f"Bearer {TOKEN}", "scan")
    clock.at += timedelta(hours=23)
    known.allow(f"Bearer {TOKEN}", "scan")
    clock.at += timedelta(hours=2)
    with pytest.raises(NoKeys):
        known.allow(f"Bearer {TOKEN}", "scan")


def test_a_file_of_the_future_is_not_believed(tmp_path: Path) -> None:
    tell(tmp_path, issued=datetime.now(UTC) + timedelta(days=300))
    with pytest.raises(NoKeys, match="future"):
        keys(tmp_path).allow(f"Bearer {TOKEN}", "scan")


def test_a_new_version_is_searched_after_the_next_look(tmp_path: Path) -> None:
    publish(tmp_path, [])
    tell(tmp_path)
    lists = Lists(tmp_path, keys(tmp_path))
    assert len(lists.ready()[0].index) == 0
    signals = [Signal(SignalType.MD5, "0" * 31 + "1")]
    version = publish(tmp_path, [(HashList("L", "Tests", "Made up"), signals)])
    lists.refresh()
    assert lists.ready()[0].version == version
    assert len(lists.ready()[0].index) == 1
