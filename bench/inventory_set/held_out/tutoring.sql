-- A tutoring firm, MySQL.
CREATE TABLE `pupils` (
  `pk` int NOT NULL AUTO_INCREMENT,
  `nameFull` varchar(90),
  `nameKhmer` varchar(90),
  `birthDay` date,
  `genderCode` char(1),
  `schoolAttended` varchar(120),
  `yearGroup` varchar(8),
  `homeLanguage` varchar(20),
  `learningDifficulties` text,
  `addr_line_1` varchar(120),
  `mum_mobile` varchar(20),
  `dad_email` varchar(80),
  `pickup_person` varchar(80),
  `notes` text,
  `discount_code` varchar(10),
  `photo_url` varchar(200)
) ENGINE=InnoDB;
CREATE TABLE `lessons` (
  `lesson_title` varchar(80),
  `room_name` varchar(20),
  `start_time` time,
  `price_usd` decimal(6,2),
  `subject_code` varchar(8),
  `max_pupils` int,
  `tutor_name` varchar(80)
) ENGINE=InnoDB;
CREATE TABLE `results` (
  `pupil_pk` int,
  `test_mark` decimal(5,2),
  `behaviour_remark` text,
  `test_name` varchar(40),
  `pass_mark` int,
  `absent_days` int
) ENGINE=InnoDB;
CREATE TABLE `invoices` (
  `invoice_no` varchar(20),
  `payer_name` varchar(80),
  `due_date` date,
  `currency_code` char(3),
  `bank_name` varchar(60),
  `branch_address` varchar(120),
  `tax_number` varchar(20)
) ENGINE=InnoDB;
