# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.apps import AppConfig


class CompartmentsConfig(AppConfig):
    name = "krama.server.compartments"
    label = "compartments"

    def ready(self) -> None:
        from krama.server.compartments import jobs  # noqa: F401 - registers its round
