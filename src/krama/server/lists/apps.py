# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "krama.server.lists"
    label = "lists"

    def ready(self) -> None:
        from krama.server.lists import jobs  # noqa: F401 - registers its round
