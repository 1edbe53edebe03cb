# SPDX-License-Identifier: Apache-2.0
"""The console run apart: for staff; machines go to the API's own face."""

from __future__ import annotations

from krama.server.site.urls import CONSOLE, PUBLIC, handler400, handler403, handler404, handler500

urlpatterns = [*PUBLIC, *CONSOLE]
__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
