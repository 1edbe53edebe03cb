-- A hosting panel on PostgreSQL: mostly things.
CREATE TABLE servers (
    server_name text,
    server_address inet,
    mac_address macaddr,
    rack_location text,
    os_family text,
    memory_address_bits int,
    uptime_seconds bigint
);
CREATE TABLE sites (
    domain_name text,
    file_name text,
    host_name text,
    index_page text,
    health_check_url text,
    error_message text,
    contact_form_enabled boolean,
    cert_fingerprint text,
    ssl_issuer text
);
CREATE TABLE customers (
    customer_id uuid,
    full_name text,
    billing_address text,
    mobile_number text,
    passport_no text,
    account_manager_name text,
    plan_name text,
    invoice_email_template text
);
CREATE TABLE access_log (
    client_ip inet,
    user_agent text,
    request_path text,
    status_code int,
    bytes_sent bigint
);
