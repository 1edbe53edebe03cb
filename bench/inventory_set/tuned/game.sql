-- A mobile game on SQLite.
CREATE TABLE player (
    player_id TEXT PRIMARY KEY,
    nickname TEXT,
    birthYear INTEGER,
    deviceId TEXT,
    advertisingId TEXT,
    pushToken TEXT,
    countryCode TEXT,
    level INTEGER,
    xp INTEGER,
    totalPlaytimeSeconds INTEGER,
    lastLoginAt TEXT,
    gamerTag TEXT
) WITHOUT ROWID;
CREATE TABLE guild (
    guild_name TEXT,
    guild_tag TEXT,
    min_age INTEGER,
    member_count INTEGER,
    map_location TEXT,
    server_region TEXT
);
CREATE TABLE item (
    item_name TEXT,
    item_description TEXT,
    image_url TEXT,
    drop_rate REAL,
    weight REAL,
    rarity TEXT,
    spawn_location TEXT
);
CREATE TABLE chat (
    sender_id TEXT,
    message_text TEXT,
    message_type TEXT,
    room_key TEXT,
    sent_at TEXT
);
CREATE TABLE purchase (
    buyer_id TEXT,
    sku TEXT,
    price_cents INTEGER,
    purchase_token TEXT
);
