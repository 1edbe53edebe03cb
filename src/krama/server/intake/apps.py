# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "krama.server.intake"
    label = "intake"

    def ready(self) -> None:
        from django.conf import settings

        if settings.KRAMA_FACE != "public":  # the job loop runs beside the console alone
            from krama.server.intake import jobs, publish  # noqa: F401 - register their rounds
