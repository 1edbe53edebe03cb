# SPDX-License-Identifier: Apache-2.0
"""A clock set by hand, and channels on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests.server.callout.ground import Channels, Clock, configure, standing


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(timezone, "now", made)
    return made


@pytest.fixture
def channels(settings: Any, tmp_path: Path) -> Iterator[Channels]:
    with standing() as found:
        configure(settings, found, tmp_path)
        yield found
