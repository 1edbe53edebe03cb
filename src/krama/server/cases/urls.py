# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.urls import path

from krama.server.cases.pages import own as pages
from krama.server.cases.pages import queue as pages_queue
from krama.server.cases.pages import routes as pages_routes
from krama.server.cases.pages import waves as pages_waves

app_name = "cases"
urlpatterns = [
    path("cases", pages_queue.queue, name="queue"),
    path("cases/next", pages_queue.next_case, name="next"),
    path("cases/views/save", pages_queue.view_save, name="view_save"),
    path("cases/views/<uuid:view>/remove", pages_queue.view_remove, name="view_remove"),
    path("cases/alike/<uuid:cluster>/take", pages_queue.alike_take, name="alike_take"),
    path("cases/routes", pages_routes.rules, name="routes"),
    path("cases/routes/<uuid:route>/move", pages_routes.move, name="route_move"),
    path("cases/routes/<uuid:route>/retire", pages_routes.retire, name="route_retire"),
    path("cases/routes/keys/<uuid:key>", pages_routes.sector, name="route_sector"),
    path("my-keys", pages_queue.keys, name="keys"),
    path("waves", pages_waves.waves, name="waves"),
    path("waves/<uuid:pk>", pages_waves.wave, name="wave"),
    path("waves/<uuid:pk>/answer", pages_waves.answer, name="wave_answer"),
    path("my-accounts", pages.own_accounts, name="own_accounts"),
]
