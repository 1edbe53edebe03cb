# SPDX-License-Identifier: Apache-2.0
"""Where a gate stands: which lists, which keys, which server, which folder. Read from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from krama.errors import BadHome, BadInput
from krama.ledger import PublicKey
from krama.sealing import make_keys, read_key

SPOOL_KEY = "spool"
ZONE = "Asia/Phnom_Penh"


@dataclass(frozen=True)
class Place:
    """`lists` is a folder, or an http address with the same files. `keys`: folder of this gate's own key."""

    lists: str
    trust: PublicKey
    folder: Path
    keys: Path
    server: str
    key_file: Path | None
    key: str = ""
    upload_limit: int = 50 << 20
    at_once: int = 8
    seconds: float = 60
    decoders: int = 1
    decode_seconds: int = 20
    key_hours: float = 24
    look_seconds: float = 2
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo(ZONE))
    hma_open: bool = False

    @property
    def is_remote(self) -> bool:
        """Whether the lists come from an address, and are kept here as they come."""
        return self.lists.startswith(("http://", "https://"))

    @property
    def snapshots(self) -> Path:
        """The folder that is searched."""
        return self.folder / "lists" if self.is_remote else Path(self.lists)

    @property
    def spool(self) -> Path:
        """The folder of what waits to be delivered."""
        return self.folder / "spool"

    def spool_key(self) -> bytes:
        """Made at the first start; apart from the spool, so that who takes the one has not the other."""
        if self.keys.resolve().is_relative_to(self.folder.resolve()):
            raise BadHome(f"The gate's key would lie in {self.keys}, inside its data. Set KRAMA_GATE_KEYS elsewhere.")
        self.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        make_keys(self.keys, (SPOOL_KEY,))
        return read_key(self.keys / SPOOL_KEY)

    def delivery_key(self) -> str:
        """The key by which it delivers, of scope `detections:deliver`."""
        if self.key:
            return self.key
        if self.key_file is None:
            raise BadInput("KRAMA_GATE_KEY_FILE names no file with the key by which this gate delivers.")
        try:
            return self.key_file.read_text().strip()
        except OSError as problem:
            raise BadInput(f"{self.key_file} cannot be read ({problem.strerror}).") from problem


def place_of(said: Mapping[str, str] = os.environ) -> Place:
    """From `KRAMA_GATE_*`; `BadInput` names what is missing."""
    missing = [name for name in ("LISTS", "TRUST", "SERVER") if not said.get(f"KRAMA_GATE_{name}")]
    if missing:
        raise BadInput("A gate needs " + ", ".join(f"KRAMA_GATE_{name}" for name in missing) + "; see the how-to page.")
    config = Path(said.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    key_file = said.get("KRAMA_GATE_KEY_FILE")
    workers = max(1, int(said.get("KRAMA_GATE_WORKERS", "1")))
    return Place(
        said["KRAMA_GATE_LISTS"],
        PublicKey.parse(said["KRAMA_GATE_TRUST"]),
        Path(said.get("KRAMA_GATE_FOLDER") or "krama-gate").resolve(),
        Path(said.get("KRAMA_GATE_KEYS") or config / "krama" / "gate"),
        said["KRAMA_GATE_SERVER"],
        Path(key_file) if key_file else None,
        said.get("KRAMA_GATE_KEY", ""),
        int(said.get("KRAMA_UPLOAD_LIMIT", 50 << 20)),
        int(said.get("KRAMA_UPLOADS_AT_ONCE", 8)),
        float(said.get("KRAMA_UPLOAD_SECONDS", 60)),
        int(said.get("KRAMA_GATE_DECODERS", max(1, (os.cpu_count() or 1) // workers))),
        int(said.get("KRAMA_GATE_DECODE_SECONDS", 20)),
        float(said.get("KRAMA_GATE_KEY_HOURS", 24)),
        float(said.get("KRAMA_GATE_LOOK_SECONDS", 2)),
        ZoneInfo(said.get("KRAMA_TIME_ZONE", ZONE)),
        said.get("KRAMA_GATE_HMA", "key") == "open",
    )
