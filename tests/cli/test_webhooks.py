# SPDX-License-Identifier: Apache-2.0
"""`krama webhooks`: where measures are sent; a real home sends by https only."""

from __future__ import annotations

import re

import pytest

from tests.server.houses import House

pytestmark = pytest.mark.loopback
URL = "https://app.example.org/krama/webhook"


def test_the_secret_stands_alone_on_standard_output_and_is_not_stored(real_house: House) -> None:
    done = real_house.krama("webhooks", "add", URL, "--name", "Our app", "--allow", "10.1.2.3/24")
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=\n", done.stdout)
    row = str(real_house.sql("SELECT * FROM measures_webhook"))
    assert "10.1.2.0/24" in row
    assert done.stdout.strip() not in row


@pytest.mark.parametrize(
    ("url", "more", "says"),
    [
        ("http://app.example.org/", (), "begins with https://"),
        ("app.example.org", (), "is not an address"),
        (URL, ("--allow", "10.1.2"), "write a network such as 10.1.2.0/24"),
    ],
)
def test_what_cannot_be_called_is_refused(real_house: House, url: str, more: tuple[str, ...], says: str) -> None:
    assert says in real_house.krama("webhooks", "add", url, "--name", "Our app", *more, status=2).stderr
    assert real_house.one("SELECT count(*) FROM measures_webhook") == 0
