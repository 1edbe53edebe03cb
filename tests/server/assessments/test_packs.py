# SPDX-License-Identifier: Apache-2.0
"""The proof pack of one year: it verifies offline, names no person, and its hashes stand in the trail."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from krama.errors import Conflict, NotFound
from krama.guidelines import shipped
from krama.guidelines.manifest import MANIFEST, zipped
from krama.guidelines.unpacking import unpack
from krama.guidelines.verify import LIMITS, verify_pack
from krama.server.accounts.units import add_unit
from krama.server.assessments.actions.packs import Pack, make
from krama.server.assessments.actions.papers import approve, hash_of, sign, write
from krama.server.assessments.actions.profile import save_profile
from krama.server.assessments.models import Edition, FirmProfile, GivenProof, ProofChange, ProofDay, ProofState
from krama.server.assessments.queries.packs import edition_to_pack, packs
from krama.server.trail.models import Entry
from tests.server import builders

pytestmark = pytest.mark.django_db
WORDS: dict[str, Any] = {
    "sectors": ["isp"],
    "features": ["network-filtering"],
    "users": ["children"],
    "size": "small",
    "languages": ["km"],
}


def edition(officer: Any, number: int = 1, state: str = "approved") -> Edition:
    """A submitted assessment with one answer, as it is kept."""
    profile = FirmProfile.objects.get()
    unit = {"id": "1", "name": "Care", "kind": "customer-care"}
    nothing: dict[str, Any] = {
        "level": None,
        "words": "",
        "set_aside": False,
        "why_aside": "",
        "unit": unit,
        "proofs": [],
    }
    lines = [{"id": line.id, "pillar": line.pillar, "text": vars(line.text), **nothing} for line in shipped().lines[:6]]
    lines[0] |= {"level": 3, "words": "យើងធ្វើរៀងរាល់ខែ។\nWe do it each month."}
    lines[1] |= {"set_aside": True, "why_aside": "No shop of our own."}
    body = {"format": 1, "catalogue": {"id": "krama", "version": 1}, "lines": lines}
    return Edition.objects.create(
        number=number,
        name=f"Year {number}",
        state=state,
        body=body,
        sha256=hash_of(body),
        profile=profile,
        catalogue_id=shipped().id,
        catalogue_version=shipped().version,
        country_id="kh",
        country_version=1,
        submitted_at=timezone.now(),
        submitted_by=officer,
    )


@pytest.fixture
def officer() -> Any:
    officer = builders.person("officer", name="Bopha Secret", username="bopha.secret")
    save_profile(officer, firm_en="Demo Co", firm_km="ក្រុមហ៊ុនសាកល្បង", **WORDS)
    return officer


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def a_year(officer: Any) -> Edition:
    """What a firm has after a year: a paper that holds and is signed, proofs that were green and red, an edition."""
    officer.unit = add_unit(officer, name="Care", kind="customer-care", headcount=2)
    officer.save()
    write(officer, kind="policy")
    approve(builders.person("lead"), kind="policy", number=1)
    sign(officer, kind="policy", number=1)
    now = timezone.now()
    ProofState.objects.create(proof_id="live.jobs-run", state="pass", since=now, checked_at=now)
    ProofChange.objects.create(proof_id="live.jobs-run", at=now - timedelta(days=200), state="fail")
    ProofChange.objects.create(proof_id="live.jobs-run", at=now - timedelta(days=400), state="pass")
    days = [timezone.localdate(now) - timedelta(days=back) for back in range(90)]
    ProofDay.objects.bulk_create(
        ProofDay(proof_id="live.jobs-run", day=day, passed=9, failed=int(day == days[4])) for day in days
    )
    GivenProof.objects.create(
        line_id="a1.responsible-person",
        proof_id="x",
        kind="file",
        title="Letter of appointment",
        sha256="ab" * 32,
        place="Safe 2",
        given_at=now,
        given_by=officer,
    )
    return edition(officer)


def test_the_pack_of_one_year_verifies_offline_and_fails_by_name_when_one_byte_changes(
    officer: Any, tmp_path: Any
) -> None:
    kept = a_year(officer)
    pack = make(officer, number=1)
    (tmp_path / pack.name).write_bytes(pack.made.content)
    found = verify_pack(pack.made.content, manifest_sha256=pack.made.manifest_sha256)
    assert (found.ok, found.as_packed, found.facts["number"]) == (True, True, 1)
    files = unpack(pack.made.content, LIMITS)
    assert set(files) == {
        *("README.txt", "SHA256SUMS", "manifest.json", "proof-pack.en.pdf", "proof-pack.km.pdf"),
        *("assessment.json", "edition.json", "given-proofs.json", "lines.json", "live-proofs.json"),
        *("papers.json", "papers/policy-1.json", "trail.json"),
    }
    for name, content in files.items():
        place = len(content) // 2
        changed = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
        assert [fault.name for fault in verify_pack(zipped({**files, name: changed})).faults] == [name]
    _says_what_is_there(files, kept)
    _names_nobody(pack, files)


def _says_what_is_there(files: dict[str, bytes], kept: Edition) -> None:
    assert hashlib.sha256(files["edition.json"]).hexdigest() == kept.sha256
    (paper,) = json.loads(files["papers.json"])
    assert paper["sha256"] == hashlib.sha256(files["papers/policy-1.json"]).hexdigest()
    assert paper["signed"] == [{"unit": "Care", "people": 1, "headcount": 2}]
    live = {proof["id"]: proof for proof in json.loads(files["live-proofs.json"])}["live.jobs-run"]
    assert (len(live["days"]), len(live["changes"]), live["days"][-5]["state"]) == (90, 1, "fail")
    trail = json.loads(files["trail.json"])
    assert len(trail["head"]["root"]) == 64
    written = trail["entries"][0]
    assert hashlib.sha256(b"\x00" + written["hashed"].encode()).hexdigest() == written["leaf_hash"]
    (given,) = json.loads(files["given-proofs.json"])
    assert (given["sha256"], given["place"], given["given_by"]["role"]) == ("ab" * 32, "Safe 2", "officer")


def _names_nobody(pack: Pack, files: dict[str, bytes]) -> None:
    told = b"".join(content for name, content in files.items() if not name.endswith(".pdf"))
    assert b"Bopha" not in told
    assert b"bopha" not in told
    entry = Entry.objects.get(event="pack:made")
    hashes = hashlib.sha256(files[MANIFEST]).hexdigest(), hashlib.sha256(files["SHA256SUMS"]).hexdigest()
    assert (entry.details["manifest_sha256"], entry.details["sums_sha256"]) == hashes
    assert packs()[0].manifest_sha256 == pack.made.manifest_sha256


def test_which_edition_is_packed(officer: Any) -> None:
    with pytest.raises(Conflict, match="No assessment"):
        edition_to_pack(None)
    edition(officer, 1)
    edition(officer, 2, "submitted")
    edition(officer, 3, "returned")
    assert edition_to_pack(None).number == 1
    assert edition_to_pack(2).number == 2
    with pytest.raises(NotFound):
        edition_to_pack(9)


def test_the_page_makes_a_pack_and_shows_its_hashes(officer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("krama.server.assessments.actions.packs.to_pdf", lambda document: document.title.encode())
    client = signed_in(officer)
    assert "There is none yet" in client.get(reverse("assessments:packs")).content.decode()
    assert client.post(reverse("assessments:pack_make")).status_code == 409
    edition(officer)
    made = client.post(reverse("assessments:pack_make"), {"edition": "1"})
    assert made["Content-Type"] == "application/zip"
    found = verify_pack(made.content)
    assert found.ok
    assert found.manifest_sha256 in client.get(reverse("assessments:packs")).content.decode()
    assert client.post(reverse("assessments:pack_make"), {"edition": "7"}).status_code == 422


def test_who_only_answers_sees_the_packs_and_makes_none(officer: Any) -> None:
    edition(officer)
    client = signed_in(builders.person("reviewer"))
    assert (
        "main"
        not in client.get(reverse("assessments:packs")).content.decode().partition('id="made"')[0].rpartition("<h1>")[2]
    )
    assert client.post(reverse("assessments:pack_make")).status_code == 403
