# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.urls import URLPattern, path

from krama.server.assessments.pages import board

urlpatterns: list[URLPattern] = [
    path("guidelines", board.board, name="board"),
    path("guidelines/first", board.first, name="first"),
    path("guidelines/board.<str:language>.pdf", board.board_pdf, name="board_pdf"),
]
