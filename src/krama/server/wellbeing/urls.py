# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.urls import path

from krama.server.wellbeing import pages

app_name = "wellbeing"
urlpatterns = [
    path("for-you", pages.mine, name="mine"),
    path("for-you/choices", pages.choose, name="choose"),
    path("for-you/break", pages.rest, name="rest"),
    path("for-you/break/end", pages.end_rest, name="end_rest"),
    path("care", pages.firm, name="care"),
]
