# SPDX-License-Identifier: Apache-2.0
"""What the gate knows: published lists from a folder or an address, and keys from the signed file beside them.

It never goes back to knowing less because something new is bad, and never believes a key file that is older than the
one it has. A key file past its time is not believed at all: a key revoked since might still be in it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from krama.errors import BadInput, BadSnapshot, KramaError
from krama.ledger import PublicKey
from krama.ledger.machines import FILE, Machine, Machines, read_machines
from krama.scanning import Scanner, read_picture
from krama.scanning.scanner import Reader
from krama.signals import Snapshot, WatchedSnapshots

LOOK_EVERY = 1.0  # seconds
AHEAD = timedelta(minutes=5)  # how far two clocks may differ


class NotSignedIn(KramaError):
    """Send a valid key: `Authorization: Bearer krama_...`."""

    code = "not_signed_in"
    public = True


class ScopeMissing(KramaError):
    """This key may not do that."""

    code = "scope_missing"
    public = True


class NoKeys(KramaError):
    """This gate has no key file that it may believe yet; ask again in a moment."""

    code = "no_keys"
    permanent = False


class Keys:
    """The machines of the newest key file in a folder. Threads may share one; `hours`: how long a file is believed."""

    def __init__(self, folder: Path, trust: PublicKey, hours: float, clock: Callable[[], datetime]) -> None:
        self._path, self._trust, self._clock = folder / FILE, trust, clock
        self._time = timedelta(hours=hours)
        self._known: Machines | None = None
        self._lock, self._looked, self._seen = threading.Lock(), -LOOK_EVERY, b""
        self.problem = ""

    @property
    def known(self) -> Machines:
        """`NoKeys` while there is none to believe."""
        if time.monotonic() - self._looked > LOOK_EVERY:
            with self._lock:
                self._look()
        if self._known is None or self._clock() - self._known.issued > self._time:
            raise NoKeys(self.problem or NoKeys.__doc__ or "")
        return self._known

    def allow(self, authorization: str, scope: str) -> Machine:
        """Whose key this is; `NotSignedIn`, or `ScopeMissing` when it may do other things only."""
        scheme, _, token = authorization.partition(" ")
        machine = self.known.machine_of(token.strip()) if scheme.lower() == "bearer" else None
        if machine is None:
            raise NotSignedIn
        if scope not in machine.scopes:
            raise ScopeMissing(f"This key needs the scope {scope!r}.")
        return machine

    def _look(self) -> None:
        self._looked = time.monotonic()
        try:
            text = self._path.read_bytes()
            if text == self._seen:
                return
            found = read_machines(text.decode(), self._trust)
        except (OSError, UnicodeDecodeError, BadInput) as problem:
            self.problem = f"The key file {self._path} cannot be used ({problem})."
            return
        if found.issued > self._clock() + AHEAD:
            self.problem = f"The key file {self._path} is of the future: are both clocks right?"
        elif self._known is None or found.issued >= self._known.issued:
            self._known, self._seen, self.problem = found, text, ""


class Lists:
    """The lists of a folder, and a scanner over them that is made anew when they are.

    `refresh` is called by a thread that has nothing else to do, so that no request waits for a new version.
    """

    def __init__(self, folder: Path, keys: Keys, read: Reader = read_picture) -> None:
        self._watched, self._keys, self._read = WatchedSnapshots(folder), keys, read
        self._now: tuple[Snapshot, Scanner] | None = None

    def refresh(self) -> None:
        """Look whether there is something newer."""
        latest = self._watched.latest()
        if self._now is None or self._now[0] is not latest:
            self._now = (latest, Scanner(latest, clock=now, read=self._read))

    @property
    def problem(self) -> str:
        """Why something newer is not in use; "" where all is well."""
        return self._watched.problem or ""

    def ready(self) -> tuple[Snapshot, Scanner]:
        """What to search now, as one. `BadSnapshot` where lists were published and none can be read: knowing nothing
        lets content past."""
        if self._now is None:
            self.refresh()
        assert self._now
        if not self._now[0].version and (self._watched.problem or self._keys.known.version):
            raise BadSnapshot(
                f"{self._watched.problem or 'The published lists are not here yet.'} "
                "Until then hold back what you cannot have scanned."
            )
        return self._now


def now() -> datetime:
    """The present moment, UTC-aware."""
    return datetime.now(UTC)
