# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.apps import AppConfig


class CompartmentsConfig(AppConfig):
    name = "krama.server.compartments"
    label = "compartments"
    default = True

    def ready(self) -> None:
        from krama.server.compartments import jobs  # noqa: F401 - registers its round


class AtTheDoor(AppConfig):
    """On the public face run apart: the models alone, because reports name one. Nothing here is ever run there."""

    name = "krama.server.compartments"
    label = "compartments"
