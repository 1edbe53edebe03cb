# SPDX-License-Identifier: Apache-2.0
"""`krama staff`: people are added with a password shown once."""

from __future__ import annotations

import pytest

from tests.cli.test_init import PASSWORD
from tests.server.houses import House

pytestmark = pytest.mark.loopback


def test_a_person_is_added_and_given_a_new_password_later(real_house: House) -> None:
    added = real_house.krama("staff", "add", "sokha", "--role", "reviewer", "--name", "សុខា").stdout
    first = PASSWORD.search(added)
    assert first
    assert real_house.sql("SELECT name, role FROM accounts_user WHERE username = 'sokha'") == [("សុខា", "reviewer")]
    before = real_house.one("SELECT password FROM accounts_user WHERE username = 'sokha'")
    changed = real_house.krama("staff", "password", "sokha").stdout
    assert "Password of sokha, shown only now: " in changed
    assert first[1] not in changed
    assert real_house.one("SELECT password FROM accounts_user WHERE username = 'sokha'") != before
    events = [event for (event,) in real_house.sql("SELECT event FROM trail_entry WHERE actor_id = 'terminal'")]
    assert {"staff:added", "staff:password:reset"} <= set(events)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("add", "sokha", "--role", "chief"), "There is no role 'chief'; the roles are reviewer, lead"),
        (("add", "admin", "--role", "lead"), "already exists"),
        (("password", "nobody"), "There is no member of staff called 'nobody'."),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(real_house: House, arguments: tuple[str, ...], says: str) -> None:
    done = real_house.krama("staff", *arguments, status=2)
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_factor_is_reset_by_command_and_leaves_a_trace(real_house: House) -> None:
    real_house.krama("staff", "add", "maly", "--role", "officer")
    rows = "SELECT id, 'totp', '{}', created_at FROM accounts_user WHERE username = 'maly'"
    real_house.sql(f"INSERT INTO mfa_authenticator (user_id, type, data, created_at) {rows}")
    assert "1 taken away" in real_house.krama("staff", "second-factor", "maly").stdout
    assert real_house.sql("SELECT * FROM mfa_authenticator") == []
    assert real_house.one("SELECT count(*) FROM trail_entry WHERE event = 'staff:factor:reset'") == 1
    assert "no member of staff" in real_house.krama("staff", "second-factor", "nobody", status=None).stderr


def test_a_name_at_the_provider_is_one_persons(real_house: House) -> None:
    for username in ("maly", "dara"):
        real_house.krama("staff", "add", username, "--role", "auditor")
    real_house.krama("staff", "provider", "maly", "--name", "Maly@Firm.example")
    assert real_house.one("SELECT provider_name FROM accounts_user WHERE username = 'maly'") == "maly@firm.example"
    assert (
        "Somebody else"
        in real_house.krama("staff", "provider", "dara", "--name", "maly@firm.example", status=None).stderr
    )
    real_house.krama("staff", "provider", "maly")
    assert real_house.one("SELECT provider_name FROM accounts_user WHERE username = 'maly'") is None
