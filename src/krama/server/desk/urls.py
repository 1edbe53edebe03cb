# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.urls import path

from krama.server.desk.pages import case, confidential, emergency, today, trail

app_name = "desk"
urlpatterns = [
    path("home", today.home, name="home"),
    path("today", today.today, name="today"),
    path("cases/<str:ref>", case.case, name="case"),
    path("cases/<str:ref>/decision", case.decide, name="decide"),
    path("cases/<str:ref>/open", case.open_face, name="open_face"),
    path("cases/<str:ref>/hold", case.hold_it, name="hold"),
    path("confidential", confidential.confidential, name="confidential"),
    path("confidential/openings/<uuid:opening>", confidential.review, name="opening_review"),
    path("confidential/holds/<uuid:placed>/longer", confidential.extend, name="hold_extend"),
    path("confidential/holds/<uuid:placed>/release", confidential.release, name="hold_release"),
    path("confidential/longer/<uuid:extension>", confidential.agree, name="hold_agree"),
    path("emergency", emergency.emergency, name="emergency"),
    path("emergency/open", emergency.broken, name="emergency_open"),
    path("trail", trail.trail, name="trail"),
    path("trail/check", trail.check, name="trail_check"),
]
