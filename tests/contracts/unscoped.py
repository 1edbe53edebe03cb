# SPDX-License-Identifier: Apache-2.0
"""The planted faults: Krama's settings, and addresses that break one rule of `cases.reach` when they are loaded."""

from __future__ import annotations

from krama.server.site.settings import *  # noqa: F403

ROOT_URLCONF = "tests.contracts.unscoped_urls"
