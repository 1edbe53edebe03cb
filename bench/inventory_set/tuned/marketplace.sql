-- A marketplace, MySQL.
CREATE TABLE `oc_customer` (
  `customer_id` int NOT NULL AUTO_INCREMENT,
  `firstname` varchar(32),
  `lastname` varchar(32),
  `telephone` varchar(32),
  `birth_dt` date,
  `newsletter` tinyint(1),
  `customer_group_id` int,
  `safe` tinyint(1),
  `ip` varchar(40),
  `fb_profile_link` varchar(200),
  `date_added` datetime
) ENGINE=InnoDB;
CREATE TABLE `oc_order` (
  `order_id` int,
  `invoice_prefix` varchar(26),
  `store_name` varchar(64),
  `store_url` varchar(255),
  `shipping_firstname` varchar(32),
  `shipping_address_1` varchar(128),
  `shipping_city` varchar(128),
  `shipping_postcode` varchar(10),
  `payment_method` varchar(128),
  `comment` text,
  `total` decimal(15,4),
  `order_status_id` int,
  `user_agent` varchar(255),
  `accept_language` varchar(255)
) ENGINE=InnoDB;
CREATE TABLE `oc_product` (
  `product_id` int,
  `model` varchar(64),
  `name` varchar(255),
  `image` varchar(255),
  `weight` decimal(15,8),
  `manufacturer_name` varchar(64),
  `location` varchar(128),
  `points` int,
  `date_available` date,
  `viewed` int
) ENGINE=InnoDB;
CREATE TABLE `oc_review` (
  `review_id` int,
  `product_id` int,
  `author` varchar(64),
  `text` text,
  `rating` int
) ENGINE=InnoDB;
CREATE TABLE `oc_category_description` (
  `category_id` int,
  `name` varchar(255),
  `meta_description` varchar(255),
  `meta_keyword` varchar(255)
) ENGINE=InnoDB;
