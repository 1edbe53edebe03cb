-- A football club's register in romanised Khmer, PostgreSQL.
CREATE TABLE kilakor (
    lek_rieng integer,
    chmous_penh varchar(60),
    chhmos_hav varchar(30),
    thngai_chhnam_kamnoet date,
    aayou smallint,
    bhet char(1),
    kampos_cm smallint,
    tomngon_kg smallint,
    krum_chheam varchar(3),
    sala_rien_nov varchar(60),
    asaiyathan_phteah text,
    leik_toresab varchar(15),
    chhmous_anakpyabal varchar(60),
    lek_toursap_mday varchar(15),
    roupthat text,
    lek_avv varchar(4),
    tumhum_avv varchar(4)
);
CREATE TABLE prokuot (
    chhmous_krom varchar(40),
    chhmous_ley varchar(40),
    thngai_prokuot date,
    titang_vealkila varchar(60),
    pintu_krom smallint,
    tamlay_sombot numeric,
    chamnuon_neak_meul integer,
    praphet varchar(20)
);
