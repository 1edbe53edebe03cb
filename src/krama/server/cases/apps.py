# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "krama.server.cases"
    label = "cases"

    def ready(self) -> None:
        from krama.server.cases import (
            gates,  # noqa: F401 - asked before an identity opens
            jobs,  # noqa: F401 - registers its round
        )
