# SPDX-License-Identifier: Apache-2.0
"""A host that is not ours is refused with 400 before anybody is known: also that page is whole."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_a_foreign_host_is_told_so_and_is_no_server_error() -> None:
    client = Client(raise_request_exception=False, headers={"host": "elsewhere.example"})
    for path in ("/start", "/report"):
        assert client.get(path, headers={"accept": "text/html"}).status_code == 400
