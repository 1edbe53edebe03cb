# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.apps import AppConfig


class CountriesConfig(AppConfig):
    name = "krama.server.countries"
    label = "countries"

    def ready(self) -> None:
        from krama.server.countries import publish  # noqa: F401 - registers its round
