-- ---------------------------------------------------------------------------------------------------------------------
-- What a value says about the chance of the event, and how a feature moves: aggregates over counts by bin and class.

CREATE TYPE credit_risk.woe_bin AS (
    bin int,
    kind text,
    label text,
    lower double precision,
    upper double precision,
    categories text[],
    rows bigint,
    events double precision,
    share double precision,
    event_rate double precision,
    woe double precision,
    iv double precision
);
COMMENT ON TYPE credit_risk.woe_bin IS 'a bin of a feature with what it says about the event';
COMMENT ON COLUMN credit_risk.woe_bin.bin IS 'number of the bin, from 1';
COMMENT ON COLUMN credit_risk.woe_bin.kind IS 'range, number, category, missing, special or unrecognized';
COMMENT ON COLUMN credit_risk.woe_bin.label IS 'the bin in words: [10, 20), the category, missing';
COMMENT ON COLUMN credit_risk.woe_bin.lower IS 'least value of a range, NULL where it is unbounded; the number of a number';
COMMENT ON COLUMN credit_risk.woe_bin.upper IS 'the range ends before this, NULL where it is unbounded; the number of a number';
COMMENT ON COLUMN credit_risk.woe_bin.categories IS 'the texts of a category bin, NULL for others';
COMMENT ON COLUMN credit_risk.woe_bin.rows IS 'rows in the bin';
COMMENT ON COLUMN credit_risk.woe_bin.events IS 'events among them; with weights the sum of their weights';
COMMENT ON COLUMN credit_risk.woe_bin.share IS 'rows of the bin as a share of all, weighted';
COMMENT ON COLUMN credit_risk.woe_bin.event_rate IS 'share of events in the bin; NULL without rows';
COMMENT ON COLUMN credit_risk.woe_bin.woe IS 'weight of evidence: ln((share of the non-events in the bin) / (share of the events in the bin)), greater where events are rarer; a class that is absent from the bin counts as half a row there. NULL without rows';
COMMENT ON COLUMN credit_risk.woe_bin.iv IS 'what the bin adds to the information value: (share of the non-events - share of the events) * woe';

CREATE FUNCTION credit_risk.bin_counts_add(internal, "any", "any") RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_bin_counts_add';
COMMENT ON FUNCTION credit_risk.bin_counts_add(internal, "any", "any") IS
'internal: counts a row for woe_table and information_value';

CREATE FUNCTION credit_risk.bin_counts_add(internal, "any", "any", double precision[]) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_bin_counts_add';
COMMENT ON FUNCTION credit_risk.bin_counts_add(internal, "any", "any", double precision[]) IS
'internal: counts a row for woe_table and information_value, with edges';

CREATE FUNCTION credit_risk.bin_counts_add(internal, "any", "any", double precision[], double precision) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_bin_counts_add';
COMMENT ON FUNCTION credit_risk.bin_counts_add(internal, "any", "any", double precision[], double precision) IS
'internal: counts a row for woe_table and information_value, with edges and a weight';

CREATE FUNCTION credit_risk.shift_counts_add(internal, "any", "any") RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_shift_counts_add';
COMMENT ON FUNCTION credit_risk.shift_counts_add(internal, "any", "any") IS
'internal: counts a row for csi';

CREATE FUNCTION credit_risk.shift_counts_add(internal, "any", "any", double precision[]) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_shift_counts_add';
COMMENT ON FUNCTION credit_risk.shift_counts_add(internal, "any", "any", double precision[]) IS
'internal: counts a row for csi, with edges';

CREATE FUNCTION credit_risk.shift_counts_add(internal, "any", "any", double precision[], double precision) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_shift_counts_add';
COMMENT ON FUNCTION credit_risk.shift_counts_add(internal, "any", "any", double precision[], double precision) IS
'internal: counts a row for csi, with edges and epsilon';

CREATE FUNCTION credit_risk.bin_counts_combine(internal, internal) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_bin_counts_combine';
COMMENT ON FUNCTION credit_risk.bin_counts_combine(internal, internal) IS
'internal: joins the counts of two parallel workers';

CREATE FUNCTION credit_risk.bin_counts_serialize(internal) RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_bin_counts_serialize';
COMMENT ON FUNCTION credit_risk.bin_counts_serialize(internal) IS
'internal: the counts of a parallel worker as bytes';

CREATE FUNCTION credit_risk.bin_counts_deserialize(bytea, internal) RETURNS internal
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_bin_counts_deserialize';
COMMENT ON FUNCTION credit_risk.bin_counts_deserialize(bytea, internal) IS
'internal: the counts of a parallel worker from bytes';

CREATE FUNCTION credit_risk.woe_table_of_counts(internal) RETURNS credit_risk.woe_bin[]
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_woe_table_of_counts';
COMMENT ON FUNCTION credit_risk.woe_table_of_counts(internal) IS
'internal: result of aggregate woe_table';

CREATE FUNCTION credit_risk.information_value_of_counts(internal) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_information_value_of_counts';
COMMENT ON FUNCTION credit_risk.information_value_of_counts(internal) IS
'internal: result of aggregate information_value';

CREATE FUNCTION credit_risk.csi_of_counts(internal) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_csi_of_counts';
COMMENT ON FUNCTION credit_risk.csi_of_counts(internal) IS
'internal: result of aggregate csi';

CREATE AGGREGATE credit_risk.woe_table(label "any", value "any") (
    SFUNC = credit_risk.bin_counts_add, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.woe_table_of_counts, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.bin_counts_combine, SERIALFUNC = credit_risk.bin_counts_serialize,
    DESERIALFUNC = credit_risk.bin_counts_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.woe_table("any", "any") IS
'Weight of evidence of each bin of a feature, as an array of woe_bin in the order of numbers or bytes. Each number and each text is a bin, NULL and NaN are the bin missing. label is boolean, or 0 and 1 in a numeric type; true or 1 is the event. NULL without rows of both classes. Rows with a NULL label are left out. Infinity, a label that is neither and more than 10,000 bins are errors. Exact sums: serial and parallel plans give the same bits';

CREATE AGGREGATE credit_risk.woe_table(label "any", value "any", edges double precision[]) (
    SFUNC = credit_risk.bin_counts_add, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.woe_table_of_counts, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.bin_counts_combine, SERIALFUNC = credit_risk.bin_counts_serialize,
    DESERIALFUNC = credit_risk.bin_counts_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.woe_table("any", "any", double precision[]) IS
'As woe_table(label, value) for numbers and dates (days since 1970-01-01) that fall into the ranges between edges: the least value of each range but the first, finite and ascending, the same in every row. Ranges without rows are there too. With NULL for edges each value is a bin';

CREATE AGGREGATE credit_risk.woe_table(label "any", value "any", edges double precision[], weight double precision) (
    SFUNC = credit_risk.bin_counts_add, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.woe_table_of_counts, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.bin_counts_combine, SERIALFUNC = credit_risk.bin_counts_serialize,
    DESERIALFUNC = credit_risk.bin_counts_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.woe_table("any", "any", double precision[], double precision) IS
'As woe_table(label, value, edges), each row counting as often as its weight says. Weight 0 leaves a row out; one that is negative, NaN or not between 1e-100 and 1e100 is an error';

CREATE AGGREGATE credit_risk.information_value(label "any", value "any") (
    SFUNC = credit_risk.bin_counts_add, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.information_value_of_counts, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.bin_counts_combine, SERIALFUNC = credit_risk.bin_counts_serialize,
    DESERIALFUNC = credit_risk.bin_counts_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.information_value("any", "any") IS
'Information value of a feature, 0 or more: the sum of iv over woe_table. Customary reading (Siddiqi 2006): below 0.02 unpredictive, to 0.1 weak, to 0.3 medium, to 0.5 strong, above suspicious. Each number and each text is a bin, NULL and NaN are the bin missing. label is boolean, or 0 and 1 in a numeric type; true or 1 is the event. NULL without rows of both classes. Rows with a NULL label are left out. Infinity, a label that is neither and more than 10,000 bins are errors';

CREATE AGGREGATE credit_risk.information_value(label "any", value "any", edges double precision[]) (
    SFUNC = credit_risk.bin_counts_add, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.information_value_of_counts, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.bin_counts_combine, SERIALFUNC = credit_risk.bin_counts_serialize,
    DESERIALFUNC = credit_risk.bin_counts_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.information_value("any", "any", double precision[]) IS
'As information_value(label, value) for numbers and dates (days since 1970-01-01) that fall into the ranges between edges: the least value of each range but the first, finite and ascending, the same in every row. Ranges without rows are there too. With NULL for edges each value is a bin';

CREATE AGGREGATE credit_risk.information_value(label "any", value "any", edges double precision[], weight double precision) (
    SFUNC = credit_risk.bin_counts_add, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.information_value_of_counts, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.bin_counts_combine, SERIALFUNC = credit_risk.bin_counts_serialize,
    DESERIALFUNC = credit_risk.bin_counts_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.information_value("any", "any", double precision[], double precision) IS
'As information_value(label, value, edges), each row counting as often as its weight says. Weight 0 leaves a row out; one that is negative, NaN or not between 1e-100 and 1e100 is an error';

CREATE AGGREGATE credit_risk.csi(current "any", value "any") (
    SFUNC = credit_risk.shift_counts_add, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.csi_of_counts, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.bin_counts_combine, SERIALFUNC = credit_risk.bin_counts_serialize,
    DESERIALFUNC = credit_risk.bin_counts_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.csi("any", "any") IS
'Characteristic stability index of a feature, 0 or more: psi of the shares of its bins among the current rows (current true, or 1) against those of the baseline (false, or 0). Read as psi. Each number and each text is a bin, NULL and NaN are the bin missing. NULL without rows of both. Rows with a NULL current are left out. A bin that is empty in one of them is an error: pass epsilon';

CREATE AGGREGATE credit_risk.csi(current "any", value "any", edges double precision[]) (
    SFUNC = credit_risk.shift_counts_add, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.csi_of_counts, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.bin_counts_combine, SERIALFUNC = credit_risk.bin_counts_serialize,
    DESERIALFUNC = credit_risk.bin_counts_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.csi("any", "any", double precision[]) IS
'As csi(current, value) for numbers and dates that fall into the ranges between edges, frozen from the baseline: the least value of each range but the first, finite and ascending, the same in every row. With NULL for edges each value is a bin';

CREATE AGGREGATE credit_risk.csi(current "any", value "any", edges double precision[], epsilon double precision) (
    SFUNC = credit_risk.shift_counts_add, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.csi_of_counts, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.bin_counts_combine, SERIALFUNC = credit_risk.bin_counts_serialize,
    DESERIALFUNC = credit_risk.bin_counts_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.csi("any", "any", double precision[], double precision) IS
'As csi(current, value, edges), where shares below epsilon count as epsilon: the result depends on it, so report it along. 0 or more and less than 1, the same in every row';
