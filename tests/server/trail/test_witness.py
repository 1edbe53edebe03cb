# SPDX-License-Identifier: Apache-2.0
"""The witness outside the database: it grows with the trail, survives a crash anywhere, and never follows a forgery."""

from __future__ import annotations

import os
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from krama.ledger import leaves_of
from krama.server.trail import witness
from krama.server.trail.models import Entry, TreeHead
from krama.server.trail.sequencer import sequence
from tests.server.trail.test_seal import found, note, raw

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def grow(count: int) -> None:
    for _ in range(count):
        note()
    while sequence():
        pass


def stored() -> list[bytes]:
    placed = Entry.objects.exclude(position=None).order_by("position")
    return [bytes.fromhex(entry.leaf_hash) for entry in placed]


def holds_all() -> bool:
    head = TreeHead.objects.order_by("-size").first()
    last, files = witness.last_witnessed(), witness.files_in(settings.KRAMA_WITNESS)
    return bool(head and last and (last.size, last.root.hex()) == (head.size, head.root)) and (
        leaves_of(files) == stored()
    )


def test_it_holds_the_newest_checkpoint_and_every_leaf() -> None:
    for count in (1, 3, 260, 10):
        grow(count)
        assert witness.witness(now=True) == count
        assert holds_all()
    assert witness.witness(now=True) == 0
    assert found() == []


def test_only_its_owner_reads_it() -> None:
    grow(2)
    witness.witness(now=True)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in settings.KRAMA_WITNESS.rglob("*") if path.is_file()}
    assert modes == {0o600}


def test_it_is_not_written_more_often_than_the_settings_say(settings: Any) -> None:
    settings.KRAMA_WITNESS_SECONDS, settings.KRAMA_WITNESS_ENTRIES = 3_600, 5
    grow(1)
    assert witness.witness() == 1  # the first one at once
    grow(4)
    assert witness.witness() == 0
    grow(1)
    assert witness.witness() == 5


@pytest.mark.parametrize("forget", [True, False])
def test_a_crash_at_any_write_leaves_the_older_checkpoint_whole_and_is_made_good(
    monkeypatch: pytest.MonkeyPatch, forget: bool
) -> None:
    real, crashes, left = witness.put, 0, 0

    def put(path: Path, data: bytes) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise KeyboardInterrupt
        real(path, data)

    monkeypatch.setattr(witness, "put", put)
    for allowed in range(8):
        grow(130)
        left = allowed
        try:
            witness.witness(now=True)
        except KeyboardInterrupt:
            crashes += 1
            known = witness.last_witnessed()
            files = witness.files_in(settings.KRAMA_WITNESS)
            assert leaves_of(files)[: known.size if known else 0] == stored()[: known.size if known else 0]
        if forget:
            witness._grown.clear()  # another process
        left = 1_000
        witness.witness(now=True)
        assert holds_all()
    assert crashes > 4


def test_it_does_not_follow_a_database_that_lost_its_end() -> None:
    grow(3)
    grow(4)
    witness.witness(now=True)
    raw("DELETE FROM trail_entry WHERE position >= 3")
    raw("DELETE FROM trail_treehead WHERE size > 3")
    note()
    assert sequence() == 0
    assert witness.witness(now=True) == 0
    assert found() == ["behind"]
    last = witness.last_witnessed()
    assert last is not None
    assert last.size == 7


def test_it_does_not_follow_leaf_hashes_that_do_not_lead_to_the_signed_root() -> None:
    grow(3)
    witness.witness(now=True)
    grow(3)
    raw("UPDATE trail_entry SET leaf_hash = %s WHERE position = 4", "0" * 64)
    assert witness.witness(now=True) == 0
    TreeHead.objects.update(at=timezone.now() - timedelta(minutes=1))
    assert found() == ["witness"]


def test_a_folder_that_cannot_be_written_is_an_alarm_after_a_while(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "in the way").write_text("a file")
    settings.KRAMA_WITNESS = tmp_path / "in the way" / "witness"
    grow(1)
    with pytest.raises(OSError, match=r"Not a directory|File exists"):
        witness.witness(now=True)
    assert found() == []
    TreeHead.objects.update(at=timezone.now() - timedelta(minutes=1))
    assert found() == ["witness"]


def test_a_folder_that_was_lost_is_written_anew() -> None:
    import shutil

    grow(300)
    witness.witness(now=True)
    shutil.rmtree(settings.KRAMA_WITNESS)
    grow(1)
    assert witness.witness() == 301
    assert holds_all()


def test_a_checkpoint_that_krama_did_not_sign_counts_for_nothing() -> None:
    grow(2)
    witness.witness(now=True)
    path = settings.KRAMA_WITNESS / witness.NEWEST
    path.write_text(path.read_text().replace("\n2\n", "\n9\n"))
    assert witness.last_witnessed() is None
    assert found() == []
    assert sequence() == 0 or found() == []


def test_a_restored_backup_goes_on_openly_and_what_was_kept_still_tells() -> None:
    from krama.errors import Conflict
    from krama.ledger import verify_bundle
    from krama.server.trail.actor import TERMINAL
    from krama.server.trail.branch import begin_again
    from krama.server.trail.export import gather, place_all
    from krama.server.trail.seal import signing_key

    grow(3)
    with pytest.raises(Conflict, match="nothing to begin again"):
        begin_again(TERMINAL)
    grow(4)
    witness.witness(now=True)
    kept = (settings.KRAMA_WITNESS / witness.NEWEST).read_text()
    raw("DELETE FROM trail_entry WHERE position >= 3")
    raw("DELETE FROM trail_treehead WHERE size > 3")
    assert found() == ["behind"]
    assert begin_again(TERMINAL) == 4
    place_all()
    assert found() == []
    assert holds_all()
    assert Entry.objects.get(position=3).details == {"entries": 3, "witnessed": 7}
    assert verify_bundle(gather(), signing_key().public).ok
    seen = verify_bundle(gather(), signing_key().public, checkpoints=[kept])
    assert (seen.what, seen.position, seen.until) == ("rolled", 4, 7)
    assert list(settings.KRAMA_WITNESS.glob("before/*/checkpoint"))


def test_whatever_folder_it_makes_is_its_owners_alone_however_loose_the_umask() -> None:
    """Else a home does not start again: its keys lie there too."""
    before = os.umask(0o022)
    try:
        grow(300)
        witness.witness(now=True)
    finally:
        os.umask(before)
    made = [settings.KRAMA_WITNESS, *settings.KRAMA_WITNESS.rglob("*")]
    assert any(path.name == "tile" for path in made)
    assert [path.name for path in made if path.stat().st_mode & 0o077] == []
