# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.urls import path

from krama.server.support import pages

app_name = "support"
urlpatterns = [
    path("cases/<str:ref>/support", pages.child, name="child"),
    path("cases/<str:ref>/support/<slug:act>", pages.write, name="write"),
]
