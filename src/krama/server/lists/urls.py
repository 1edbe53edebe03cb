# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.urls import path

from krama.server.lists import pages

app_name = "lists"
urlpatterns = [
    path("lists", pages.lists, name="lists"),
    path("lists/add", pages.add, name="add"),
    path("lists/publish", pages.publish, name="publish"),
    path("lists/<uuid:pk>", pages.show, name="list"),
    path("lists/<uuid:pk>/change", pages.change, name="change"),
]
