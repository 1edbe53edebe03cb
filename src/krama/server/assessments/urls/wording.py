# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.urls import URLPattern, path

from krama.server.assessments.pages import wording

urlpatterns: list[URLPattern] = [
    path("wording", wording.wording, name="wording"),
    path("wording/khmer.xlsx", wording.workbook, name="wording_book"),
    path("wording/upload", wording.upload, name="wording_upload"),
]
