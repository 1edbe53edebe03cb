# SPDX-License-Identifier: Apache-2.0
"""A home is real or demo for good, its keys lie apart, and its address decides how it is guarded."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from krama.errors import BadHome
from krama.server.site.home import KEY_NAMES, Home, check_url, make_home, open_home

SHOW = """
import json
from krama.server.site import settings as s
names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE", "ALLOWED_HOSTS",
         "CSRF_TRUSTED_ORIGINS", "DEBUG")
print(json.dumps({name: getattr(s, name) for name in names} | {"key": s.SECRET_KEY}))
"""


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KRAMA_KEYS", str(tmp_path / "keys"))
    monkeypatch.delenv("KRAMA_URL", raising=False)
    monkeypatch.delenv("KRAMA_DATABASE_URL", raising=False)
    return tmp_path / "keys"


def test_a_home_is_found_again_as_it_was_made(tmp_path: Path, keys: Path) -> None:
    made = make_home(tmp_path / "home", demo=False, url="https://krama.example.org/")
    assert open_home(tmp_path / "home") == made
    assert (made.kind, made.url, made.secure) == ("real", "https://krama.example.org", True)
    assert make_home(tmp_path / "home", demo=False) == made


def test_its_keys_lie_apart_and_are_its_owners_only(tmp_path: Path, keys: Path) -> None:
    made = make_home(tmp_path / "home", demo=True)
    assert made.keys == keys / made.id
    for name in KEY_NAMES:
        assert len(made.key(name)) == 32
        assert stat.S_IMODE((made.keys / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(made.keys.stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700
    assert made.key("settings").hex() not in (tmp_path / "home" / "home.json").read_text()


@pytest.mark.parametrize(("first", "then"), [(True, "real"), (False, "demo")])
def test_a_home_stays_of_its_kind(tmp_path: Path, keys: Path, first: bool, then: str) -> None:
    before = make_home(tmp_path / "home", demo=first)
    with pytest.raises(BadHome, match=f"Choose another folder for a {then} home"):
        make_home(tmp_path / "home", demo=not first)
    assert open_home(tmp_path / "home") == before


def test_keys_inside_the_data_are_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KRAMA_KEYS", str(tmp_path / "home" / "keys"))
    with pytest.raises(BadHome, match="inside the data"):
        make_home(tmp_path / "home", demo=False)
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    "url",
    [
        "http://krama.example.org", "http://10.0.0.5", "http://0.0.0.0:8000", "krama.example.org", "ftp://localhost",
        "https://krama.example.org/path", "https://", "", "http://localhost.example.org", "http://127.0.0.1.nip.io",
    ],
)  # fmt: skip
def test_an_address_in_clear_or_none_at_all_is_refused(url: str) -> None:
    with pytest.raises(BadHome):
        check_url(url, demo=False)


@pytest.mark.parametrize("url", ["http://localhost:8000", "http://127.0.0.1", "http://[::1]:8000", "https://localhost"])
def test_loopback_may_be_in_clear(url: str) -> None:
    assert check_url(url, demo=False) == check_url(url, demo=True) == url


def test_a_demo_home_has_no_address_in_the_world() -> None:
    with pytest.raises(BadHome, match="this machine only"):
        check_url("https://krama.example.org", demo=True)


@pytest.mark.parametrize("text", ["", "{", "{}", "[]", "null", '{"id": "x"}'])
def test_a_damaged_home_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "home.json").write_text(text)
    with pytest.raises(BadHome, match=r"home\.json is damaged"):
        open_home(tmp_path)


def test_no_home_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(BadHome, match="krama init"):
        open_home(tmp_path)


def settings_of(home: Home, keys: Path, **environment: str) -> dict[str, object]:
    """What a process on this home is set to."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KRAMA", "DJANGO"))}
    kept |= {"KRAMA_HOME": str(home.folder), "KRAMA_KEYS": str(keys)} | environment
    done = subprocess.run(
        [sys.executable, "-c", SHOW], env=kept, capture_output=True, text=True, check=True, timeout=180
    )
    shown: dict[str, object] = json.loads(done.stdout)
    return shown


def test_https_makes_cookies_secure_and_names_one_host(tmp_path: Path, keys: Path) -> None:
    home = make_home(tmp_path / "home", demo=False, url="https://krama.example.org")
    shown = settings_of(home, keys)
    secure = [shown[name] for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE")]
    assert secure == [True, True, True]
    assert shown["ALLOWED_HOSTS"] == ["127.0.0.1", "[::1]", "krama.example.org", "localhost"]
    assert shown["CSRF_TRUSTED_ORIGINS"] == ["https://krama.example.org"]
    assert shown["DEBUG"] is False
    assert shown["key"] == home.key("settings").hex()


def test_a_demo_home_answers_to_loopback_names_only(tmp_path: Path, keys: Path) -> None:
    shown = settings_of(make_home(tmp_path / "home", demo=True), keys)
    assert shown["ALLOWED_HOSTS"] == ["127.0.0.1", "[::1]", "localhost"]
    assert (shown["CSRF_TRUSTED_ORIGINS"], shown["SESSION_COOKIE_SECURE"]) == ([], False)


def test_a_real_home_that_moved_follows_its_new_address(tmp_path: Path, keys: Path) -> None:
    home = make_home(tmp_path / "home", demo=False)
    shown = settings_of(home, keys, KRAMA_URL="https://cop.example.org")
    assert shown["CSRF_TRUSTED_ORIGINS"] == ["https://cop.example.org"]
    assert shown["SESSION_COOKIE_SECURE"] is True
