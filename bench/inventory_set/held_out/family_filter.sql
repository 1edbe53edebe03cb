-- An internet provider's family filter, SQLite.
CREATE TABLE household (
    account_number TEXT,
    contract_holder TEXT,
    installation_address TEXT,
    node_address TEXT,
    line_speed INTEGER,
    router_model TEXT
);
CREATE TABLE member_profile (
    profile_name TEXT,
    age_band TEXT,
    bedtime_start TEXT,
    filter_level TEXT,
    pin_hash TEXT,
    icon_name TEXT
);
CREATE TABLE dns_log (
    client_mac TEXT,
    internal_ip TEXT,
    queried_name TEXT,
    response_code INTEGER,
    resolver_address TEXT,
    ttl_seconds INTEGER
);
CREATE TABLE block_category (
    category_name TEXT,
    description TEXT,
    contact_email TEXT,
    default_age INTEGER,
    birth_control_sites INTEGER,
    school_hours_only INTEGER
);
