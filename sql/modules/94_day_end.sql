-- The day-end: every loan's arrears and class as of a day, from dues and receipts alone. Nothing is carried over from earlier runs,
-- so that a back-dated receipt needs no repair, only another run. Without jit: compiling takes longer than a small book.

CREATE FUNCTION credit_risk.classify_loans(as_of date DEFAULT CURRENT_DATE, schema text DEFAULT 'lending')
RETURNS TABLE (
  loan_id bigint, customer_id bigint, days_past_due int, overdue_amount numeric, outstanding_balance numeric, loan_status text,
  asset_class text, sma_class text, npa_since date, classified_on date, npa_from date[], npa_to date[]
) LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 100000 SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
DECLARE
  rules text;
BEGIN
  PERFORM credit_risk.lending_require(schema);
  IF as_of IS NULL THEN
    RAISE EXCEPTION 'as_of must not be null' USING ERRCODE = 'null_value_not_allowed', HINT = 'Give the day whose end is processed.';
  END IF;
  EXECUTE format('SELECT s.value FROM %I.settings s WHERE s.name = ''rule_set''', schema) INTO rules;
  IF rules IS NULL THEN
    RAISE EXCEPTION 'settings of schema "%" has no row "rule_set"', schema USING ERRCODE = 'undefined_object',
      HINT = 'create_lending_schema puts back the row that is missing.';
  END IF;
  RETURN QUERY EXECUTE format($sql$
    WITH facility AS (
      SELECT l.customer_id, array_agg(l.loan_id) AS loan_ids, array_agg(l.loan_amount) AS principals, array_agg(l.interest_rate) AS rates,
        array_agg(l.tenure_months) AS tenures, array_agg(l.emi_amount) AS emis, array_agg(l.first_due_date) AS first_due_dates,
        array_agg(l.disbursement_date) AS disbursed_on
      FROM %1$I.loans l WHERE l.disbursement_date <= $1 GROUP BY l.customer_id
    ), receipt AS (
      SELECT r.customer_id, array_agg(r.loan_id) AS loan_ids, array_agg(r.payment_date) AS dates, array_agg(r.amount_paid) AS amounts
      FROM %1$I.repayments r JOIN %1$I.loans l ON l.loan_id = r.loan_id AND l.disbursement_date <= $1
      WHERE r.payment_status = 'Success' AND r.payment_date <= $1 GROUP BY r.customer_id
    ), due AS (
      SELECT i.customer_id, array_agg(i.loan_id) AS loan_ids, array_agg(i.due_date) AS dates, array_agg(i.amount) AS amounts
      FROM %1$I.restructured_instalments i JOIN %1$I.loans l ON l.loan_id = i.loan_id AND l.disbursement_date <= $1
      GROUP BY i.customer_id
    )
    SELECT c.loan_id, f.customer_id, coalesce(c.days_past_due, 0), c.overdue_amount, c.outstanding_principal,
      CASE WHEN c.closed_on IS NOT NULL THEN 'Closed' WHEN c.npa_since IS NOT NULL THEN 'Defaulted' ELSE 'Active' END,
      -- Loss is identified by people, never reached by time alone (Master Circular 4.1.3).
      CASE WHEN c.npa_since IS NOT NULL AND l.loss_identified_on <= $1 THEN 'Loss' ELSE c.asset_class END,
      c.sma_class, c.npa_since, coalesce(c.closed_on, $1), c.npa_from, c.npa_to
    FROM facility f LEFT JOIN receipt r ON r.customer_id = f.customer_id LEFT JOIN due d ON d.customer_id = f.customer_id
      CROSS JOIN LATERAL credit_risk.classify_borrower(
        f.loan_ids, f.principals, f.rates, f.tenures, f.emis, f.first_due_dates, r.loan_ids, r.dates, r.amounts, $1,
        $2, d.loan_ids, d.dates, d.amounts, f.disbursed_on) c
      JOIN %1$I.loans l ON l.loan_id = c.loan_id
    $sql$, schema) USING as_of, rules;
END
$$;
COMMENT ON FUNCTION credit_risk.classify_loans(date, text) IS
  'What run_day_end would write, without writing it: every loan disbursed by as_of, with the NPA spells [npa_from, npa_to) of its life so far.';

CREATE FUNCTION credit_risk.run_day_end(as_of date DEFAULT CURRENT_DATE, schema text DEFAULT 'lending',
  OUT loans bigint, OUT loans_changed bigint, OUT npa bigint, OUT became_npa bigint, OUT upgraded bigint, OUT closed bigint,
  OUT npa_rows_changed bigint)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
BEGIN
  PERFORM credit_risk.lending_require(schema);
  IF NOT pg_try_advisory_xact_lock(hashtextextended('credit_risk.run_day_end', to_regclass(format('%I.loans', schema))::oid::bigint)) THEN
    RAISE EXCEPTION 'another day-end of schema "%" is under way', schema USING ERRCODE = 'lock_not_available',
      DETAIL = 'Two at a time would overwrite each other.', HINT = 'Run it again when the other has ended.';
  END IF;
  -- One statement, one snapshot: a receipt that comes in meanwhile counts in all of it or, next time, in all of that.
  EXECUTE format($sql$
    WITH classified AS MATERIALIZED (SELECT * FROM credit_risk.classify_loans($1, %2$L)),
    change AS (
      SELECT c.*, l.asset_class AS old_class, l.loan_status AS old_status
      FROM classified c JOIN %1$I.loans l ON l.loan_id = c.loan_id
      WHERE (l.days_past_due, l.overdue_amount, l.outstanding_balance, l.loan_status, l.asset_class, l.sma_class, l.npa_since, l.classified_on)
        IS DISTINCT FROM
            (c.days_past_due, c.overdue_amount, c.outstanding_balance, c.loan_status, c.asset_class, c.sma_class, c.npa_since, c.classified_on)
    ), written AS (
      UPDATE %1$I.loans l SET days_past_due = c.days_past_due, overdue_amount = c.overdue_amount, outstanding_balance = c.outstanding_balance,
        loan_status = c.loan_status, asset_class = c.asset_class, sma_class = c.sma_class, npa_since = c.npa_since, classified_on = c.classified_on
      FROM change c WHERE l.loan_id = c.loan_id
      RETURNING c.old_class = 'Standard' AND c.asset_class <> 'Standard' AS became_npa,
        c.old_class <> 'Standard' AND c.asset_class = 'Standard' AS upgraded, c.old_status <> 'Closed' AND c.loan_status = 'Closed' AS closed
    ), spell AS (
      SELECT c.loan_id, c.customer_id, s.began, s.ended, l.currency,
        CASE WHEN s.ended IS NULL THEN c.days_past_due ELSE 0 END AS overdue_days,
        CASE WHEN s.ended IS NULL THEN c.overdue_amount ELSE 0 END AS overdue_amount,
        regexp_replace(CASE WHEN s.ended IS NULL THEN c.asset_class
          ELSE credit_risk.npa_class(s.began, s.ended - 1, (SELECT value FROM %1$I.settings WHERE name = 'rule_set')) END, '-[123]$', '') AS class,
        (SELECT max(r.payment_date) FROM %1$I.repayments r
         WHERE r.loan_id = c.loan_id AND r.payment_status = 'Success' AND r.payment_date <= coalesce(s.ended, $1)) AS last_payment_date
      FROM classified c JOIN %1$I.loans l ON l.loan_id = c.loan_id CROSS JOIN LATERAL unnest(c.npa_from, c.npa_to) s(began, ended)
    ), tracked AS (
      INSERT INTO %1$I.npa_tracking AS n (loan_id, customer_id, overdue_days, overdue_amount, currency, npa_classification, last_payment_date,
        added_to_npa_date, removed_from_npa_date)
      SELECT loan_id, customer_id, overdue_days, overdue_amount, currency, class, last_payment_date, began, ended FROM spell ORDER BY began, loan_id
      ON CONFLICT (loan_id, added_to_npa_date) DO UPDATE SET overdue_days = excluded.overdue_days, overdue_amount = excluded.overdue_amount,
        npa_classification = excluded.npa_classification, last_payment_date = excluded.last_payment_date,
        removed_from_npa_date = excluded.removed_from_npa_date, withdrawn = false
      WHERE (n.overdue_days, n.overdue_amount, n.npa_classification, n.last_payment_date, n.removed_from_npa_date, n.withdrawn) IS DISTINCT FROM
        (excluded.overdue_days, excluded.overdue_amount, excluded.npa_classification, excluded.last_payment_date, excluded.removed_from_npa_date, false)
      RETURNING 1
    ), void AS (
      SELECT n.npa_id FROM %1$I.npa_tracking n JOIN classified c ON c.loan_id = n.loan_id
      WHERE NOT EXISTS (SELECT FROM spell s WHERE s.loan_id = n.loan_id AND s.began = n.added_to_npa_date)
    ), erased AS (
      DELETE FROM %1$I.npa_tracking n USING void v WHERE n.npa_id = v.npa_id AND n.recovery_action IS NULL RETURNING 1
    ), withdrawn AS (
      UPDATE %1$I.npa_tracking n SET overdue_days = 0, overdue_amount = 0, removed_from_npa_date = n.added_to_npa_date, withdrawn = true
      FROM void v WHERE n.npa_id = v.npa_id AND n.recovery_action IS NOT NULL AND NOT n.withdrawn RETURNING 1
    )
    SELECT (SELECT count(*) FROM classified), count(*), (SELECT count(*) FROM classified WHERE npa_since IS NOT NULL),
      count(*) FILTER (WHERE became_npa), count(*) FILTER (WHERE upgraded), count(*) FILTER (WHERE closed),
      (SELECT count(*) FROM tracked) + (SELECT count(*) FROM erased) + (SELECT count(*) FROM withdrawn)
    FROM written $sql$, schema, schema)
  INTO loans, loans_changed, npa, became_npa, upgraded, closed, npa_rows_changed USING as_of;
END
$$;
COMMENT ON FUNCTION credit_risk.run_day_end(date, text) IS
  'Writes arrears, class, status and balance of every loan disbursed by as_of, and npa_tracking, from terms and successful receipts up to as_of; a second run changes nothing. Returns counts: loans looked at and changed, loans NPA now, those that became NPA, were upgraded or closed since the last run, and rows of npa_tracking changed.';
