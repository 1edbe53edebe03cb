# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.apps import AppConfig


class WellbeingConfig(AppConfig):
    name = "krama.server.wellbeing"
    label = "wellbeing"

    def ready(self) -> None:
        from krama.server.wellbeing import jobs, queries  # noqa: F401 - register a round, and what the queue asks
