-- A social app on PostgreSQL.
CREATE TABLE users (
    id bigserial PRIMARY KEY,
    username varchar(40) NOT NULL,
    display_name text,
    date_of_birth date,
    gender varchar(12),
    email text UNIQUE,
    phone_e164 text,
    avatar_url text,
    bio text,
    home_town text,
    school_name text,
    last_seen_at timestamptz,
    last_login_ip inet,
    email_verified boolean,
    phone_verified_at timestamptz,
    locale varchar(8),
    theme_name text,
    password_hash text,
    created_at timestamptz,
    age_gate_version int
);
CREATE TABLE posts (
    post_id uuid PRIMARY KEY,
    author_id bigint REFERENCES users(id),
    body text,
    photo_count int,
    lat double precision,
    lng double precision,
    language varchar(8),
    status varchar(12),
    template_name text
);
CREATE TABLE email_templates (
    email_template_id serial,
    name text,
    subject text,
    body_html text,
    address_bus text,
    email_subject_prefix text
);
CREATE TABLE follows (
    follower_id bigint,
    followee_id bigint,
    weight real
);
COMMENT ON TABLE follows IS 'who follows whom';
