# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.urls import path

from krama.server.intake.pages import clock, learn, report

app_name = "intake"
urlpatterns = [
    path("report", report.report, name="report"),
    path("learn", learn.index, name="learn"),
    path("learn/<slug:name>", learn.one, name="lesson"),
    path("time", clock.clock, name="clock"),
]
