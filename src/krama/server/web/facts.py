# SPDX-License-Identifier: Apache-2.0
"""What the console publishes for a public face run apart: plain files, and nothing secret in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings

from krama.server.web.wording import put

log = structlog.get_logger()
_read: dict[str, tuple[object, Any]] = {}


def publish(name: str, value: object, folder: Path | None = None) -> bool:
    """Write it whole, or leave what is there. A folder that cannot be written is said, and stops nobody's work."""
    folder = folder or settings.KRAMA_FACTS
    if folder is None:
        return False
    path, content = folder / f"{name}.json", json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
    try:
        if path.exists() and path.read_bytes() == content:
            return False
        put(path, content)
        path.chmod(0o644)
    except OSError as problem:
        log.warning("the public face cannot be told", kind=name, error=type(problem).__name__)
        return False
    return True


def published(name: str) -> Any:
    """What was published last; None when nothing was, or it cannot be read."""
    if settings.KRAMA_FACTS is None:
        return None
    path: Path = settings.KRAMA_FACTS / f"{name}.json"
    try:
        stamp = _stamp(path)
        if name not in _read or _read[name][0] != stamp:
            _read[name] = (stamp, json.loads(path.read_text("utf-8")))
    except (OSError, ValueError):
        return None
    return _read[name][1]


def _stamp(path: Path) -> tuple[object, ...]:
    facts = path.stat()
    return (str(path), facts.st_ino, facts.st_mtime_ns, facts.st_size)
