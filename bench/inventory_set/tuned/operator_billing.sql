-- An operator's billing system; old tables in romanised Khmer.
CREATE TABLE atithichun (
    lek_samkol integer,
    chhmous varchar(80),
    phet char(1),
    thngai_kamnaet date,
    asayathan text,
    phum varchar(40),
    lek_toursap varchar(20),
    lek_attasanhnhean varchar(20),
    chhmous_ovpuk varchar(80),
    roub_thot bytea,
    thngai_bangkaet timestamptz,
    prophet_sevakamm varchar(20),
    chamnuon_tuk integer,
    tamlei numeric,
    chhmous_sevakamm varchar(40),
    chhmous_hang varchar(40),
    sthanphap varchar(10)
);
CREATE TABLE subscribers (
    msisdn varchar(15),
    imsi varchar(15),
    imei varchar(15),
    cell_id integer,
    tariff_name text,
    sim_type text,
    credit_limit numeric,
    roaming_enabled boolean
);
CREATE TABLE price_plans (
    plan_code text,
    phone_model text,
    data_volume_mb integer,
    address_prefix text,
    brand_name text,
    valid_age_days integer
);
