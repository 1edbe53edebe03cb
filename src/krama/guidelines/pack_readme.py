# SPDX-License-Identifier: Apache-2.0
"""What stands in the `README.txt` of a proof pack: what it holds, and how to check it by hand. Khmer first."""

from __future__ import annotations

from krama.guidelines.manifest import MANIFEST, SUMS
from krama.text import Text

INTRO = Text(
    "This is a proof pack: what a firm says of its care for children online, and what its running system showed.",
    "នេះជាកញ្ចប់ភស្តុតាង៖ អ្វីដែលក្រុមហ៊ុនប្រាប់អំពីការថែរក្សាកុមារលើប្រព័ន្ធអនឡាញ និងអ្វីដែលប្រព័ន្ធរបស់ខ្លួនបានបង្ហាញ។",
)
BY_HAND = Text("How to check it by hand, without Krama:", "របៀបពិនិត្យដោយដៃ៖")
STEPS = (
    (
        f"sha256sum --check {SUMS}",
        Text(
            "Every line must say OK. Any other file in this folder was added by somebody.",
            "គ្រប់បន្ទាត់ត្រូវតែចេញពាក្យ OK។ ឯកសារផ្សេងទៀតក្នុងថតនេះ គឺមានគេបន្ថែមចូល។",
        ),
    ),
    (
        f"sha256sum {MANIFEST}",
        Text(
            "It must give the hash on the first page of both printed papers, and in the firm's trail (pack:made).",
            "ត្រូវតែចេញលេខសម្គាល់ដូចលើទំព័រទីមួយនៃឯកសារបោះពុម្ពទាំងពីរ និងដូចក្នុងកំណត់ហេតុរបស់ក្រុមហ៊ុន។",
        ),
    ),
    (
        f"sha256sum {SUMS}",
        Text(
            "It must give the second hash of that entry. It covers the printed papers too: they carry the hash of the "
            "manifest, and so cannot stand in it.",
            "ត្រូវតែចេញលេខសម្គាល់ទីពីរក្នុងកំណត់ហេតុនោះ។ លេខនេះគ្របដណ្តប់ឯកសារបោះពុម្ពផង៖ "
            "ឯកសារទាំងនោះមានលេខសម្គាល់នៃបញ្ជី ហេតុនេះមិនអាចស្ថិតក្នុងបញ្ជីបានទេ។",
        ),
    ),
    (
        "sha256sum edition.json papers/*.json",
        Text(
            "These are the hashes that the trail kept when the assessment was submitted and each paper was written.",
            "នេះជាលេខសម្គាល់ដែលកំណត់ហេតុបានរក្សាទុក ពេលបញ្ជូនការវាយតម្លៃ និងពេលសរសេរឯកសារនីមួយៗ។",
        ),
    ),
    (
        "krama guidelines verify PACK --manifest-sha256 HASH",
        Text(
            "The same with Krama (pip install krama); it needs no network.",
            "ដូចគ្នាដែរ ដោយប្រើកម្មវិធី។ មិនបាច់មានអ៊ីនធឺណិតទេ។",
        ),
    ),
)
PEOPLE = Text(
    "People stand here as their role and the id that the trail has of them; only the firm knows whose it is. What they "
    "wrote into answers and proofs is left as they wrote it, since a changed text would have another hash.",
    "ក្នុងនេះ មនុស្សមានតែតួនាទី និងលេខសម្គាល់ដូចក្នុងកំណត់ហេតុ។ មានតែក្រុមហ៊ុនទេដែលដឹងថាជានរណា។ "
    "អ្វីដែលគេបានសរសេរក្នុងចម្លើយ និងភស្តុតាង ត្រូវទុកដូចដើម ព្រោះអត្ថបទដែលបានកែ នឹងមានលេខសម្គាល់ផ្សេង។",
)
LISTED = Text("The files:", "ឯកសារទាំងនេះ៖")
FILES = {
    "assessment.json": Text("the edition: number, dates, who decided", "ការវាយតម្លៃ៖ លេខ កាលបរិច្ឆេទ អ្នកសម្រេច"),
    "edition.json": Text("every answer, as it was submitted", "ចម្លើយទាំងអស់ ដូចពេលបញ្ជូន"),
    "lines.json": Text("the words of the catalogue that the answers speak of", "ពាក្យនៃបញ្ជីដែលចម្លើយនិយាយដល់"),
    "papers.json": Text("approved policy papers, and how many signed", "ឯកសារគោលការណ៍ដែលបានអនុម័ត និងចំនួនអ្នកចុះហត្ថលេខា"),
    "given-proofs.json": Text("proofs that people gave: hashes and places", "ភស្តុតាងដែលគេបានផ្តល់៖ លេខសម្គាល់ និងកន្លែងទុក"),
    "live-proofs.json": Text("live proofs: states, 90 days, changes", "ភស្តុតាងផ្ទាល់៖ ស្ថានភាព ៩០ ថ្ងៃ និងការផ្លាស់ប្តូរ"),
    "trail.json": Text("the root over the trail, and the entries on this", "ឫសនៃកំណត់ហេតុ និងធាតុដែលនិយាយអំពីរឿងនេះ"),
}


def readme() -> bytes:
    """The text of the file: Khmer, then English, then the files in both."""
    rows = [f"  {name}\n    {text.km}\n    {text.en}" for name, text in FILES.items()]
    listed = "\n".join([f"{LISTED.km} / {LISTED.en}", *rows])
    return ("\n\n----\n\n".join([_in("km"), _in("en"), listed]) + "\n").encode()


def _in(language: str) -> str:
    steps = [f"{number}. {what}\n   {text.in_(language)}" for number, (what, text) in enumerate(STEPS, start=1)]
    return "\n\n".join([INTRO.in_(language), BY_HAND.in_(language), *steps, PEOPLE.in_(language)])
