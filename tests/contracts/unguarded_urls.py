# SPDX-License-Identifier: Apache-2.0
"""Krama's addresses and the planted one."""

from __future__ import annotations

from krama.server.site.urls import urlpatterns as ours
from tests.contracts.unguarded import PLANTED

urlpatterns = [*ours, PLANTED]
