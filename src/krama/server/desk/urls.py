# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.urls import path

from krama.server.desk.pages import case, today, trail

app_name = "desk"
urlpatterns = [
    path("home", today.home, name="home"),
    path("today", today.today, name="today"),
    path("cases/<str:ref>", case.case, name="case"),
    path("cases/<str:ref>/decision", case.decide, name="decide"),
    path("cases/<str:ref>/open", case.open_face, name="open_face"),
    path("trail", trail.trail, name="trail"),
    path("trail/check", trail.check, name="trail_check"),
]
