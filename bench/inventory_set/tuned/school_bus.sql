-- A school bus app; a Cambodian firm, names in romanised Khmer.
CREATE TABLE sis (
    id integer,
    neam_khluon varchar(60),
    neamtrakoul varchar(60),
    phet varchar(6),
    ayuk integer,
    tngai_khae_chnam_komnaet date,
    thnak varchar(10),
    sala_rean varchar(80),
    chhmuah_mdaay varchar(60),
    lek_tourasab_ovpuk varchar(20),
    assayathan text,
    khum_sangkat varchar(40),
    rup_thort text,
    chom_ngeu text,
    avatamean integer,
    somkol text
);
CREATE TABLE lan (
    lek_lan varchar(10),
    ploak_lan varchar(12),
    chhmous_lan varchar(40),
    chamnuon_kauei integer,
    thngai_tinh date,
    pheakroap varchar(10),
    tomngun numeric,
    kumru varchar(20),
    titang_chomnot text,
    chhmous_plov varchar(40),
    sthanaphiep varchar(10)
);
