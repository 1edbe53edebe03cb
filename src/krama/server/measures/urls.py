# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.urls import path

from krama.server.measures import pages

app_name = "measures"
urlpatterns = [
    path("measures", pages.ways, name="ways"),
    path("measures/ways/<slug:kind>", pages.choose, name="choose"),
]
