# SPDX-License-Identifier: Apache-2.0
"""Guards of pages: every page of the console names its operation, or says that it is public."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods

from krama.server.accounts.may import Operation, require
from krama.server.accounts.models import User

P = ParamSpec("P")


class StaffRequest(HttpRequest):
    """A request whose user is signed in: what a guarded page receives."""

    user: User


Page = Callable[Concatenate[StaffRequest, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def page(operation: Operation, *methods: str) -> Callable[[Page[P]], View[P]]:
    """Let in who may do `operation`; object-level rules are asked again inside. GET unless methods are named."""

    def guard(view: Page[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            require(request.user, operation)
            return view(request, *args, **kwargs)  # type: ignore[arg-type]

        return require_http_methods(methods or ("GET", "HEAD"))(guarded)

    return guard
