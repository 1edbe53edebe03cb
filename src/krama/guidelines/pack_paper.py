# SPDX-License-Identifier: Apache-2.0
"""The printed paper of a proof pack, made from the pack's own data and nothing else; its first page says the hash."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from krama.guidelines.scoring import MET
from krama.paper import Block, Document, Heading, Items, Note, Paragraph, Table
from krama.text import Text

Plain = Mapping[str, Any]
NAMES = {"en": "proof-pack.en.pdf", "km": "proof-pack.km.pdf"}
SAID = {
    "title": Text("Proof pack", "កញ្ចប់ភស្តុតាង"),
    "hash": Text("Hash of the manifest (sha256sum manifest.json):", "លេខសម្គាល់នៃបញ្ជីឯកសារ៖"),
    "check": Text(
        "Whoever holds this pack can make this hash again and compare it with this page and with the firm’s trail. "
        "README.txt says how.",
        "អ្នកណាកាន់កញ្ចប់នេះ អាចគណនាលេខសម្គាល់នេះឡើងវិញ ហើយប្រៀបធៀបជាមួយទំព័រនេះ និងកំណត់ហេតុរបស់ក្រុមហ៊ុន។ របៀបធ្វើមានក្នុងឯកសារណែនាំ។",
    ),
    "edition": Text("Assessment", "ការវាយតម្លៃ"),
    "state": Text("State", "ស្ថានភាព"),
    "submitted": Text("Submitted", "បានបញ្ជូន"),
    "decided": Text("Decided", "បានសម្រេច"),
    "catalogue": Text("Catalogue, version", "បញ្ជីតម្រូវការ កំណែ"),
    "country": Text("Country, version", "ប្រទេស កំណែ"),
    "made": Text("Pack made", "បានវេចខ្ចប់"),
    "trail": Text("Trail: entries, root", "កំណត់ហេតុ៖ ចំនួនធាតុ ឫស"),
    "none": Text("none yet", "មិនទាន់មាន"),
    "pillars": Text("Where the firm stands", "ក្រុមហ៊ុនឈរនៅត្រង់ណា"),
    "pillar": Text("Pillar", "សសរស្តម្ភ"),
    "met": Text("Met", "សម្រេចបាន"),
    "answered": Text("Answered", "ឆ្លើយហើយ"),
    "applies": Text("Applies", "ត្រូវអនុវត្ត"),
    "aside": Text("Set aside", "ទុកមួយឡែក"),
    "unanswered": Text("Not answered.", "មិនទាន់បានឆ្លើយ។"),
    "why_aside": Text("Set aside:", "ទុកមួយឡែក៖"),
    "unit": Text("Unit:", "អង្គភាព៖"),
    "withdrawn": Text("withdrawn", "បានដកវិញ"),
    "lines": Text("Line by line", "ម្តងមួយបន្ទាត់"),
    "papers": Text("Policy papers that hold", "ឯកសារគោលការណ៍ដែលមានសុពលភាព"),
    "paper": Text("Paper, version", "ឯកសារ កំណែ"),
    "approved": Text("Approved", "បានអនុម័ត"),
    "review": Text("Review by", "ពិនិត្យឡើងវិញត្រឹម"),
    "signed": Text("Signed", "បានចុះហត្ថលេខា"),
    "given": Text("Proofs that people gave", "ភស្តុតាងដែលគេបានផ្តល់"),
    "what": Text("What", "អ្វី"),
    "where": Text("Where it lies", "កន្លែងទុក"),
    "live": Text("Live proofs, as the running system showed them", "ភស្តុតាងផ្ទាល់ ដូចប្រព័ន្ធបានបង្ហាញ"),
    "since": Text("Since", "តាំងពី"),
    "days": Text("Days green, red, unknown (of 90)", "ថ្ងៃបៃតង ក្រហម មិនដឹង (ក្នុង ៩០ ថ្ងៃ)"),
    "nothing": Text("Nothing was recorded.", "មិនមានអ្វីបានកត់ត្រាទេ។"),
    "footer": Text(
        "Assessment {number} · catalogue version {version} · {day}", "ការវាយតម្លៃលេខ {number} · បញ្ជីកំណែ {version} · {day}"
    ),
    "unread": Text(
        "No native speaker has read this Khmer yet.", "អត្ថបទខ្មែរនេះមិនទាន់មានអ្នកនិយាយភាសាខ្មែរពីកំណើតពិនិត្យនៅឡើយទេ។"
    ),
}
STATES = {
    "submitted": Text("waits for approval", "រង់ចាំការអនុម័ត"),
    "approved": Text("approved", "បានអនុម័ត"),
    "returned": Text("sent back", "បានបញ្ជូនត្រឡប់"),
    "pass": Text("green", "បៃតង"),
    "fail": Text("red", "ក្រហម"),
    "unknown": Text("not known yet", "មិនទាន់ដឹង"),
}


def pack_paper(data: Mapping[str, Any], language: str, manifest_sha256: str) -> Document:
    """The paper in one language over the pack's data, each by its file's name without its ending."""
    about = data["assessment"]
    day = about["made_at"][:10]
    return Document(
        title=_s("title", language),
        subtitle=about["firm"][language],
        language=language,
        blocks=(
            *_first_page(data, language, manifest_sha256),
            *_pillars(data, language),
            *_papers(data["papers"], language),
            *_live(data["live-proofs"], language),
            *_given(data["given-proofs"], language),
            *_lines(data, language),
        ),
        footer=_s("footer", language).format(number=about["number"], version=about["catalogue"]["version"], day=day),
    )


def _first_page(data: Plain, language: str, manifest_sha256: str) -> Iterator[Block]:
    about, tied = data["assessment"], data["trail"]["head"]
    rows = (
        ("edition", f"{about['number']} · {about['name']}"),
        ("state", STATES[about["state"]].in_(language)),
        ("submitted", _day(about["submitted_at"])),
        ("decided", _day(about["decided_at"])),
        ("catalogue", f"{about['catalogue']['id']}, {about['catalogue']['version']}"),
        ("country", f"{about['country']['id']}, {about['country']['version']}"),
        ("made", _day(about["made_at"])),
    )
    head, *body = ((_s(name, language), text) for name, text in rows)
    yield Table(head, tuple(body))
    yield Paragraph(_s("hash", language))
    yield Note(manifest_sha256)
    yield Paragraph(_s("check", language))
    yield Paragraph(_s("trail", language))
    yield Note(f"{tied['size']}\n{tied['root']}" if tied else _s("none", language))
    if language == "km":
        yield Note(_s("unread", language))


def _pillars(data: Plain, language: str) -> Iterator[Block]:
    answers, words = data["answers"], data["lines"]
    rows = []
    for pillar in words["pillars"]:
        own = [answers.get(line["id"], {}) for line in words["lines"] if line["pillar"] == pillar["id"]]
        kept = [answer for answer in own if not answer.get("set_aside")]
        levels = [answer["level"] for answer in kept if answer.get("level") is not None]
        counts = (sum(level >= MET for level in levels), len(levels), len(kept), len(own) - len(kept))
        rows.append((pillar[language], *map(str, counts)))
    yield Heading(_s("pillars", language))
    yield Table(_heads(("pillar", "met", "answered", "applies", "aside"), language), tuple(rows))


def _papers(papers: list[Plain], language: str) -> Iterator[Block]:
    yield Heading(_s("papers", language))
    rows = tuple(
        (
            f"{paper['title'][language]}, {paper['number']}",
            _day(paper["approved_at"]),
            paper["review_on"] or "–",
            ", ".join(f"{row['unit']}: {row['people']}/{row['headcount']}" for row in paper["signed"]) or "–",
        )
        for paper in papers
    )
    yield _table(("paper", "approved", "review", "signed"), rows, language)


def _live(proofs: list[Plain], language: str) -> Iterator[Block]:
    yield Heading(_s("live", language))
    rows = tuple(
        (
            proof["text"][language],
            STATES[proof["state"]].in_(language),
            _day(proof["since"]),
            " · ".join(
                str(sum(day["state"] == state for day in proof["days"])) for state in ("pass", "fail", "unknown")
            ),
        )
        for proof in proofs
    )
    yield _table(("what", "state", "since", "days"), rows, language)


def _given(proofs: list[Plain], language: str) -> Iterator[Block]:
    yield Heading(_s("given", language))
    for proof in proofs:
        gone = f" · {_s('withdrawn', language)} {_day(proof['withdrawn_at'])}" if proof["withdrawn_at"] else ""
        yield Paragraph(f"{proof['line']} · {proof['title']} · {_day(proof['given_at'])}{gone}")
        said = tuple(text for text in (proof["place"], proof["url"], proof["said"], proof["sha256"]) if text)
        if said:
            yield Items(said)
    if not proofs:
        yield Paragraph(_s("nothing", language))


def _lines(data: Plain, language: str) -> Iterator[Block]:
    answers, words = data["answers"], data["lines"]
    yield Heading(_s("lines", language))
    for line in words["lines"]:
        answer = answers.get(line["id"], {})
        yield Heading(f"{line[language]} ({line['id']})", 2)
        level = answer.get("level")
        yield Paragraph(_s("unanswered", language) if level is None else f"{level} · {words['scale'][level][language]}")
        if answer.get("words"):
            yield Paragraph(answer["words"])
        if answer.get("unit"):
            yield Paragraph(f"{_s('unit', language)} {answer['unit']['name']}")
        if answer.get("set_aside"):
            yield Paragraph(f"{_s('why_aside', language)} {answer['why_aside']}")


def _table(heads: tuple[str, ...], rows: tuple[tuple[str, ...], ...], language: str) -> Block:
    return Table(_heads(heads, language), rows) if rows else Paragraph(_s("nothing", language))


def _heads(names: tuple[str, ...], language: str) -> tuple[str, ...]:
    return tuple(_s(name, language) for name in names)


def _s(name: str, language: str) -> str:
    return SAID[name].in_(language)


def _day(at: str | None) -> str:
    return at[:10] if at else "–"
