# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "krama.server.measures"
    label = "measures"

    def ready(self) -> None:
        from krama.server.measures import by_hand, jobs, webhook  # noqa: F401 - register rounds and adapters
