# SPDX-License-Identifier: Apache-2.0
"""The firm's papers: which there are, which version holds, who signed it, and how one is printed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django.db.models import QuerySet, Sum

from krama.errors import Conflict, NotFound
from krama.guidelines.packs import SectorPack, pack_of
from krama.guidelines.policy_papers import SIGNED, contact_texts, kinds_for, write_paper
from krama.guidelines.policy_texts import KINDS, PaperText, paper_text
from krama.paper import Document, Signatures, from_plain
from krama.server.accounts.models import Unit, User
from krama.server.assessments.models import FirmProfile, Paper, Signature
from krama.server.assessments.queries.catalogue import firm, profile_of
from krama.server.countries.queries import pack
from krama.server.web.wording import awaits_reader, corrected
from krama.text import Text

# What stands on each printed page, in the paper's language and not in the reader's.
DRAFT = Text("Draft {number}, not approved", "សេចក្តីព្រាងលេខ {number} មិនទាន់អនុម័ត")
HOLDS = Text(
    "Version {number}, approved {approved}, review by {review}",
    "កំណែលេខ {number} អនុម័តថ្ងៃ {approved} ពិនិត្យឡើងវិញត្រឹមថ្ងៃ {review}",
)
SIGN = Text("Name, unit, date, signature", "ឈ្មោះ ផ្នែក កាលបរិច្ឆេទ ហត្ថលេខា")


@dataclass(frozen=True)
class Shown:
    """One kind of paper with its versions, the newest first."""

    kind: str
    title: Text
    versions: tuple[Paper, ...]

    @property
    def newest(self) -> Paper | None:
        """The last one written."""
        return self.versions[0] if self.versions else None

    @property
    def current(self) -> Paper | None:
        """The one that holds: the last one approved."""
        return next((paper for paper in self.versions if paper.state == Paper.State.APPROVED), None)

    @property
    def is_signed(self) -> bool:
        """Whether the people of the units sign it."""
        return self.kind in SIGNED


@dataclass(frozen=True)
class Signed:
    """How many people of a unit signed a paper."""

    unit: Unit
    people: int

    @property
    def all(self) -> bool:
        """Whether everybody did."""
        return self.people >= self.unit.headcount


def papers() -> list[Shown]:
    """Every paper this firm can have; none before it has a profile."""
    row = firm()
    if row is None:
        return []
    rows = list(Paper.objects.order_by("-number").defer("body").select_related("written_by", "approved_by"))
    return [Shown(kind, title, _of(rows, kind)) for kind, title in corrected(kinds_for(_packs(row)))]


def paper_of(kind: str) -> Shown:
    """One kind of paper; `NotFound` when this firm has no such paper."""
    found = next((shown for shown in papers() if shown.kind == kind), None)
    if found is None:
        raise NotFound(f"There is no paper {kind!r} for this firm; choose one on the page of the policy.")
    return found


def current(kind: str) -> Paper | None:
    """The version of a paper that holds."""
    return versions(kind).filter(state=Paper.State.APPROVED).order_by("-number").first()


def versions(kind: str) -> QuerySet[Paper]:
    """What was written of a kind, which an address names: it may be a child's id, and databases log what they are
    asked, so it is compared here."""
    known = kind in set(Paper.objects.values_list("kind", flat=True).distinct())
    return Paper.objects.filter(kind=kind) if known else Paper.objects.none()


def signed(paper: Paper) -> list[Signed]:
    """How many signed a version, unit by unit."""
    sums = dict(Signature.objects.filter(paper=paper).values_list("unit").annotate(people=Sum("people")))
    return [Signed(unit, sums.get(unit.pk, 0)) for unit in Unit.objects.filter(is_active=True).order_by("name")]


def has_signed(paper: Paper, person: User) -> bool:
    """Whether this person signed this version."""
    return Signature.objects.filter(paper=paper, person=person).exists()


def written_now(kind: str, row: FirmProfile | None) -> dict[str, Document]:
    """The paper as today's profile, contacts and corrected Khmer would write it."""
    if row is None:
        raise Conflict("The firm has no profile yet; say first what your firm is.")
    name, packs = Text(row.firm_en, row.firm_km), _packs(row)
    general, reviewed = _general(kind), not awaits_review(kind, row)
    contacts = contact_texts(pack())
    return write_paper(kind, profile_of(row), name, contacts, packs, general=general, reviewed=reviewed)


def awaits_review(kind: str, row: FirmProfile | None) -> bool:
    """Whether a text that such a paper is written from waits for a native reader."""
    packs = _packs(row) if row else ()
    letter = next((found for pack in packs if (found := pack.letter(kind.removeprefix("letter.")))), None)
    if letter:
        return awaits_reader(letter)
    clauses = [clause for pack in packs for clause in pack.clauses if clause.into == kind]
    return awaits_reader(_general(kind), *clauses)


def printed(kind: str, number: int, language: str) -> Document:
    """One version ready to print: a draft says so on each page."""
    paper = versions(kind).filter(number=number).first()
    if paper is None or language not in paper.body:
        raise NotFound("There is no such version of this paper.")
    document = from_plain(paper.body[language])
    footer = DRAFT.in_(language).format(number=number)
    if paper.state == Paper.State.APPROVED:
        footer = HOLDS.in_(language).format(
            number=number, approved=_day(paper.approved_at and paper.approved_at.date()), review=_day(paper.review_on)
        )
    lines = (Signatures((SIGN.in_(language),)),) if kind in SIGNED else ()
    return replace(document, footer=footer, blocks=(*document.blocks, *lines))


def _packs(row: FirmProfile) -> tuple[SectorPack, ...]:
    return tuple(corrected(pack_of(sector)) for sector in row.sectors)


def _general(kind: str) -> PaperText | None:
    return corrected(paper_text(kind)) if kind in KINDS else None


def _of(rows: list[Paper], kind: str) -> tuple[Paper, ...]:
    return tuple(row for row in rows if row.kind == kind)


def _day(day: date | None) -> str:
    return day.isoformat() if day else "–"
