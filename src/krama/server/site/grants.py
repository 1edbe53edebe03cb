# SPDX-License-Identifier: Apache-2.0
"""What the public face may do in the database, a table at a time: exactly this, and a row policy for each verb.

A report is found by what its reporter brought, its id or its receipt's mark, and never by looking through them: the
policies let a session see the one row that it named first (see `krama.server.intake.named`).
"""

from __future__ import annotations

from dataclasses import dataclass

_NAMED = "nullif(current_setting('krama.report', true), '')::uuid"
_LATELY = "at > now() - interval '1 day' AND at < now() + interval '1 day'"  # no date that nobody can read
_FOUND = "nullif(current_setting('krama.find', true), '')"


@dataclass(frozen=True)
class Grant:
    """One table: what a row must be to be written, which columns may be read and changed, and of which rows."""

    table: str
    insert: str = ""  # SQL: what a new row must be; "" when none may be written
    select: tuple[str, ...] = ()
    update: tuple[str, ...] = ()
    rows: str = ""  # SQL: the rows that may be read and changed

    @property
    def rights(self) -> set[tuple[str, str, str]]:
        """Table, verb, and column ("" for the whole table)."""
        whole = {(self.table, "INSERT", "")} if self.insert else set()
        columns = (("SELECT", self.select), ("UPDATE", self.update))
        return whole | {(self.table, verb, name) for verb, names in columns for name in names}

    @property
    def policies(self) -> dict[str, str]:
        """By verb: the rest of its row policy."""
        found = {"INSERT": f"WITH CHECK ({self.insert})"} if self.insert else {}
        found |= {"SELECT": f"USING ({self.rows})"} if self.select else {}
        return found | ({"UPDATE": f"USING ({self.rows}) WITH CHECK ({self.rows})"} if self.update else {})

    def said(self) -> str:
        """In one line, for people."""
        shown = ["INSERT"] if self.insert else []
        shown += [f"SELECT ({', '.join(self.select)})"] if self.select else []
        shown += [f"UPDATE ({', '.join(self.update)})"] if self.update else []
        return f"{' '.join(shown)} on {self.table}"


GRANTS = (
    Grant(
        "trail_entry",
        "position IS NULL AND leaf_hash = '' AND actor_kind = 'krama' AND actor_id = 'public'",
    ),
    Grant(
        "outbox_task",
        "state = 'waiting' AND attempts = 0 AND leased_until IS NULL AND kind LIKE 'intake.%'",
    ),
    Grant(
        "intake_report",
        "state = 'received' AND door IN ('page', 'app') AND find IS NULL AND reply_public IS NULL AND no_code = false "
        "AND withdrawn_at IS NULL AND answered_at IS NULL AND collected_at IS NULL AND alarmed_at IS NULL "
        f"AND set_aside_at IS NULL AND {_LATELY} AND compartment_id IS NULL "
        "AND content_key = '' AND account_key = '' AND words_key = ''",
        select=("id", "topic", "is_emergency", "state", "find", "withdrawn_at"),
        update=("find", "reply_public", "no_code", "is_emergency", "withdrawn_at"),
        rows=f"id = {_NAMED} OR find = {_FOUND}",
    ),
    # Whether an answer is there already, the unique constraint says: nothing of it is ever read here.
    Grant(
        "intake_part",
        f"report_id = {_NAMED} AND sealed IS NOT NULL AND door_version IS NOT NULL AND unread_at IS NULL AND {_LATELY}",
    ),
    Grant(
        "intake_message",
        select=("id", "report_id", "at", "for_reporter", "read_at"),
        update=("read_at",),
        rows=f"report_id = {_NAMED} AND for_reporter IS NOT NULL",
    ),
)
