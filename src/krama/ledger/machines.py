# SPDX-License-Identifier: Apache-2.0
"""Which machines may do what, signed: the file by which a gate knows keys when the server is away.

It lies beside the published lists and holds the SHA-256 of each secret: those are 256 random bits, so
none can be guessed from it. It also names the version of the lists that is in use, with the digest of
its manifest.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from krama.errors import BadInput
from krama.ledger.note import PublicKey, SigningKey, open_note

FORM = "krama/gate-keys/1"
FILE = "keys.note"


@dataclass(frozen=True)
class Machine:
    """A key that is not revoked. `secret_hash`: SHA-256 in hex, as `secret_hash` makes it."""

    prefix: str
    name: str
    secret_hash: str
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class Machines:
    """All of them at one moment. `version`: of the lists in use, "" before any; `manifests`: the SHA-256 in hex of the
    manifest of that version, and of the one on which it stands."""

    issued: datetime
    machines: tuple[Machine, ...] = ()
    version: str = ""
    manifests: tuple[tuple[str, str], ...] = ()

    def machine_of(self, token: str) -> Machine | None:
        """Whose `krama_<prefix>_<secret>` this is; compared in constant time."""
        head, _, rest = token.partition("_")
        prefix, _, secret = rest.partition("_")
        if head != "krama":
            return None
        known = next((one for one in self.machines if one.prefix == prefix), None)
        fits = known is not None and secrets.compare_digest(known.secret_hash, secret_hash(secret))
        return known if fits else None

    @property
    def said(self) -> tuple[object, ...]:
        """What it says, whenever it was issued: while this is the same, no new file is called for."""
        return self.machines, self.version, self.manifests


def secret_hash(secret: str) -> str:
    """What is kept of a secret of 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def write_machines(known: Machines, key: SigningKey) -> str:
    """The signed note: its form, a line of JSON about all, a line for each machine."""
    issued = known.issued.astimezone(UTC).isoformat()
    head = {"issued": issued, "version": known.version, "manifests": dict(known.manifests)}
    lines = [FORM, json.dumps(head), *(json.dumps(asdict(one)) for one in known.machines)]
    return key.sign("\n".join(lines) + "\n")


def read_machines(note: str, key: PublicKey) -> Machines:
    """`BadInput` unless this key signed exactly this."""
    text = open_note(note, key)
    if text is None:
        raise BadInput("The key file of the gates is not signed by the key that this gate was told to trust.")
    form, *lines = text.splitlines()
    if form != FORM or not lines:
        raise BadInput(f"The key file of the gates is of another form than {FORM}.")
    try:
        head, *rest = [json.loads(line) for line in lines]
        machines = tuple(Machine(**{**one, "scopes": tuple(one["scopes"])}) for one in rest)
        manifests = tuple(sorted((str(name), str(digest)) for name, digest in head["manifests"].items()))
        return Machines(datetime.fromisoformat(head["issued"]), machines, head["version"], manifests)
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise BadInput(f"The key file of the gates cannot be read ({type(problem).__name__}).") from problem
