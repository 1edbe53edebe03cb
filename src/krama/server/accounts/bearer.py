# SPDX-License-Identifier: Apache-2.0
"""`Authorization: Bearer` for machines."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from krama.errors import KramaError
from krama.server.accounts import queries
from krama.server.accounts.may import SCOPES, Operation, may
from krama.server.accounts.models import Key


class NotSignedIn(KramaError):
    """Send a valid key: `Authorization: Bearer krama_...`."""

    code = "not_signed_in"
    public = True


class ScopeMissing(KramaError):
    """This key may not do that."""

    code = "scope_missing"
    public = True


class Bearer(HttpBearer):
    """A key that may do one operation; asked before a byte of the body is read."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        super().__init__()

    def __call__(self, request: HttpRequest) -> Any:
        key = super().__call__(request)
        if key is None:
            raise NotSignedIn
        return key

    def authenticate(self, request: HttpRequest, token: str) -> Key:
        key = queries.key_of(token)
        if key is None:
            raise NotSignedIn
        if not may(key, self.operation):
            raise ScopeMissing(f"This key needs the scope {SCOPES[self.operation].value!r}.")
        return key


class Gateway(Bearer):
    """As `Bearer`, or the key as the password of HTTP Basic: many gateways can send nothing else."""

    def __call__(self, request: HttpRequest) -> Any:
        scheme, _space, sent = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return super().__call__(request)
        try:
            token = base64.b64decode(sent, validate=True).decode().partition(":")[2]
        except (binascii.Error, ValueError) as problem:
            raise NotSignedIn from problem
        return self.authenticate(request, token)
