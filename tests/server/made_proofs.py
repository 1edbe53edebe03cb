# SPDX-License-Identifier: Apache-2.0
"""How each live proof is made green, broken and mended by public means, on a real `krama serve`.

A firm's own system (keys, API, a receiver of webhooks), its people (pages, signed in), and commands. One thing alone is
done behind Krama's back, since its proof is about just that: an entry of the trail is altered.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from krama.countries import country
from krama.guidelines import shipped, workbook
from krama.server.assessments.queries.wording import COLUMNS, SHEET
from krama.testing import pictures
from krama.triage.load import SHIPPED
from tests.server.accounts import phones
from tests.server.callers import Machine, Person, Receiver
from tests.server.houses import Command, House, free_port, wait_until
from tests.server.tellers import tell

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
    "KRAMA_REPORT_SECONDS": str(SECONDS),
    "KRAMA_ANSWER_HOURS": f"{SECONDS / 3_600:.9f}",
    "KRAMA_STEP_PACE": "0.002",  # an hour is seven seconds
    "KRAMA_WAVES": f"reports=1,days=1,hours={SECONDS / 3_600:.9f}",
    "KRAMA_DOOR_TEST_DAYS": f"{2 * SECONDS / 86_400:.9f}",
    "KRAMA_LOOK_HOURS": f"{SECONDS / 3_600:.9f}",
    "KRAMA_DRILL_DAYS": f"{2 * SECONDS / 86_400:.9f}",
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

    def _serve(self, zone: str, **more: str) -> None:
        arguments = ("serve", "--no-worker", "--port", str(self.port))
        self.web = Command(self.house, *arguments, **(CLOCKS | more), KRAMA_TIME_ZONE=zone)
        self.web.wait_for("Open http", 90)

    def start_the_loop(self, zone: str = EAST) -> None:
        self.worker = Command(self.house, "worker", **CLOCKS, KRAMA_TIME_ZONE=zone)

    def stop_the_loop_as_days_go_by(self) -> None:
        """The worker is stopped; the web server is started anew where it is a day later; its page is heavy."""
        self.worker.end()
        self.web.end()
        self._serve(EAST, KRAMA_EXIT_URL="/time?" + "x" * 20_000)

    def start_anew(self) -> None:
        """Both, as they should be."""
        self.web.end()
        self._serve(EAST)
        self.start_the_loop()


class Firm:
    """The firm and what it does; every method is a public act, or a few."""

    def __init__(self, house: House, url: str, receiver: Receiver) -> None:
        self.house, self.url, self.receiver = house, url, receiver
        self.officer, self.lead, self.administrator = (
            Person(url, role) for role in ("officer", "lead", "administrator")
        )
        self.zone, self.older_wording = WEST, b""
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
        self.write_line("Day of birth")
        self.weigh_line("Day of birth")
        self.assess_impact()
        self.read_texts()
        self.name_counsellor()
        self.child = self.take_in(lambda: tell(self.url, "One"))
        self.answer(self.child)
        self.answer_wave()
        self.set_follow_up(self.child)
        self.keep_follow_up(self.child)
        self.say_peer(self.child)
        self.write_note(self.child)
        self.make_call_tree()
        self.renew()
        self.decide(self.find(0))
        self.confirm()

    def renew(self) -> None:
        """What does not hold long."""
        self.import_list()
        self.publish()
        self.review_staff()
        self.scan()
        self.test_door()
        self.hold_drill()

    def break_everything(self) -> None:
        """Each proof's own cause. What has a clock is then left alone: the list, the scans, the people's access."""
        self.officer.read(f"/cases/{self.find(2)}")  # and nobody decides, nor does its steps
        self.peer = self.find(1)
        self.decide(self.peer)  # and nobody carries it out
        self.say_peer(self.peer)  # only now, and nobody writes what is best for both
        self.ask_for_a_look(self.child)  # and nobody gives it
        self.load_rules(version=2, danger="low")  # a child in danger now would wait
        self.set_follow_up(self.child)  # and nobody looks
        self.set_list("Second", "active")  # and nobody publishes
        self.add_key("Does both", "scan", "cases:decide")
        self.add_unit("Another shop")  # nobody leads it, and nobody there signs
        self.say_profile("isp", "mno")  # and nobody shares out what comes with it
        self.correct_contact("cncc", verified_on="2026-01-05")  # that was too long ago
        self.name_counsellor("2025-01-05")  # nobody called since
        self.write_line("Last place", days=30)  # nobody asked whether it is needed, and no assessment covers it
        self.take_in(lambda: tell(self.url, "Two", topic="approach"))  # and nobody answers
        wait_until(lambda: bool(self._waiting_waves()), "the wave is raised", 60)  # and nobody answers that either
        self.put_back_older_wording()
        self.alter_the_trail()

    def leave_a_report_at_the_door(self) -> None:
        """When the loop stands still."""
        tell(self.url, "Three", code=False)

    def mend_everything(self) -> None:
        self.zone = EAST
        self.mend_the_trail()
        self.keep_follow_up(self.child)
        self.write_note(self.peer)  # the lead gives every look that is to come
        self.load_rules(version=3, danger="critical")
        self.set_list("Second", "paused")
        self.revoke_key("Does both")
        self.lead_unit("Another shop")
        self.sign_policy("Another shop")
        self.share_out()
        self.review_a_line()
        self.confirm_contacts("cncc")
        self.name_counsellor()
        self.review_line("Day of birth")
        self.weigh_line("Last place")
        self.assess_impact()
        self.read_texts()
        wait_until(lambda: len(self._open_cases("report")) == 2, "the report at the door is taken in", 60)
        for ref in self._open_cases("report"):
            self.answer(ref)
        self.answer_wave()
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
        facts["category"] = "child-abuse-material"
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
        had = len(self.receiver.orders)
        wait_until(lambda: bool(self._open_cases() - before), "the case is opened", 30)
        wait_until(lambda: len(self.receiver.orders) > had, "the app is asked to confirm that it is withheld", 30)
        self.scanner.ask(f"/measures/{self.receiver.orders.pop()}/confirmation", {"state": "done"})
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

    def _open_cases(self, source: str = "") -> set[str]:
        """All of them: a key sees no case of a report."""
        rows = self.house.sql("SELECT ref, source FROM cases_case WHERE state = 'open'")
        return {ref for ref, whence in rows if source in whence}

    # Reports

    def take_in(self, told: Callable[[], object]) -> str:
        """Somebody tells; the case that it becomes."""
        before = self._open_cases()
        told()
        wait_until(lambda: bool(self._open_cases() - before), "the report is taken in", 60)
        return (self._open_cases() - before).pop()

    def test_door(self) -> None:
        """The officer sends a test, and opens what comes."""
        ref = self.take_in(lambda: self.officer.send("/door/send"))
        self.open_told(ref)
        self.dismiss(ref)

    def open_told(self, ref: str) -> str:
        face = re.findall(r'name="pseudonym" value="([^"]+)"', self.officer.read(f"/cases/{ref}"))[-1]
        return self.officer.send(f"/cases/{ref}/open", pseudonym=face, purpose="help")

    def answer(self, ref: str) -> None:
        page = self.open_told(ref)
        at = re.findall(rf"/cases/{ref}/reports/[0-9a-f-]+/answer", page)[0]
        for step in re.findall(rf'action="(/cases/{ref}/playbooks/[0-9a-f-]+/mark)"', page)[:1]:
            self.officer.send(step, step="danger", done="yes")
        self.officer.send(at, text="Thank you for telling us.", state="acting")
        self.dismiss(ref)

    def answer_wave(self) -> None:
        """Somebody drops its warning, once it is raised."""
        wait_until(lambda: bool(self._waiting_waves()), "the wave is raised", 60)
        for at in self._waiting_waves():
            self.officer.fill(at, f"{at}/answer", act="drop", reason="One class, and its teacher knows.")

    def _waiting_waves(self) -> list[str]:
        return re.findall(r'href="(/waves/[0-9a-f-]{36})"', self.officer.read("/today"))

    def dismiss(self, ref: str) -> None:
        """By the page: a key sees no case of a report."""
        items = re.findall(r'name="items" value="([^"]+)"', self.officer.read(f"/cases/{ref}"))
        self.officer.send(f"/cases/{ref}/decision", outcome="dismiss", reason="Answered.", items=items)

    # How children are helped

    def set_follow_up(self, ref: str) -> None:
        day = datetime.now(ZoneInfo(self.zone)).date()
        self.officer.send(f"/cases/{ref}/support/follow-up", on=day, words="Ask how they are.")

    def keep_follow_up(self, ref: str) -> None:
        found = re.findall(r'name="follow_up" value="([^"]+)"', self.officer.read(f"/cases/{ref}/support"))[0]
        self.officer.send(f"/cases/{ref}/support/followed-up", follow_up=found, words="Better.")

    def say_peer(self, ref: str) -> None:
        self.officer.send(f"/cases/{ref}/people/peer", said="yes", words="They are of one class.")

    def write_note(self, ref: str) -> None:
        """The officer writes it, the lead agrees."""
        words = "Both stay at school; talking helps them more."
        self.officer.send(f"/cases/{ref}/people/note", words=words, answer="cannot-ask")
        for at in re.findall(r'action="(/looks/[0-9a-f-]{36})"', self.lead.read("/looks")):
            self.lead.send(at, agreed="yes")

    def ask_for_a_look(self, ref: str) -> None:
        """That the other person is no child holds only when a second person agrees."""
        self.officer.send(f"/cases/{ref}/people/peer", said="no", words="They are grown up, the school says.")

    # How urgent a case is

    def load_rules(self, *, version: int, danger: str) -> None:
        """The shipped rules, but for this."""
        before = "when: {immediacy: [now]}\n    priority: critical"
        text = SHIPPED.read_text("utf-8").replace("version: 1", f"version: {version}", 1)
        assert before in text
        self.officer.send("/rules/load", text=text.replace(before, before.replace("critical", danger)))

    # Who is woken

    def make_call_tree(self) -> None:
        """One step, and in it the lead, called by the firm's own on-call system."""
        page = self.lead.send("/callout/steps", minutes=5)
        at = re.findall(r"/callout/steps/[0-9a-f-]{36}/ways", page)[0]
        lead = self.staff()["Dara"].removeprefix("/staff/")
        page = self.lead.send(at, person=lead, channel="webhook", address=self.receiver.url, language="en")
        self.receiver.call_secret = re.findall(r"whsec_[A-Za-z0-9+/=]+", page)[0]

    def hold_drill(self) -> None:
        """The officer starts one; whoever is called says by the link that they are there, without signing in."""
        had = len(self.receiver.links)
        self.officer.send("/callout/drill")
        wait_until(lambda: len(self.receiver.links) > had, "the drill reaches somebody", 30)
        Person(self.url).send(urlsplit(self.receiver.links[-1]).path)  # a demo’s worker does not know the port

    # What children read

    def read_texts(self) -> None:
        """A native reader returns the workbook with their name in each row; a copy from before the last is kept."""
        book = self.house.folder / "khmer.xlsx"
        self.house.krama("wording", "export", str(book))
        rows = [row for row in workbook.read(book.read_bytes(), SHEET, COLUMNS) if row.values["source"] == "learning"]
        for some in (rows[:-1], rows):
            cells = tuple(
                tuple((dict(row.values) | {"reviewer": "Sok"}).get(one.key, "") for one in COLUMNS) for row in some
            )
            book.write_bytes(workbook.write([workbook.Sheet(SHEET, COLUMNS, cells)]))
            self.house.krama("wording", "import", str(book))
            if some is not rows and not self.older_wording:
                self.older_wording = self._wording().read_bytes()

    def put_back_older_wording(self) -> None:
        self._wording().write_bytes(self.older_wording)

    def _wording(self) -> Path:
        return self.house.folder / "home" / "wording" / "corrections.json"

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

    # The register of data on children

    def write_line(self, name: str, days: int = 0) -> None:
        """What is held, to be looked at again after so many days."""
        day = datetime.now(ZoneInfo(self.zone)).date() + timedelta(days=days)
        said: dict[str, Any] = {
            "name": name,
            "categories": ["birth"],
            "system": "accounts-db",
            "purpose": "To know who is a child",
        }
        units = re.findall(r'name="seen_by" value="([0-9a-f-]{36})"', self.officer.read("/confidential/register/add"))
        self.officer.fill("/confidential/register/add", **said, unit=units[0], seen_by=units[:1], review_on=day)

    def weigh_line(self, name: str) -> None:
        answers = dict.fromkeys(("needed", "coarser", "shorter", "on_device"), "yes")
        at = self._line(name)
        self.officer.fill(at, f"{at}/weigh", **answers, decision="reduce", words="The year is enough.")

    def review_line(self, name: str) -> None:
        at = self._line(name)
        self.officer.fill(at, f"{at}/review")

    def assess_impact(self) -> None:
        """The officer writes it, the lead approves it."""
        page = self.officer.send("/confidential/impact/write", conclusion="Small, and watched.")
        number = re.findall(r"Impact assessment (\d+)", page)[0]
        self.lead.send(f"/confidential/impact/{number}/approve")

    def _line(self, name: str) -> str:
        page = self.officer.read("/confidential/register")
        return str(re.findall(rf'href="(/confidential/register/[0-9a-f-]{{36}})"[^>]*>{name}<', page)[0])

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

    # Those who review

    def name_counsellor(self, called_on: str = "") -> None:
        """Named by the administrator, who called the number on that day: today, if none is said."""
        day = called_on or datetime.now(ZoneInfo(self.zone)).date().isoformat()
        self.administrator.fill("/care", counsellor="Somebody outside", contact="000", verified_on=day)

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
        secret = phones.SECRET.findall(maly.read(phones.PHONE))[0]  # whoever may open identities sets one up first
        phones.wait_for_a_whole_step()
        maly.send(phones.PHONE, code=phones.code(secret))
        return maly
