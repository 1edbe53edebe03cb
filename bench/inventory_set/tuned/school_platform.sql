-- MySQL dump of a school platform.
/*!40101 SET NAMES utf8mb4 */;
CREATE TABLE `students` (
  `id` int unsigned NOT NULL AUTO_INCREMENT,
  `student_code` varchar(20),
  `name_kh` varchar(80),
  `name_en` varchar(80),
  `dob` date,
  `place_of_birth` varchar(120),
  `sex` enum('M','F'),
  `village` varchar(60),
  `commune` varchar(60),
  `father_name` varchar(80),
  `mother_phone` varchar(20),
  `blood_group` varchar(3),
  `disability_type` varchar(40),
  `photo` varchar(255),
  `class_id` int,
  `c17` varchar(40) COMMENT 'លេខសំបុត្រកំណើត',
  `is_active` tinyint(1),
  `row_order` int,
  `sync_status` varchar(8),
  `enrol_batch` varchar(8),
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;
INSERT INTO `students` VALUES (1,'X-1','a','b','2015-01-01','c','M','v','c','f','0','A','none','p',1,'x',1,1,'ok','b');
CREATE TABLE `subjects` (
  `subject_id` int NOT NULL,
  `subject_name` varchar(80),
  `school_of_thought` varchar(80),
  `credit_hours` int,
  `grade_weight` decimal(4,2)
) ENGINE=InnoDB;
CREATE TABLE `marks` (
  `student_id` int,
  `subject_id` int,
  `exam_score` decimal(5,2),
  `max_score` decimal(5,2),
  `exam_room` varchar(10)
) ENGINE=InnoDB;
CREATE TABLE `teachers` (
  `full_name` varchar(80),
  `phone` varchar(20),
  `salary` decimal(10,2)
) ENGINE=InnoDB;
CREATE TABLE `school_holidays` (
  `holiday_name` varchar(80),
  `start_date` date,
  `end_date` date
) ENGINE=InnoDB;
