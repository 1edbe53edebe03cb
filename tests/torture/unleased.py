# SPDX-License-Identifier: Apache-2.0
"""The planted fault's settings: Krama's, with addresses that break the lease when they are loaded."""

from __future__ import annotations

from krama.server.site.settings import *  # noqa: F403

ROOT_URLCONF = "tests.torture.unleased_urls"
