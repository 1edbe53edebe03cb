# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.urls import URLPattern, path

from krama.server.assessments.pages import crosswalk

urlpatterns: list[URLPattern] = [
    path("guidelines/crosswalk", crosswalk.crosswalk, name="crosswalk"),
    path("guidelines/law", crosswalk.law, name="law"),
]
