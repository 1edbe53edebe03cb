# SPDX-License-Identifier: Apache-2.0
"""A real mail server on this machine: aiosmtpd takes mails and lays them into a maildir, Dovecot shows them by IMAP."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from smtplib import SMTP
from typing import Any
from uuid import uuid4

from aiosmtpd.controller import Controller

from tests.hostile.house import answers
from tests.server.houses import free_port, wait_until

DOVECOT = shutil.which("dovecot") or next((one for one in ("/usr/sbin/dovecot",) if Path(one).exists()), "")
WHY_NOT = "" if DOVECOT and os.geteuid() == 0 else "needs root and Debian's dovecot-imapd"
OWNER, PASSWORD = "nobody", "not-a-secret"
CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = {ssl}
{certificate}
disable_plaintext_auth = no
mail_location = maildir:{folder}/mails
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={owner} gid=nogroup home={folder}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = {ssl}
  }}
}}
service anvil {{
  chroot =
}}
"""


@dataclass(frozen=True)
class MailServer:
    """`imap` and `smtp` are ports."""

    folder: Path
    imap: int
    imaps: int
    smtp: int

    @property
    def settings(self) -> dict[str, Any]:
        return {
            "KRAMA_MAIL_URL": f"imap://reports@127.0.0.1:{self.imap}/INBOX",
            "KRAMA_MAIL_PASSWORD_FILE": str(self.folder / "password"),
        }

    def send(self, raw: bytes) -> None:
        with SMTP("127.0.0.1", self.smtp, timeout=10) as client:
            client.sendmail("child@example.org", ["reports@firm.example"], raw)

    def waiting(self) -> int:
        """Mails in the mailbox, read or not."""
        return sum(1 for name in ("new", "cur") for _mail in (self.folder / "mails" / name).glob("*"))


@contextmanager
def mail_server(*, certificate: tuple[Path, Path] | None = None) -> Iterator[MailServer]:
    """Both servers, with an empty mailbox."""
    folder = Path(tempfile.mkdtemp(prefix="krama-mail-"))
    folder.chmod(0o755)
    for name in ("mails", "mails/new", "mails/cur", "mails/tmp", "run", "state"):
        (folder / name).mkdir()
        shutil.chown(folder / name, OWNER) if name.startswith("mails") else None
    (folder / "password").write_text(f"{PASSWORD}\n")
    server = MailServer(folder, free_port(), free_port() if certificate else 0, free_port())
    post = Controller(_Post(folder / "mails"), hostname="127.0.0.1", port=server.smtp, data_size_limit=80_000_000)
    post.start()
    process = _dovecot(server, certificate)
    try:
        yield server
    finally:
        post.stop()
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _dovecot(server: MailServer, certificate: tuple[Path, Path] | None) -> subprocess.Popen[bytes]:
    lines = f"ssl_cert = <{certificate[0]}\nssl_key = <{certificate[1]}" if certificate else ""
    text = CONFIGURATION.format(
        folder=server.folder,
        ssl="yes" if certificate else "no",
        certificate=lines,
        password=PASSWORD,
        owner=OWNER,
        imap=server.imap,
        imaps=server.imaps,
    )
    (server.folder / "dovecot.conf").write_text(text)
    process = subprocess.Popen([DOVECOT, "-F", "-c", str(server.folder / "dovecot.conf")])
    wait_until(lambda: answers(server.imap) or process.poll() is not None, "Dovecot answers", 20)
    assert process.poll() is None, (server.folder / "log").read_text()
    return process


class _Post:
    """Lays each mail down as a maildir wants it: whole in tmp, then renamed into new."""

    def __init__(self, mails: Path) -> None:
        self.mails = mails

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        name = f"{uuid4().hex}.here"
        path = self.mails / "tmp" / name
        path.write_bytes(b"Received: by " + uuid4().hex.encode() + b"\r\n" + envelope.content)
        path.chmod(0o666)
        path.rename(self.mails / "new" / name)
        return "250 OK"
