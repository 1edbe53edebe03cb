# SPDX-License-Identifier: Apache-2.0
"""An SMS talk, a call and a mail become reports, once each, also when everything comes three times, and under kill -9.

Against a real `krama serve`, a real IMAP and a real SMTP server.
"""

from __future__ import annotations

import http.client
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.policy import SMTP
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.contracts.people import key_of
from tests.hostile.house import answers, descendants, memory
from tests.server.houses import Command, House, demo_house, demo_pattern, serving, wait_until
from tests.server.intake.mailserver import WHY_NOT, MailServer, mail_server
from tests.server.intake.test_letter import mail

__all__ = ["demo_house", "demo_pattern"]
pytestmark = [pytest.mark.database, pytest.mark.every_postgres, pytest.mark.loopback]
needs_dovecot = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Gateway:
    """The operator's: sends what a phone sent, again and again until it is told that it arrived."""

    def __init__(self, house: House, port: int) -> None:
        self.port, self.key = port, key_of(house, "reports:gateway")[1]

    def ask(self, path: str, **said: str) -> tuple[int, str]:
        headers = FORM | {"Authorization": f"Bearer {self.key}", "Host": f"localhost:{self.port}"}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("POST", f"/api/v1/gateway/{path}", urlencode(said).encode(), headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def three_times(self, path: str, **said: str) -> str:
        """At the same moment; the one answer that all three got."""
        with ThreadPoolExecutor(3) as threads:
            told = list(threads.map(lambda _number: self.ask(path, **said), range(3)))
        assert {status for status, _text in told} == {200}, told
        assert len({text for _status, text in told}) == 1, told
        return told[0][1]

    def until_it_arrived(self, path: str, **said: str) -> None:
        for _attempt in range(200):
            with suppress(OSError, http.client.HTTPException):
                if self.ask(path, **said)[0] == 200:
                    return
            time.sleep(0.1)
        raise AssertionError("never arrived")


def reports(house: House, door: str = "") -> int:
    where = " WHERE door = %s" if door else ""
    return int(house.one(f"SELECT count(*) FROM intake_report{where}", *([door] if door else [])))


def parts(house: House, door: str) -> int:
    statement = "SELECT count(*) FROM intake_part p JOIN intake_report r ON r.id = p.report_id WHERE r.door = %s"
    return int(house.one(statement, door))


@pytest.fixture
def mails() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


def _more_or_ended(house: House, before: int, command: Command) -> bool:
    return reports(house, "mail") > before or command.process.poll() is not None


@needs_dovecot
def test_a_talk_a_call_and_a_mail_three_times_each_are_three_reports(demo_house: House, mails: MailServer) -> None:
    before = reports(demo_house)
    with serving(demo_house, KRAMA_MAIL_SECONDS="1", **mails.settings) as (_command, port):
        gateway = Gateway(demo_house, port)
        for number, text in enumerate(("ជួយខ្ញុំផង", "គេគំរាមខ្ញុំ", "2", "6")):
            last = gateway.three_times("sms", **{"from": "012345678", "text": text, "id": f"sms-{number}"})
        assert "សូមលុបសារទាំងនេះ។" in last
        for text in ("", "2", "2*3", "2*3*2", "2*3*2*3"):
            last = gateway.three_times("ussd", sessionId="call-1", phoneNumber="012345679", text=text)
        assert last.startswith("END")
        for _copy in range(3):
            mails.send(mail(attached=1).as_bytes())
        wait_until(lambda: mails.waiting() == 0 and reports(demo_house, "mail") > 0, "the mailbox is empty", 200)
        assert [reports(demo_house, door) for door in ("sms", "ussd", "mail")] == [1, 1, 1]
        assert [parts(demo_house, door) for door in ("sms", "ussd", "mail")] == [5, 2, 3]
        waiting = "SELECT count(*) FROM intake_report WHERE collected_at IS NULL"
        wait_until(lambda: demo_house.one(waiting) == 0, "all are in cases", 200)
        assert reports(demo_house) == before + 3


@needs_dovecot
@pytest.mark.every
def test_killed_between_the_report_and_the_mailbox_no_mail_is_lost_or_doubled(
    demo_house: House, mails: MailServer
) -> None:
    for number in range(12):
        mails.send(mail(subject=f"mail {number}", id=f"<{number}@example.org>").as_bytes())
    kills = 0
    while kills < 4:
        before = reports(demo_house, "mail")
        command = Command(demo_house, "intake", "mail", **mails.settings)
        wait_until(
            partial(_more_or_ended, demo_house, before, command),
            "a mail is stored",
            40,
        )
        if command.process.poll() is not None:
            break
        os.kill(command.process.pid, signal.SIGKILL)  # it stored one at this moment: its mail is mostly still there
        command.process.wait()
        kills += 1
        assert reports(demo_house, "mail") + mails.waiting() >= 12
    done = demo_house.krama("intake", "mail", **mails.settings)
    assert "became reports" in done.stdout
    assert (reports(demo_house, "mail"), mails.waiting()) == (12, 0)
    assert kills > 0


@needs_dovecot
def test_a_mail_goes_to_the_folder_for_what_is_done(demo_house: House, mails: MailServer) -> None:
    import imaplib

    client = imaplib.IMAP4("127.0.0.1", mails.imap)
    client.login("reports", "not-a-secret")
    client.create("Done")
    client.logout()
    mails.send(mail().as_bytes())
    demo_house.krama("intake", "mail", KRAMA_MAIL_DONE="Done", **mails.settings)
    assert mails.waiting() == 0
    assert sum(1 for _mail in (mails.folder / "mails" / ".Done").glob("[nc][eu][wr]/*")) == 1


@needs_dovecot
@pytest.mark.every
def test_a_huge_mail_is_fetched_in_part_and_taken(demo_house: House, mails: MailServer) -> None:
    made = mail()
    made.add_attachment(b"\x00" * 20_000_000, maintype="video", subtype="mp4", filename="x.mp4")
    mails.send(made.as_bytes(policy=SMTP))
    demo_house.krama("intake", "mail", **mails.settings)
    assert (reports(demo_house, "mail"), parts(demo_house, "mail"), mails.waiting()) == (1, 3, 0)


@needs_dovecot
@pytest.mark.every
def test_a_server_that_nobody_vouches_for_is_told_no_password(demo_house: House, tmp_path: Path) -> None:
    with mail_server(certificate=self_signed(tmp_path)) as server:
        server.send(mail().as_bytes())
        settings = server.settings | {"KRAMA_MAIL_URL": f"imaps://reports@127.0.0.1:{server.imaps}/INBOX"}
        done = demo_house.krama("intake", "mail", status=2, **settings)
        assert "SSLCertVerificationError" in done.stderr
        assert (server.waiting(), "Login" in (server.folder / "log").read_text()) == (1, False)
        # The same server, vouched for: the check above sees the certificate and nothing else.
        demo_house.krama("intake", "mail", SSL_CERT_FILE=str(tmp_path / "cert.pem"), **settings)
        assert (server.waiting(), reports(demo_house, "mail")) == (0, 1)


@pytest.mark.every
def test_a_mailbox_that_is_away_is_said_and_nothing_else_stops(demo_house: House) -> None:
    settings: dict[str, Any] = {"KRAMA_MAIL_URL": "imap://r@127.0.0.1:1/INBOX"}
    assert "ConnectionRefusedError" in demo_house.krama("intake", "mail", status=2, **settings).stderr
    with serving(demo_house, KRAMA_MAIL_SECONDS="1", **settings) as (_command, port):
        Gateway(demo_house, port).three_times("sms", **{"from": "1", "text": "help", "id": "1"})
        waiting = "SELECT count(*) FROM intake_report WHERE collected_at IS NULL"
        wait_until(lambda: demo_house.one(waiting) == 0, "the report is in a case", 20)


@pytest.mark.every
def test_killed_while_messages_come_every_one_that_arrived_is_there_once(demo_house: House) -> None:
    with serving(demo_house, "--no-worker") as (command, port):
        gateway = Gateway(demo_house, port)
        numbers = [f"01234{number:04}" for number in range(8)]

        def phone(number: str) -> None:
            for text in ("help", "he threatens me"):
                gateway.until_it_arrived("sms", **{"from": number, "text": text, "id": f"{number}-{text}"})

        with ThreadPoolExecutor(4) as threads:
            sent = [threads.submit(phone, number) for number in numbers]
            kills = threading.Thread(target=kill_the_web, args=(command, port, 2))
            kills.start()
            for one in sent:
                one.result()
            kills.join()
        assert (reports(demo_house, "sms"), parts(demo_house, "sms")) == (8, 16)


def kill_the_web(command: Command, port: int, times: int) -> None:
    """The process that answers, with no time to say goodbye; each time after it has answered again."""
    for _kill in range(times):
        wait_until(lambda: answers(port), "it answers again", 30)
        time.sleep(0.5)
        os.kill(max(descendants(command.process.pid), key=lambda pid: memory(pid, "VmRSS")), signal.SIGKILL)


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    import ipaddress

    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = (folder / "cert.pem", folder / "key.pem")
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))
    return paths
