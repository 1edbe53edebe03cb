# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.urls import URLPattern, path

from krama.server.assessments.pages import answers_book, packs

urlpatterns: list[URLPattern] = [
    path("guidelines/packs", packs.packs, name="packs"),
    path("guidelines/packs/make", packs.make, name="pack_make"),
    path("guidelines/answers.xlsx", answers_book.answers_book, name="answers_book"),
    path("guidelines/answers/upload", answers_book.answers_upload, name="answers_upload"),
]
