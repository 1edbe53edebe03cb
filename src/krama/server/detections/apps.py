# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.apps import AppConfig


class DetectionsConfig(AppConfig):
    name = "krama.server.detections"
    label = "detections"

    def ready(self) -> None:
        from krama.server.detections import jobs  # noqa: F401 - registers its round
