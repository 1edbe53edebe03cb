-- A content studio that casts children, on SQLite.
CREATE TABLE talent (
    talent_no INTEGER PRIMARY KEY,
    stage_name TEXT,
    legal_first TEXT,
    legal_last TEXT,
    born_year INTEGER,
    height_cm INTEGER,
    shoe_size TEXT,
    headshot_path TEXT,
    showreel_url TEXT,
    mobile TEXT,
    agent_name TEXT,
    guardian_full_name TEXT,
    guardian_signature BLOB,
    work_permit_number TEXT,
    languages_spoken TEXT
);
CREATE TABLE production (
    working_title TEXT,
    studio_address TEXT,
    release_date TEXT,
    age_rating TEXT,
    camera_model TEXT,
    shoot_location TEXT,
    director_name TEXT,
    sex_scene_flag BOOLEAN,
    budget_line TEXT
);
CREATE TABLE clip (
    clip_id INTEGER,
    file_name TEXT,
    duration_ms INTEGER,
    audio_codec TEXT,
    thumbnail_path TEXT,
    license_name TEXT,
    scene_description TEXT
);
