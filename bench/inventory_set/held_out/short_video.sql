-- A short-video service, PostgreSQL.
CREATE TABLE creators (
    creator_uid text PRIMARY KEY,
    channel_handle text,
    full_nm text,
    dob_on_signup date,
    is_minor boolean,
    pronouns text,
    recovery_phone text,
    payout_address text,
    face_filter_id int,
    follower_count bigint,
    monetised boolean,
    tier_name text,
    joined_on date
);
CREATE TABLE videos (
    video_id uuid,
    uploader_uid text,
    caption text,
    geotag_lat real,
    geotag_lng real,
    duration_s int,
    music_title text,
    cover_image text,
    hashtag_list text,
    codec_name text,
    visibility text,
    age_restricted boolean,
    moderation_label text
);
CREATE TABLE watch_events (
    viewer_uid text,
    watched_ms int,
    scroll_depth real,
    network_type text,
    app_build text,
    experiment_name text
);
CREATE TABLE live_gifts (
    gift_name text,
    coin_price int,
    animation_file text,
    sender_uid text
);
