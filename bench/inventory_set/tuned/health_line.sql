-- A health line for young people, PostgreSQL.
CREATE SCHEMA line;
CREATE TABLE line.calls (
    call_ref uuid PRIMARY KEY,
    caller_number text,
    caller_age smallint,
    caller_gender text,
    caller_province text,
    counsellor_id uuid,
    presenting_problem text,
    suicidal_ideation boolean,
    pregnancy_weeks smallint,
    call_summary text,
    audio_file text,
    started_at timestamptz,
    duration_seconds int,
    queue_name text,
    line_quality smallint,
    closed_reason text
);
CREATE TABLE line.follow_up (
    child_alias text,
    school_attending text,
    lives_with text,
    safe_to_call_after time,
    known_allergies text,
    referral_agency text,
    agency_address text,
    agency_phone text
);
CREATE TABLE line.knowledge_articles (
    title text,
    body text,
    health_topic text,
    min_reader_age smallint,
    reviewed_at date,
    language_code text
);
ALTER TABLE line.calls ADD COLUMN call_back_number text;
