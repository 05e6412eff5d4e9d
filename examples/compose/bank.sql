CREATE TABLE account (id int PRIMARY KEY, balance int);
INSERT INTO account VALUES (1, 10);
