# SPDX-License-Identifier: Apache-2.0
"""The one rule: may this actor do this, to this? Pages, API and commands all ask here."""

from __future__ import annotations

from enum import StrEnum

from krama.errors import NotAllowed
from krama.server.accounts.models import Key, Role, Scope, Unit, User


class Operation(StrEnum):
    """What can be done."""

    SIGNED_IN = "signed_in"
    READ_CASES = "read_cases"
    DECIDE_CASES = "decide_cases"
    READ_LISTS = "read_lists"
    CHANGE_LISTS = "change_lists"
    READ_TRAIL = "read_trail"
    READ_STAFF = "read_staff"
    ADD_STAFF = "add_staff"
    READ_PERSON = "read_person"
    CHANGE_PERSON = "change_person"
    ADMINISTER_PERSON = "administer_person"
    RESET_SECOND_FACTOR = "reset_second_factor"
    READ_KEYS = "read_keys"
    ADD_KEYS = "add_keys"
    REVOKE_KEY = "revoke_key"
    SCAN = "scan"
    CONFIRM_MEASURES = "confirm_measures"
    READ_GUIDELINES = "read_guidelines"
    CHANGE_GUIDELINES = "change_guidelines"
    ANSWER_LINE = "answer_line"
    APPROVE = "approve"
    CHANGE_UNITS = "change_units"
    CHANGE_COUNTRY = "change_country"
    READ_PROOFS = "read_proofs"
    OPEN_IDENTITIES = "open_identities"
    BREAK_GLASS = "break_glass"
    REVIEW_EMERGENCY = "review_emergency"
    READ_CONFIDENTIAL = "read_confidential"
    PLACE_HOLD = "place_hold"
    READ_REGISTER = "read_register"
    WRITE_REGISTER = "write_register"
    APPROVE_IMPACT = "approve_impact"
    CHANGE_PERIODS = "change_periods"
    CHANGE_RULES = "change_rules"
    ASSIGN_CASES = "assign_cases"
    CHANGE_SENSITIVITY = "change_sensitivity"
    DECLARE_CONFLICT = "declare_conflict"
    MARK_CONFLICT = "mark_conflict"
    NAME_OUTSIDER = "name_outsider"
    SEND_REPORTS = "send_reports"
    TAKE_REPORT = "take_report"
    BRING_REPORTS = "bring_reports"
    TEST_DOOR = "test_door"
    ANSWER_WAVES = "answer_waves"
    CHANGE_CARE = "change_care"
    READ_WAYS = "read_ways"
    CHANGE_WAYS = "change_ways"
    SUPPORT_CHILD = "support_child"
    GIVE_LOOK = "give_look"
    READ_CALL_TREE = "read_call_tree"
    CHANGE_CALL_TREE = "change_call_tree"
    START_DRILL = "start_drill"
    TAKE_ALARM = "take_alarm"
    SHARE_VIEWS = "share_views"
    DELIVER_DETECTIONS = "deliver_detections"
    ROUTE_CASES = "route_cases"


Op, R = Operation, Role
EVERYBODY = frozenset(R)
ROLES: dict[Operation, frozenset[Role]] = {
    Op.SIGNED_IN: EVERYBODY,
    # The auditor reads acts, not people; the administrator keeps the machine, not the cases.
    Op.READ_CASES: frozenset({R.REVIEWER, R.LEAD, R.OFFICER}),
    Op.DECIDE_CASES: frozenset({R.REVIEWER, R.LEAD, R.OFFICER}),
    Op.READ_LISTS: frozenset({R.LEAD, R.OFFICER, R.AUDITOR, R.ADMINISTRATOR}),
    Op.CHANGE_LISTS: frozenset({R.OFFICER, R.ADMINISTRATOR}),
    Op.READ_TRAIL: frozenset({R.OFFICER, R.AUDITOR, R.ADMINISTRATOR}),
    Op.READ_STAFF: frozenset({R.OFFICER, R.AUDITOR, R.ADMINISTRATOR}),
    Op.ADD_STAFF: frozenset({R.ADMINISTRATOR}),
    Op.READ_PERSON: frozenset({R.OFFICER, R.AUDITOR, R.ADMINISTRATOR}),
    Op.CHANGE_PERSON: frozenset({R.ADMINISTRATOR}),
    Op.ADMINISTER_PERSON: frozenset({R.ADMINISTRATOR}),
    Op.RESET_SECOND_FACTOR: frozenset({R.OFFICER, R.ADMINISTRATOR}),  # two roles, so that a lost phone locks out nobody
    Op.READ_KEYS: frozenset({R.LEAD, R.AUDITOR, R.ADMINISTRATOR}),
    Op.ADD_KEYS: frozenset({R.LEAD, R.ADMINISTRATOR}),
    Op.REVOKE_KEY: frozenset({R.ADMINISTRATOR}),
    # What the firm must do is everybody's to read, and to sign; the officer answers for it.
    Op.READ_GUIDELINES: EVERYBODY,
    Op.CHANGE_GUIDELINES: frozenset({R.OFFICER}),
    Op.ANSWER_LINE: frozenset({R.OFFICER}),
    Op.APPROVE: frozenset({R.LEAD, R.OFFICER, R.ADMINISTRATOR}),  # another person than the writer: asked in the action
    Op.CHANGE_UNITS: frozenset({R.OFFICER, R.ADMINISTRATOR}),
    Op.CHANGE_COUNTRY: frozenset({R.LEAD, R.OFFICER, R.ADMINISTRATOR}),
    Op.READ_PROOFS: EVERYBODY,
    Op.OPEN_IDENTITIES: frozenset({R.REVIEWER, R.LEAD, R.OFFICER}),
    Op.BREAK_GLASS: frozenset({R.ADMINISTRATOR}),  # whoever is there at night; the others may open without
    Op.REVIEW_EMERGENCY: frozenset({R.LEAD, R.OFFICER}),
    Op.READ_CONFIDENTIAL: frozenset({R.LEAD, R.OFFICER, R.AUDITOR}),
    Op.PLACE_HOLD: frozenset({R.LEAD, R.OFFICER}),
    # The register speaks of systems and fields, never of a child: who keeps the machine reads it too.
    Op.READ_REGISTER: frozenset({R.LEAD, R.OFFICER, R.AUDITOR, R.ADMINISTRATOR}),
    Op.WRITE_REGISTER: frozenset({R.LEAD, R.OFFICER}),
    Op.APPROVE_IMPACT: frozenset({R.LEAD, R.OFFICER, R.ADMINISTRATOR}),  # another than the writer: asked in the action
    Op.CHANGE_PERIODS: frozenset({R.LEAD, R.OFFICER}),
    Op.CHANGE_RULES: frozenset({R.LEAD, R.OFFICER}),
    # Which case, `cases.reach` says: these are what a role may do in a case that it may see.
    Op.ASSIGN_CASES: frozenset({R.LEAD, R.OFFICER}),
    Op.CHANGE_SENSITIVITY: frozenset({R.LEAD, R.OFFICER}),
    Op.DECLARE_CONFLICT: frozenset({R.REVIEWER, R.LEAD, R.OFFICER}),
    Op.MARK_CONFLICT: frozenset({R.LEAD, R.OFFICER}),
    Op.NAME_OUTSIDER: frozenset({R.OFFICER}),
    # Whoever answers a telephone or stands in a shop may write down what a child says; it shows them nothing.
    Op.TAKE_REPORT: EVERYBODY - {R.AUDITOR},
    Op.TEST_DOOR: frozenset({R.LEAD, R.OFFICER}),
    Op.ANSWER_WAVES: frozenset({R.LEAD, R.OFFICER}),  # what the firm tells its users
    # What the firm does for those who review. What each of them had in front of them is for themselves alone.
    Op.CHANGE_CARE: frozenset({R.ADMINISTRATOR}),
    # Who carries out measures: the administrator connects systems, the officer answers for what is done.
    Op.READ_WAYS: frozenset({R.LEAD, R.OFFICER, R.AUDITOR, R.ADMINISTRATOR}),
    Op.CHANGE_WAYS: frozenset({R.OFFICER, R.ADMINISTRATOR}),
    # Whoever works on a case helps its child: roles, the peer path, the plan.
    Op.SUPPORT_CHILD: frozenset({R.REVIEWER, R.LEAD, R.OFFICER}),
    Op.GIVE_LOOK: frozenset({R.LEAD, R.OFFICER}),
    # Who is woken at night: its addresses are nobody's to read again, only to replace.
    Op.READ_CALL_TREE: frozenset({R.LEAD, R.OFFICER, R.ADMINISTRATOR}),
    Op.CHANGE_CALL_TREE: frozenset({R.LEAD, R.ADMINISTRATOR}),
    Op.START_DRILL: frozenset({R.LEAD, R.OFFICER, R.ADMINISTRATOR}),
    Op.TAKE_ALARM: EVERYBODY - {R.AUDITOR},  # of a case only who may see it: asked in the action
    Op.SHARE_VIEWS: frozenset({R.LEAD, R.OFFICER}),
    # Which unit a new case goes to is a setting: it shows no case, so who keeps the machine may set it too.
    Op.ROUTE_CASES: frozenset({R.LEAD, R.OFFICER, R.ADMINISTRATOR}),
}
# What a person may do to what is their own, whatever the table above says.
OWN: dict[Operation, frozenset[Role]] = {
    Op.READ_PERSON: EVERYBODY,
    Op.CHANGE_PERSON: EVERYBODY,
    Op.REVOKE_KEY: frozenset({R.LEAD, R.ADMINISTRATOR}),
    # An answer handed to somebody, or to the unit they lead; the auditor only reads.
    Op.ANSWER_LINE: EVERYBODY - {R.AUDITOR},
    # A line of the register belongs to a unit: who leads it reads and writes its lines.
    Op.READ_REGISTER: EVERYBODY,
    Op.WRITE_REGISTER: EVERYBODY - {R.AUDITOR},
}
# Nobody changes their own role, switches themselves off, or lifts their own second factor.
NEVER_OWN = frozenset({Op.ADMINISTER_PERSON, Op.RESET_SECOND_FACTOR})
SCOPES: dict[Operation, Scope] = {
    Op.SCAN: Scope.SCAN,
    Op.READ_CASES: Scope.CASES_READ,
    Op.DECIDE_CASES: Scope.CASES_DECIDE,
    Op.CONFIRM_MEASURES: Scope.MEASURES_CONFIRM,
    Op.READ_PROOFS: Scope.PROOFS_READ,
    Op.SEND_REPORTS: Scope.REPORTS_SEND,
    Op.BRING_REPORTS: Scope.REPORTS_GATEWAY,
    Op.DELIVER_DETECTIONS: Scope.DETECTIONS_DELIVER,
}


def may(actor: object, operation: Operation, subject: object = None) -> bool:
    """True when the actor may; an unknown actor, an inactive person and a revoked key may nothing."""
    if isinstance(actor, Key):
        return actor.revoked_at is None and operation in SCOPES and SCOPES[operation] in actor.scopes
    if not isinstance(actor, User) or not actor.is_active:
        return False
    own = _is_own(actor, subject)
    if own and operation in NEVER_OWN:
        return False
    return actor.role in ROLES.get(operation, frozenset()) or (own and actor.role in OWN.get(operation, frozenset()))


def require(actor: object, operation: Operation, subject: object = None) -> None:
    if not may(actor, operation, subject):
        raise NotAllowed


def _is_own(actor: User, subject: object) -> bool:
    if isinstance(subject, User):
        return subject.pk == actor.pk
    if isinstance(subject, Unit):
        return actor.pk in (subject.head_id, subject.deputy_id)
    # Whatever has an owner, a key or an answer; and what was handed to a unit is its head's and deputy's.
    unit = getattr(subject, "unit", None)
    return getattr(subject, "owner_id", None) == actor.pk or (isinstance(unit, Unit) and _is_own(actor, unit))
