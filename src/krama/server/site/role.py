# SPDX-License-Identifier: Apache-2.0
"""The database role of the public face: exactly what grants.py declares, and what the database says it has beyond.

A row policy stands on each table: no place in the trail, nobody else's name, no report but the one that was named.
"""

from __future__ import annotations

import secrets
from urllib.parse import quote, urlsplit

import psycopg
from django.db import connection
from psycopg import sql

from krama.server.site.grants import GRANTS, Grant

POLICY = "krama_public_face"


VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
BY_COLUMN = ("SELECT", "INSERT", "UPDATE", "REFERENCES")


def exists(role: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        return cursor.fetchone() is not None


def make(role: str, password: str) -> None:
    """A role that may sign in and nothing else; one that is there gets this password."""
    verb = "ALTER" if exists(role) else "CREATE"
    said = "{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD {}"
    _run(said, sql.SQL(verb), sql.Identifier(role), sql.Literal(password))


def limit(role: str) -> None:
    """Take away whatever it had, and give what is declared; repeating it changes nothing."""
    name = sql.Identifier(role)
    _run("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}", name)
    _run("REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {}", name)
    _run("ALTER ROLE {} SET synchronous_commit = 'on'", name)
    for grant in GRANTS:
        _give(grant, name)


def _give(grant: Grant, role: sql.Identifier) -> None:
    table = sql.Identifier(grant.table)
    _run("ALTER TABLE {} ENABLE ROW LEVEL SECURITY", table)  # not forced: the console owns the table
    _drop_policies(grant.table)
    for verb, rest in grant.policies.items():
        name, does = sql.Identifier(_policy(verb)), sql.SQL(verb)
        _run("CREATE POLICY {} ON {} FOR {} TO {} {}", name, table, does, role, sql.SQL(rest.replace("%", "%%")))
    for _table, verb, column in sorted(grant.rights):
        where = sql.SQL("({})").format(sql.Identifier(column)) if column else sql.SQL("")
        _run("GRANT {} {} ON {} TO {}", sql.SQL(verb), where, table, role)


def _policy(verb: str) -> str:
    return f"{POLICY}_{verb.lower()}"


def _drop_policies(table: str) -> None:
    """Ours, by whatever version they were made."""
    for policy in _policies(table):
        if policy.startswith(POLICY):
            _run("DROP POLICY {} ON {}", sql.Identifier(policy), sql.Identifier(table))


def remove(role: str) -> None:
    """Whatever it was given, its policies, and the role itself."""
    for grant in GRANTS:
        table = sql.Identifier(grant.table)
        _drop_policies(grant.table)
        _run("ALTER TABLE {} DISABLE ROW LEVEL SECURITY", table)
    if exists(role):
        _run("DROP OWNED BY {}", sql.Identifier(role))
        _run("DROP ROLE {}", sql.Identifier(role))


def anybody_may_be(role: str, database: str) -> bool:
    """A wrong password was taken: the server trusts whoever connects, and roles part nothing."""
    parts = urlsplit(database)
    place = parts.netloc.rpartition("@")[2]
    wrong = parts._replace(netloc=f"{quote(role)}:{secrets.token_urlsafe(16)}@{place}").geturl()
    try:
        psycopg.connect(wrong, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def surplus(role: str) -> list[str]:
    """What this role may do beyond its grants, by whatever way: its own, inherited, or everybody's."""
    declared = {right for grant in GRANTS for right in grant.rights}
    found = [_said(*right) for right in sorted(_held(role) - declared)]
    return found + _powers(role) + [fault for grant in GRANTS for fault in _unguarded(grant)]


def _said(table: str, verb: str, column: str) -> str:
    return f"{verb} on {table}" + (f" ({column})" if column else "")


def _held(role: str) -> set[tuple[str, str, str]]:
    query = """
        WITH t AS (SELECT oid, relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
                   AND relkind IN ('r', 'p', 'v', 'm', 'f'))
        SELECT relname, v, '' FROM t, unnest(%s::text[]) v WHERE has_table_privilege(%s, t.oid, v)
        UNION ALL
        SELECT relname, v, attname FROM t JOIN pg_attribute a ON a.attrelid = t.oid AND NOT a.attisdropped,
               unnest(%s::text[]) v
        WHERE has_column_privilege(%s, t.oid, a.attnum, v) AND NOT has_table_privilege(%s, t.oid, v)
        UNION ALL
        SELECT c.relname, v, '' FROM pg_class c, unnest(ARRAY['USAGE', 'SELECT', 'UPDATE']) v
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'S' AND has_sequence_privilege(%s, c.oid, v)
    """
    with connection.cursor() as cursor:
        cursor.execute(query, [list(VERBS), role, list(BY_COLUMN), role, role, role])
        return set(cursor.fetchall())


def _powers(role: str) -> list[str]:
    query = """
        SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication,
               has_schema_privilege(oid, 'public', 'CREATE'),
               EXISTS (SELECT 1 FROM pg_auth_members WHERE member = pg_roles.oid)
        FROM pg_roles WHERE rolname = %s
    """
    names = ("superuser", "makes roles", "makes databases", "passes row policies", "replicates", "makes tables")
    with connection.cursor() as cursor:
        cursor.execute(query, [role])
        row = cursor.fetchone() or ()
    return [name for name, has in zip((*names, "is a member of other roles"), row, strict=bool(row)) if has]


def _unguarded(grant: Grant) -> list[str]:
    """A policy that is missing opens nothing, but its guard being off does; and any other policy adds rows."""
    ours, there = {_policy(verb) for verb in grant.policies}, _policies(grant.table)
    found = [] if _is_guarded(grant.table) and ours <= there else [f"rows of {grant.table} unguarded"]
    return found + [f"rows of {grant.table} by the policy {name}" for name in sorted(there - ours)]


def _policies(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT polname FROM pg_policy WHERE polrelid = to_regclass(%s)", [table])
        return {name for (name,) in cursor.fetchall()}


def _is_guarded(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relrowsecurity FROM pg_class WHERE oid = to_regclass(%s)", [table])
        row = cursor.fetchone()
    return bool(row and row[0])


def _run(statement: str, *parts: sql.Composable) -> None:
    with connection.cursor() as cursor:
        # Rendered here: statements of this kind take no parameters.
        cursor.execute(sql.SQL(statement).format(*parts).as_string(cursor.connection))
