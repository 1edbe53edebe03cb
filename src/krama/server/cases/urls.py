# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.urls import path

from krama.server.cases import pages

app_name = "cases"
urlpatterns = [path("cases", pages.queue, name="queue")]
