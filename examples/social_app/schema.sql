-- What Village Square remembers (SQLite). `krama inventory scan examples/social_app` says which of it is about a child.

CREATE TABLE IF NOT EXISTS picture (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    posted TEXT NOT NULL,
    media_type TEXT,
    bytes BLOB,
    state TEXT NOT NULL CHECK (state IN ('held', 'review', 'withheld', 'shown', 'removed', 'restored'))
);

CREATE TABLE IF NOT EXISTS measure (
    id TEXT PRIMARY KEY,
    picture TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('done', 'failed')),
    told TEXT NOT NULL DEFAULT 'pending' CHECK (told IN ('pending', 'confirmed', 'given up'))
);

-- What Krama's measures did to an account; who is not here, nothing was done to.
CREATE TABLE IF NOT EXISTS standing (
    account TEXT PRIMARY KEY,
    warned INTEGER NOT NULL DEFAULT 0,
    restricted INTEGER NOT NULL DEFAULT 0
);

-- Krama asked whether a measure still holds: the answer, told until Krama knows it.
CREATE TABLE IF NOT EXISTS looked (
    measure TEXT PRIMARY KEY,
    outcome TEXT NOT NULL CHECK (outcome IN ('holds', 'gone')),
    told TEXT NOT NULL DEFAULT 'pending' CHECK (told IN ('pending', 'confirmed', 'given up'))
);

-- What a square in a real village asks of a young member, and must then look after: the three fields that the scan is
-- to find. The demo has no page that fills it, so it stays empty.
CREATE TABLE IF NOT EXISTS young_member (
    account TEXT PRIMARY KEY,
    birth_year INTEGER CHECK (birth_year BETWEEN 1900 AND 2100),
    school TEXT,
    parent_telephone TEXT,
    joined TEXT NOT NULL,
    theme TEXT NOT NULL DEFAULT 'light' CHECK (theme IN ('light', 'dark'))
) WITHOUT ROWID;
