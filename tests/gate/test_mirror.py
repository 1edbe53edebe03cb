# SPDX-License-Identifier: Apache-2.0
"""Lists from an address: taken only as they were published and signed, whoever serves them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from krama.errors import BadInput, BadSnapshot
from krama.gate.mirror import Mirror
from krama.ledger.machines import FILE
from krama.signals import HashList, Signal, SignalType, current_version, open_snapshot
from tests.gate.ground import SIGNER, publish, tell

pytestmark = pytest.mark.loopback


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def listed(count: int) -> list[tuple[HashList, list[Signal]]]:
    signals = [Signal(SignalType.PDQ, f"{number:064x}") for number in range(1, count + 1)]
    return [(HashList("L", "Tests", "Made up"), signals)]


def test_what_was_published_is_here_after_a_look_and_what_is_new_after_the_next(tmp_path: Path) -> None:
    there, here = tmp_path / "there", tmp_path / "here"
    with served(there) as address:
        mirror = Mirror(address, here, SIGNER.public)
        for count in (3, 5, 7):
            version = publish(there, listed(count))
            tell(there)
            mirror.look()
            assert current_version(here) == version
            assert len(open_snapshot(here).index) == count
            assert (here / FILE).read_bytes() == (there / FILE).read_bytes()
        assert len([one for one in here.iterdir() if one.is_dir()]) == 2  # the one in use and the one before


@pytest.mark.parametrize("planted", ["a file", "the manifest", "another version"])
def test_what_was_changed_on_the_way_is_refused_and_the_old_stays(tmp_path: Path, planted: str) -> None:
    there, here = tmp_path / "there", tmp_path / "here"
    first = publish(there, listed(3))
    tell(there)
    with served(there) as address:
        mirror = Mirror(address, here, SIGNER.public)
        mirror.look()
        second = publish(there, listed(9))
        tell(there)
        name = "manifest.json" if planted == "the manifest" else "facts.json"
        path = there / second / name
        if planted == "another version":
            (there / second).rename(there / "aside")
            (there / first).rename(there / second)
        else:
            path.write_bytes(path.read_bytes().replace(b"0", b"1", 1) + b" ")
        with pytest.raises(BadSnapshot):
            mirror.look()
        assert current_version(here) == first
        assert len(open_snapshot(here).index) == 3
        assert not list(here.glob(".new-*"))


def test_an_older_key_file_is_refused(tmp_path: Path) -> None:
    there, here = tmp_path / "there", tmp_path / "here"
    publish(there, listed(3))
    tell(there)
    with served(there) as address:
        mirror = Mirror(address, here, SIGNER.public)
        mirror.look()
        tell(there, issued=datetime.now(UTC) - timedelta(hours=2))
        with pytest.raises(BadInput, match="older"):
            mirror.look()


def test_plain_http_elsewhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="https"):
        Mirror("http://lists.example", tmp_path, SIGNER.public)
