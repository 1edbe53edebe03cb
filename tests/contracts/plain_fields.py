# SPDX-License-Identifier: Apache-2.0
"""Every field of text, JSON or bytes that is not sealed, and why it cannot identify a child, reporter or suspect.

Written by hand, a line a reason. Whoever adds a field decides here; whoever cannot give the reason seals it.
"""

from __future__ import annotations

# Words that Krama itself chooses: kinds, states, versions, names of tables and of requirements.
OURS = """
auth.Permission: name codename
contenttypes.ContentType: app_label model
sessions.Session: session_key
trail.Entry: event actor_kind subject_kind
mfa.Authenticator: type
socialaccount.SocialAccount: provider
outbox.Task: kind state last_error
outbox.Beat: name
accounts.Unit: kind
accounts.User: role
accounts.Key: prefix scopes
compartments.Compartment: kind
compartments.KeyVersion: ring
compartments.Period: kind
compartments.Hold: basis
compartments.Destruction: kind why
compartments.Pseudonym: kind letter
compartments.Opening: purpose
compartments.PeriodChange: kind state
countries.Change: country group entry state
lists.List: action state category
lists.ListedSignal: type
lists.Publication: version counts
detections.Detection: verdict reason snapshot
detections.DailyCount: verdict
detections.GateCount: verdict
cases.Case: ref state severity lane clock_said source sensitivity
cases.Pause: reason left
cases.KeptPlaybook: book
cases.Wave: topic book answer
cases.Regroup: kind items
cases.Likeness: kind
cases.Link: how
cases.Look: kind state
wellbeing.Exposure: severity
cases.Grounds: law
support.Step: state
support.Referral: to basis
support.Removal: state
cases.Route: language about sector
cases.Service: sector
cases.Facet: kind value
cases.SavedView: filters
intake.Report: door language topic state
intake.Part: question
intake.Talk: step language
cases.Recusal: how
cases.SensitivityChange: before after
confidentiality.Line: categories basis seen_roles then consent
confidentiality.Weighing: decision
confidentiality.Proposal: category language state
confidentiality.LineVersion: what
cases.OpenKey: kind
cases.Item: joined_by
cases.Decision: outcome layer actor_kind
cases.Wanted: kind
measures.Measure: kind state adapter check_said
measures.Way: kind adapter
measures.HandTask: asks said
callout.Way: channel language
callout.Alarm: kind ref
callout.Call: kind channel state error
assessments.FirmProfile: sectors features users size languages catalogue_id
assessments.LoadedCatalogue: catalogue_id
assessments.Answer: line_id needs_look_why
assessments.GivenProof: line_id proof_id kind
assessments.Edition: state catalogue_id country_id
assessments.Paper: kind state
assessments.PlanTask: line_id state
assessments.UnitRecord: kind
assessments.ProofState: proof_id state cause figures last_failed_cause
assessments.ProofChange: proof_id state cause figures
assessments.ProofDay: proof_id
"""

# Random ids of rows and of staff, and references that say nothing by themselves.
IDS = """
trail.Entry: actor_id subject_id
web.Answer: caller key
compartments.Hold: scope placed_by
compartments.Extension: asked_by agreed_by
compartments.Destruction: by
compartments.Pseudonym: scope
compartments.Opening: person_id reviewed_by
compartments.PeriodChange: proposed_by decided_by
cases.Look: asked_by given_by
measures.HandTask: said_by
cases.ActorRole: by
cases.PeerMark: by
cases.Note: by
cases.Wish: by
support.Step: by
support.Referral: by
support.FollowUp: set_by done_by
support.Trusted: by
support.Removal: asked_by decided_by
intake.Message: by
cases.Outsider: named_by
cases.CasePlaybook: begun_by
cases.PlaybookMark: by
cases.Wave: answered_by
cases.SensitivityChange: asked_by
cases.Decision: actor_id
assessments.LoadedCatalogue: loaded_by
"""

# References, counts, outcomes and times, put together by our code; a test of canaries looks into them.
FACTS = """
sessions.Session: session_data
trail.Entry: details
trail.TreeHead: frontier
outbox.Task: payload
web.Answer: body
detections.Detection: matches content
cases.Decision: facts
"""

# Hashes of entries, of files, of secrets; keyed hashes, whose key lies apart and which destruction empties.
HASHES = """
trail.Entry: leaf_hash seal
trail.TreeHead: root note
web.Answer: fingerprint
accounts.User: password
accounts.Key: secret_hash
compartments.Pseudonym: hash
detections.Detection: content_key firm_id_key account_key
cases.OpenKey: hash
cases.Likeness: hash
cases.OwnAccount: hash
cases.CasePlaybook: key
wellbeing.Exposure: whose
wellbeing.Watch: whose
wellbeing.Choice: whose
wellbeing.PassedOn: whose
cases.Item: account_key
intake.Report: find reply_public content_key account_key words_key
intake.Part: mark
intake.Talk: number heard
cases.Outsider: code_hash pass_hash
callout.Call: mark
confidentiality.Impact: sha256
confidentiality.Scan: sha256
confidentiality.Proposal: key
assessments.LoadedCatalogue: sha256
assessments.GivenProof: sha256
assessments.Edition: sha256
assessments.Paper: sha256
"""

# Names of staff, of units and of the firm's own systems: neither child nor reporter nor suspect.
STAFF = """
accounts.Unit: name
accounts.User: username name provider_name
mfa.Authenticator: data
socialaccount.SocialAccount: uid extra_data
accounts.Key: name
detections.Detection: key_name
cases.Decision: decided_by
cases.Regroup: by
cases.RuleBook: loaded_by
cases.Service: key_name
measures.Webhook: name url allowed
wellbeing.Care: counsellor contact hours other_work
"""

# What staff write of the firm's own work, of lists and of the law; forms say that nobody's data belongs there.
WORK = """
cases.RuleBook: body
cases.KeptPlaybook: body
cases.Wave: text_en text_km
cases.SavedView: name
cases.Route: name
compartments.Period: reason
compartments.PeriodChange: reason
confidentiality.Line: name system place field_names purpose basis_words then_words third_parties consent_how ended_why
confidentiality.LineVersion: facts
confidentiality.Weighing: words
confidentiality.Treatment: measures residual
confidentiality.Impact: words facts covers body
confidentiality.Proposal: source place field type reason why
compartments.Hold: reference
countries.Change: before fields why
countries.KeptPack: body
lists.List: name owner legal_basis labels
lists.ListedSignal: labels value scheme scheme_version code source_ref
assessments.FirmProfile: firm_en firm_km
assessments.LoadedCatalogue: file
assessments.Answer: words why_aside
assessments.Saying: words why_aside
assessments.GivenProof: title place url said
assessments.Edition: name body note
assessments.Paper: body
assessments.Signature: place
assessments.PlanTask: text why_dropped
assessments.UnitRecord: topic note
"""

# Tables that Krama leaves empty; a test counts their rows.
EMPTY = """
auth.Group: name
account.EmailAddress: email
account.EmailConfirmation: key
socialaccount.SocialApp: provider provider_id name client_id secret key settings
socialaccount.SocialToken: token token_secret
"""


def plain() -> dict[str, str]:
    """`label.field` of each, and the name of its reason."""
    reasons = {"OURS": OURS, "IDS": IDS, "FACTS": FACTS, "HASHES": HASHES, "STAFF": STAFF, "WORK": WORK, "EMPTY": EMPTY}
    return {
        f"{label}.{field}": reason
        for reason, text in reasons.items()
        for label, fields in (line.split(": ") for line in text.strip().splitlines())
        for field in fields.split()
    }
