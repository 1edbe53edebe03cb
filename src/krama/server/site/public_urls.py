# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.urls import path

from krama.server.site import pages

app_name = "site"
urlpatterns = [
    path("", pages.root, name="root"),
    path("start", pages.start, name="start"),
    path("start/story", pages.story, name="story"),
    path("start/story/<slug:key>", pages.story, name="chapter"),
    path("start/disk", pages.disk, name="disk"),
    path("start/loop", pages.loop, name="loop"),
    path("start/pupils", pages.pupils, name="pupils"),
    path("start/become", pages.become, name="become"),
    path("language", pages.language, name="language"),
    path("api/docs", pages.api_docs, name="api_docs"),
]
