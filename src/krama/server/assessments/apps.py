# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "krama.server.assessments"
    label = "assessments"

    def ready(self) -> None:
        from krama.server.assessments import jobs  # noqa: F401 - registers its rounds
