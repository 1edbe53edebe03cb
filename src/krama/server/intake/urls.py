# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.urls import path

from krama.server.intake.pages import counter

app_name = "counter"
urlpatterns = [path("intake/new", counter.new, name="new")]
