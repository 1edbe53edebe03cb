# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """What every page needs."""

    name = "krama.server.web"
    label = "web"
