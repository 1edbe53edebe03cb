# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "krama.server.support"
    label = "support"

    def ready(self) -> None:
        from krama.server.support.actions import trusted  # noqa: F401 - asked before an identity opens
