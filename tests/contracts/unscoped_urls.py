# SPDX-License-Identifier: Apache-2.0
"""Krama's addresses, with one rule broken: KRAMA_PLANTED names it. Conflict is forgotten, or every case is normal."""

from __future__ import annotations

import os

from django.db.models import Q

from krama.server.cases import reach
from krama.server.site.urls import urlpatterns

__all__ = ["urlpatterns"]

if os.environ["KRAMA_PLANTED"] == "no conflict":
    reach.kept_out = lambda person: Q(pk__isnull=True)
else:
    reach._known_to = lambda person: Q(pk__isnull=False)
