# SPDX-License-Identifier: Apache-2.0
"""How each live proof is made green, broken and mended by public means, on a real `krama serve`.

A firm's own system (keys, API, a receiver of webhooks), its people (pages, signed in), and commands. One thing alone is
done behind Krama's back, since its proof is about just that: an entry of the trail is altered.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from krama.countries import country
from krama.guidelines import shipped
from krama.testing import pictures
from tests.server.callers import Machine, Person, Receiver
from tests.server.houses import Command, House, free_port, wait_until

SECONDS = 10  # how long a list, a scan and a look at somebody's access hold
# Between these two zones lie 26 hours: whoever moves from one to the other is at least a day later.
WEST, EAST = "Etc/GMT+12", "Etc/GMT-14"
CLOCKS = {
    "KRAMA_PROOF_SECONDS": "0.5",
    "KRAMA_LOOP_SECONDS": "7",
    "KRAMA_LIST_DAYS": f"{SECONDS / 86_400:.9f}",
    "KRAMA_SCAN_HOURS": f"{SECONDS / 3_600:.9f}",
    "KRAMA_STAFF_REVIEW_DAYS": f"{SECONDS / 86_400:.9f}",
    "KRAMA_CLOCKS": "high=0.001",
    "KRAMA_MEASURE_MINUTES": "0.06",
}
LIST = "Hotline"
LINE = next(line.id for line in shipped().lines if line.standing == "verified")  # it applies to every firm
SIGNALS = tuple(hashlib.sha256(f"signal {number}".encode()).hexdigest() for number in range(4))


def proofs(machine: Machine) -> dict[str, Any]:
    """What the API says of each proof now."""
    return {proof["id"]: proof for proof in machine.ask("/proofs")["proofs"]}


class Installation:
    """`krama serve` and `krama worker` beside it, with clocks that run in seconds."""

    def __init__(self, house: House) -> None:
        self.house, self.port = house, free_port()
        self.url = f"http://localhost:{self.port}"

    def __enter__(self) -> Installation:
        self._serve(WEST)
        self.start_the_loop(WEST)
        return self

    def __exit__(self, *_exc: object) -> None:
        self.worker.end()
        self.web.end()

    def _serve(self, zone: str) -> None:
        arguments = ("serve", "--no-worker", "--port", str(self.port))
        self.web = Command(self.house, *arguments, **CLOCKS, KRAMA_TIME_ZONE=zone)
        self.web.wait_for("Open http")

    def start_the_loop(self, zone: str = EAST) -> None:
        self.worker = Command(self.house, "worker", **CLOCKS, KRAMA_TIME_ZONE=zone)

    def stop_the_loop_as_days_go_by(self) -> None:
        """The worker is stopped; the web server is started anew where it is a day later."""
        self.worker.end()
        self.web.end()
        self._serve(EAST)


class Firm:
    """The firm and what it does; every method is a public act, or a few."""

    def __init__(self, house: House, url: str, receiver: Receiver) -> None:
        self.house, self.url, self.receiver = house, url, receiver
        self.officer, self.lead, self.administrator = (
            Person(url, role) for role in ("officer", "lead", "administrator")
        )
        self.zone = WEST
        receiver.secret = house.krama("webhooks", "add", receiver.url, "--name", "Our app").stdout.strip()
        self.second = self._second_administrator()
        self.scanner = Machine(url, self.add_key("Our app", "scan", "measures:confirm"))
        self.console = Machine(url, self.add_key("Our console", "cases:read", "cases:decide"))
        self.monitor = Machine(url, self.add_key("Our monitor", "proofs:read"))

    def make_green(self) -> None:
        """Everything happens once, as it should; the demo's firm has units with heads, and some answers, already."""
        self.set_list("Demo landscapes", "paused")
        self.say_profile("isp")
        self.share_out()
        self.review_a_line()
        self.confirm_contacts(*(contact.id for contact in country().contacts if contact.reachable))
        self.approve_policy()
        self.sign_policy()
        self.renew()
        self.decide(self.find(0))
        self.confirm()

    def renew(self) -> None:
        """What does not hold long."""
        self.import_list()
        self.publish()
        self.review_staff()
        self.scan()

    def break_everything(self) -> None:
        """Each proof's own cause. What has a clock is then left alone: the list, the scans, the people's access."""
        self.decide(self.find(1))  # and nobody carries it out
        self.find(2)  # and nobody decides
        self.set_list("Second", "active")  # and nobody publishes
        self.add_key("Does both", "scan", "cases:decide")
        self.add_unit("Another shop")  # nobody leads it, and nobody there signs
        self.say_profile("isp", "mno")  # and nobody shares out what comes with it
        self.correct_contact("cncc", verified_on="2026-01-05")  # that was too long ago
        self.alter_the_trail()

    def mend_everything(self) -> None:
        self.zone = EAST
        self.mend_the_trail()
        self.set_list("Second", "paused")
        self.revoke_key("Does both")
        self.lead_unit("Another shop")
        self.sign_policy("Another shop")
        self.share_out()
        self.review_a_line()
        self.confirm_contacts("cncc")
        for ref in self._open_cases():
            self.decide(ref)
        self.confirm()
        self.renew()

    # The trail, behind Krama's back

    def alter_the_trail(self) -> None:
        self.subject = self.house.one("SELECT subject_id FROM trail_entry WHERE position = 3")
        self.house.sql("UPDATE trail_entry SET subject_id = %s WHERE position = 3", "somebody else")

    def mend_the_trail(self) -> None:
        self.house.sql("UPDATE trail_entry SET subject_id = %s WHERE position = 3", self.subject)

    # Lists and scans

    def import_list(self) -> None:
        file = self.house.folder / "hotline.csv"
        file.write_text("signal_type,value\n" + "".join(f"sha256,{value}\n" for value in SIGNALS))
        facts = ("--owner", "A hotline", "--basis", "Agreement of 3 May")
        self.house.krama("lists", "import", str(file), "--list", LIST, *facts)

    def publish(self) -> None:
        self.officer.send("/lists/publish")

    def set_list(self, name: str, state: str) -> None:
        """Add it, or correct its facts."""
        page = self.officer.read("/lists")
        at = {found: at for at, found in re.findall(r'href="(/lists/[0-9a-f-]{36})"[^>]*>([^<]+)<', page)}.get(name)
        facts = {"name": name, "owner": "A hotline", "legal_basis": "Agreement", "action": "block", "radius": 31}
        self.officer.send(f"{at}/change" if at else "/lists/add", **facts, state=state)

    def scan(self) -> None:
        """A harmless picture is uploaded."""
        assert self.scanner.upload(pictures.jpeg(pictures.landscape(77, size=(128, 96))))["verdict"] == "allow"

    # Cases and measures

    def find(self, number: int) -> str:
        """Something listed is scanned; the case that it opens."""
        before = self._open_cases()
        hashes = [{"type": "sha256", "value": SIGNALS[number]}]
        said = self.scanner.ask("/scan", {"hashes": hashes, "context": {"content_id": f"post-{number}"}})
        assert said["verdict"] == "block", said
        wait_until(lambda: bool(self._open_cases() - before), "the case is opened", 30)
        return (self._open_cases() - before).pop()

    def decide(self, ref: str) -> None:
        """A person decided; the order that follows reaches the firm's system."""
        items = [item["id"] for item in self.console.ask(f"/cases/{ref}")["items"]]
        said = {"outcome": "confirm", "layer": "law", "reason": "Seen.", "items": items, "decided_by": "Sokha"}
        had = len(self.receiver.orders)
        self.console.ask(f"/cases/{ref}/decision", said)
        wait_until(lambda: len(self.receiver.orders) > had, "the order arrives", 30)

    def confirm(self) -> None:
        """Every order was carried out."""
        while self.receiver.orders:
            self.scanner.ask(f"/measures/{self.receiver.orders.pop()}/confirmation", {"state": "done"})

    def _open_cases(self) -> set[str]:
        return {case["ref"] for case in self.console.ask("/cases")["cases"]}

    # Papers, units and answers

    def say_profile(self, *sectors: str) -> None:
        given = {"sector": sectors, "user": ("children", "adults"), "size": "small", "language": "km"}
        self.officer.send("/guidelines/profile", **given, firm_en="A firm")

    def approve_policy(self) -> None:
        """The officer writes it, the lead approves it."""
        self.officer.send("/guidelines/policy/policy/write")
        self.lead.send("/guidelines/policy/policy/approve", number=1)

    def sign_policy(self, unit: str = "") -> None:
        """Somebody of the unit, or of each, signed on paper."""
        page = self.officer.read("/guidelines/policy/policy")
        for pk, name in re.findall(r'<option value="([0-9a-f-]{36})">([^<]+)<', page):
            if unit in name:
                self.officer.send("/guidelines/policy/policy/sign", unit=pk, people=1, place="Folder 1")

    def add_unit(self, name: str) -> None:
        self.officer.fill("/guidelines/units/add", name=name, kind="shops")

    def lead_unit(self, name: str) -> None:
        page = self.officer.read("/guidelines/units")
        at = re.findall(rf'href="(/guidelines/units/[0-9a-f-]{{36}})"[^>]*>{name}<', page)[0]
        people = {who: found.removeprefix("/staff/") for who, found in self.staff().items()}
        self.officer.fill(f"{at}/change", head=people["Dara"], deputy=people["Bopha"])

    def share_out(self) -> None:
        self.officer.send("/guidelines/units/share-out")

    def review_a_line(self) -> None:
        """Somebody looks at it again today."""
        at = f"/guidelines/lines/{LINE}"
        self.officer.fill(at, f"{at}/hand", review_on=datetime.now(ZoneInfo(self.zone)).date())

    # The country

    def confirm_contacts(self, *contacts: str) -> None:
        """The lead called them."""
        for contact in contacts:
            self.lead.send(f"/country/contacts/{contact}/confirm")
        self._accept()

    def correct_contact(self, contact: str, **fields: str) -> None:
        at = f"/country/contacts/{contact}"
        self.lead.fill(at, f"{at}/propose", why="It was then.", **fields)
        self._accept()

    def _accept(self) -> None:
        """A second person accepts what waits."""
        for at in dict.fromkeys(re.findall(r"/country/changes/[0-9a-f-]{36}/accept", self.officer.read("/country"))):
            self.officer.send(at)

    # People and keys

    def add_key(self, name: str, *scopes: str) -> str:
        """As an administrator adds one: its secret stands on the page this once."""
        page = self.administrator.send("/keys/add", name=name, scopes=scopes)
        return str(re.findall(r"krama_[0-9a-f]{8}_[\w-]+", page)[0])

    def revoke_key(self, name: str) -> None:
        page = self.administrator.read("/keys")
        row = next(row for row in page.split("<tr")[1:] if f">{name}<" in row)
        self.administrator.send(re.findall(r"/keys/[0-9a-f-]{36}/revoke", row)[0])

    def review_staff(self) -> None:
        """Each by another: the two administrators look at one another."""
        for name, at in self.staff().items():
            (self.second if name == "Rith" else self.administrator).send(f"{at}/review")

    def staff(self) -> dict[str, str]:
        """Each person's page by their name."""
        page = self.administrator.read("/staff")
        return {name: at for at, name in re.findall(r'href="(/staff/[0-9a-f-]{36})"[^>]*>([^<]+)<', page)}

    def _second_administrator(self) -> Person:
        page = self.administrator.send("/staff/add", name="Maly", username="maly", role="administrator")
        password = re.findall(r'class="secret"[^>]*>([^<]+)<', page)[0]
        maly = Person(self.url)
        maly.send("/accounts/login", login="maly", password=password)
        return maly
