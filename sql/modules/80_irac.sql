-- Days past due, special mention accounts, NPA recognition and ageing, by named and dated rule sets.

CREATE TABLE credit_risk.rule_set (
  rule_set text PRIMARY KEY CONSTRAINT rule_set_name_is_short CHECK (octet_length(rule_set) BETWEEN 1 AND 63),
  description text NOT NULL,
  npa_after_days int NOT NULL CONSTRAINT npa_after_days_is_positive CHECK (npa_after_days BETWEEN 1 AND 10000),
  borrower_wise boolean NOT NULL,
  upgrade_when_clear boolean NOT NULL,
  valid_from date NOT NULL,
  valid_to date CONSTRAINT valid_to_is_not_before_valid_from CHECK (valid_to >= valid_from),
  source text NOT NULL,
  builtin boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE credit_risk.rule_set IS 'Asset classification rules by name. Add your own rows (builtin = false): they are dumped; the builtin ones come with the extension.';
COMMENT ON COLUMN credit_risk.rule_set.rule_set IS 'Name, as passed to npa_class, sma_class and classify_borrower.';
COMMENT ON COLUMN credit_risk.rule_set.description IS 'What it is, one sentence.';
COMMENT ON COLUMN credit_risk.rule_set.npa_after_days IS 'An account is NPA at the day-end when this many days have elapsed since its oldest unpaid due date.';
COMMENT ON COLUMN credit_risk.rule_set.borrower_wise IS 'True: one NPA facility makes all facilities of the borrower NPA on the same day.';
COMMENT ON COLUMN credit_risk.rule_set.upgrade_when_clear IS 'True: NPA until nothing at all is overdue at a day-end; false: NPA only while the days past due say so.';
COMMENT ON COLUMN credit_risk.rule_set.valid_from IS 'First day on which the text was in force. For information: a rule set classifies any date.';
COMMENT ON COLUMN credit_risk.rule_set.valid_to IS 'Last day in force; NULL while open.';
COMMENT ON COLUMN credit_risk.rule_set.source IS 'The text it follows, and whether it was checked against the primary text.';
COMMENT ON COLUMN credit_risk.rule_set.builtin IS 'True for the rows that the extension ships.';

CREATE TABLE credit_risk.rule_set_row (
  rule_set text NOT NULL REFERENCES credit_risk.rule_set,
  kind text NOT NULL CONSTRAINT kind_is_known CHECK (kind IN ('sma_by_days', 'npa_by_days', 'npa_by_months')),
  class text NOT NULL CONSTRAINT class_is_short CHECK (octet_length(class) BETWEEN 1 AND 63),
  starts_at int NOT NULL CONSTRAINT starts_at_is_not_negative CHECK (starts_at BETWEEN 0 AND 10000),
  source text NOT NULL,
  builtin boolean NOT NULL DEFAULT false,
  PRIMARY KEY (rule_set, kind, class),
  UNIQUE (rule_set, kind, starts_at)
);
COMMENT ON TABLE credit_risk.rule_set_row IS 'The classes of each rule set and where each begins. A rule set ages NPAs by days past due or by months since the NPA date, never by both.';
COMMENT ON COLUMN credit_risk.rule_set_row.rule_set IS 'The rule set.';
COMMENT ON COLUMN credit_risk.rule_set_row.kind IS 'sma_by_days, npa_by_days: starts_at counts days past due; npa_by_months: calendar months since the NPA date.';
COMMENT ON COLUMN credit_risk.rule_set_row.class IS 'Name of the class.';
COMMENT ON COLUMN credit_risk.rule_set_row.starts_at IS 'First day or month of the class; it lasts until the next row of the same kind.';
COMMENT ON COLUMN credit_risk.rule_set_row.source IS 'Paragraph it follows.';
COMMENT ON COLUMN credit_risk.rule_set_row.builtin IS 'True for the rows that the extension ships.';

INSERT INTO credit_risk.rule_set VALUES
  ('rbi_iracp_2025', 'Commercial banks, term loans, until expected credit loss provisioning begins.', 90, true, true, '2025-11-28', '2027-03-31',
   'RBI (Commercial Banks - Income Recognition, Asset Classification and Provisioning) Directions, 2025, 28 Nov 2025; paragraphs of Master Circular DOR.STR.REC.8/21.04.048/2024-25. From public copies: not checked against the primary text.', true),
  ('rbi_nbfc_2025', 'Non-banking financial companies: recognition and ageing as for banks since 31 March 2026.', 90, true, true, '2026-03-31', NULL,
   'RBI (NBFC - IRACP) Directions, 2025, 28 Nov 2025; 90 days for all NBFCs from 31 Mar 2026. From secondary sources: not checked against the primary text.', true),
  ('seed_simple', 'Each loan alone, by today''s days past due; for comparison with the system this one replaces.', 90, false, false, '2000-01-01', NULL,
   'rakshanrk/credit-risk-system, calculations.py and seed_data.py. Not a regulation.', true);
INSERT INTO credit_risk.rule_set_row
SELECT s.rule_set, r.kind, r.class, r.starts_at, r.source, true
FROM (VALUES ('rbi_iracp_2025'), ('rbi_nbfc_2025')) s (rule_set),
     (VALUES ('sma_by_days', 'SMA-0', 0, 'DOR.STR.REC.68/21.04.048/2021-22, 12 Nov 2021'),
             ('sma_by_days', 'SMA-1', 30, 'DOR.STR.REC.68/21.04.048/2021-22, 12 Nov 2021'),
             ('sma_by_days', 'SMA-2', 60, 'DOR.STR.REC.68/21.04.048/2021-22, 12 Nov 2021'),
             ('npa_by_months', 'Sub-Standard', 0, 'Master Circular 4.1.1'),
             ('npa_by_months', 'Doubtful-1', 12, 'Master Circular 4.1.2'),
             ('npa_by_months', 'Doubtful-2', 24, 'Master Circular 4.1.2, 5.3'),
             ('npa_by_months', 'Doubtful-3', 48, 'Master Circular 4.1.2, 5.3')) r (kind, class, starts_at, source);
INSERT INTO credit_risk.rule_set_row VALUES
  ('seed_simple', 'npa_by_days', 'Sub-Standard', 90, 'calculations.py', true),
  ('seed_simple', 'npa_by_days', 'Doubtful', 180, 'calculations.py', true),
  ('seed_simple', 'npa_by_days', 'Loss', 365, 'calculations.py', true);
SELECT pg_catalog.pg_extension_config_dump('credit_risk.rule_set', 'WHERE NOT builtin');
SELECT pg_catalog.pg_extension_config_dump('credit_risk.rule_set_row', 'WHERE NOT builtin');
GRANT SELECT ON credit_risk.rule_set, credit_risk.rule_set_row TO PUBLIC;

CREATE FUNCTION credit_risk.days_past_due(oldest_unpaid_due_date date, as_of date) RETURNS int
AS 'MODULE_PATHNAME', 'cr_days_past_due' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION credit_risk.days_past_due(date, date) IS
'Days elapsed from the oldest unpaid due date to as_of: 0 on the due date itself and before it. RBI''s inclusive count is one more. NULL when nothing is unpaid (oldest_unpaid_due_date NULL).';

CREATE FUNCTION credit_risk.days_past_due(due_dates date[], due_amounts numeric[], receipt_dates date[], receipt_amounts numeric[], as_of date) RETURNS int
AS 'MODULE_PATHNAME', 'cr_days_past_due_of_flows' LANGUAGE c IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION credit_risk.days_past_due(date[], numeric[], date[], numeric[], date) IS
'Days elapsed since the oldest unpaid due date at the day-end of as_of; 0 when nothing is overdue, and on the due date itself (overdue_position tells the two apart). Receipts consume dues in the order of their dates; flows after as_of are ignored. NULL receipt arrays mean no receipts.';

CREATE FUNCTION credit_risk.overdue_position(
  due_dates date[], due_amounts numeric[], receipt_dates date[], receipt_amounts numeric[], as_of date,
  OUT oldest_unpaid_due_date date, OUT dpd_elapsed int, OUT dpd_rbi int, OUT overdue_amount numeric, OUT advance_credit numeric)
AS 'MODULE_PATHNAME', 'cr_overdue_position' LANGUAGE c IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION credit_risk.overdue_position(date[], numeric[], date[], numeric[], date) IS
'What is overdue at the day-end of as_of, first in first out: oldest unpaid due date (NULL when nothing is overdue), dpd_elapsed (days since it, 0 on the due date), dpd_rbi (RBI''s inclusive count, dpd_elapsed + 1; 0 when nothing is overdue), the sum overdue, and what was received beyond all dues so far.';

CREATE FUNCTION credit_risk.sma_class(days_past_due int, rule_set text DEFAULT 'rbi_iracp_2025') RETURNS text
AS 'MODULE_PATHNAME', 'cr_sma_class' LANGUAGE c STABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION credit_risk.sma_class(int, text) IS
'Special mention class of an overdue account that is not NPA: SMA-0 (0 to 29 days elapsed), SMA-1 (30 to 59), SMA-2 (60 to 89); NULL from 90 days on. days_past_due are elapsed days, 0 meaning due today and unpaid: pass NULL where nothing is overdue. RBI DOR.STR.REC.68/21.04.048/2021-22 (12 Nov 2021).';

CREATE FUNCTION credit_risk.sma_class(oldest_unpaid_due_date date, as_of date, rule_set text DEFAULT 'rbi_iracp_2025') RETURNS text
AS 'MODULE_PATHNAME', 'cr_sma_class_at' LANGUAGE c STABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION credit_risk.sma_class(date, date, text) IS
'Special mention class at the day-end of as_of of an account whose oldest unpaid due date is given; NULL before it, when it is NULL, and once the account is NPA.';

CREATE FUNCTION credit_risk.npa_class(days_past_due int, rule_set text DEFAULT 'rbi_iracp_2025') RETURNS text
AS 'MODULE_PATHNAME', 'cr_npa_class' LANGUAGE c STABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION credit_risk.npa_class(int, text) IS
'Asset class by elapsed days past due: Standard below 90; seed_simple: Sub-Standard from 90, Doubtful from 180, Loss from 365. The RBI rule sets give Sub-Standard for the first 365 days from the 90th and refuse beyond: they age by calendar months from the NPA date, see npa_class(npa_since, as_of). Says nothing of an account that stays NPA until all arrears are paid: see classify_borrower.';

CREATE FUNCTION credit_risk.npa_class(npa_since date, as_of date, rule_set text DEFAULT 'rbi_iracp_2025') RETURNS text
AS 'MODULE_PATHNAME', 'cr_npa_class_at' LANGUAGE c STABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION credit_risk.npa_class(date, date, text) IS
'Asset class at as_of of an account that is NPA since npa_since: Sub-Standard for 12 calendar months, Doubtful-1 to 24, Doubtful-2 to 48, Doubtful-3 after (Master Circular 4.1, 4.2.9); Standard before npa_since. Loss comes by identification, never by time.';

CREATE FUNCTION credit_risk.classify_borrower(
  loan_ids bigint[], principals numeric[], annual_rates numeric[], tenures int[], emis numeric[], first_due_dates date[],
  receipt_loan_ids bigint[], receipt_dates date[], receipt_amounts numeric[], as_of date, rule_set text DEFAULT 'rbi_iracp_2025',
  due_loan_ids bigint[] DEFAULT NULL, due_dates date[] DEFAULT NULL, due_amounts numeric[] DEFAULT NULL, disbursed_on date[] DEFAULT NULL)
RETURNS TABLE (
  loan_id bigint, oldest_unpaid_due_date date, days_past_due int, dpd_rbi int, overdue_amount numeric, outstanding_principal numeric,
  advance_credit numeric, asset_class text, sma_class text, npa_since date, closed_on date, last_receipt_date date, npa_from date[], npa_to date[])
AS 'MODULE_PATHNAME', 'cr_classify_borrower' LANGUAGE c STABLE PARALLEL SAFE COST 2000 ROWS 2;
COMMENT ON FUNCTION credit_risk.classify_borrower(bigint[], numeric[], numeric[], int[], numeric[], date[], bigint[], date[], numeric[], date, text, bigint[], date[], numeric[], date[]) IS
'Status of every loan of one borrower at the day-end of as_of, from terms and successful receipts alone (Master Circular 2.1.2, 4.1, 4.2.5, 4.2.7): one NPA facility makes all of them NPA on the same day, and they stay NPA until nothing at all is overdue at a day-end. The first six arrays have one element per loan (an emi may be NULL: computed), the receipt arrays one per receipt, in any order; NULL means none. Loans named in due_loan_ids have those dues instead of their schedule. Receipts pay the oldest instalment first, interest before principal; advance_credit is what later dues will consume. days_past_due and dpd_rbi as in overdue_position. npa_from and npa_to list the NPA episodes, [from, to), the last to NULL while open. A loan is closed on the day its receipts cover all its dues. Array disbursed_on (default one month before the first due) bounds episodes of the other loans that a new loan shares.';
