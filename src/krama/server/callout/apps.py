# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.apps import AppConfig


class CalloutConfig(AppConfig):
    name = "krama.server.callout"
    label = "callout"

    def ready(self) -> None:
        from krama.server.callout import jobs  # noqa: F401 - registers its rounds
