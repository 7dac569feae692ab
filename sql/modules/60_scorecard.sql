-- ---------------------------------------------------------------------------------------------------------------------
-- Bins of a feature, and what they say about the event.

-- Without a search_path of its own, so that the query means what it means to the caller.
CREATE FUNCTION credit_risk.bin_feature(query text, feature text, target text, options jsonb DEFAULT '{}')
RETURNS SETOF credit_risk.woe_bin
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 100000 ROWS 10 AS 'MODULE_PATHNAME', 'cr_bin_feature';
COMMENT ON FUNCTION credit_risk.bin_feature(text, text, text, jsonb) IS
'The bins of one column of a query (a SELECT, or the name of a table or view) that say most about the target: of all partitions that the options allow, that of the greatest information value. One row for each bin that has rows: ranges ascending or categories by their share of events, then special values, missing, and unrecognized (categories rarer than rare_share). Options: max_bins (10), min_share (0.05) of all rows, min_events (1) and min_others (1) in a bin; trend of the share of events: auto (up or down), ascending, descending, peak, valley, none; specials, an array of numbers that are no amounts; prebins (250), rare_share (0), positive. Columns, target and errors as for train: doc/scorecard.md';
