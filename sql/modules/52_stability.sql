-- ---------------------------------------------------------------------------------------------------------------------
-- How a book moves, concentrates and keeps its promises: stability, concentration, calibration.

CREATE FUNCTION credit_risk.concentration_add(internal, double precision) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_concentration_add';
COMMENT ON FUNCTION credit_risk.concentration_add(internal, double precision) IS
'internal: adds an amount for hhi';

CREATE FUNCTION credit_risk.concentration_combine(internal, internal) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_concentration_combine';
COMMENT ON FUNCTION credit_risk.concentration_combine(internal, internal) IS
'internal: joins the sums of two parallel workers';

CREATE FUNCTION credit_risk.concentration_serialize(internal) RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_concentration_serialize';
COMMENT ON FUNCTION credit_risk.concentration_serialize(internal) IS
'internal: the sums of a parallel worker as bytes';

CREATE FUNCTION credit_risk.concentration_deserialize(bytea, internal) RETURNS internal
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_concentration_deserialize';
COMMENT ON FUNCTION credit_risk.concentration_deserialize(bytea, internal) IS
'internal: the sums of a parallel worker from bytes';

CREATE FUNCTION credit_risk.herfindahl_of_amounts(internal) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_herfindahl_of_amounts';
COMMENT ON FUNCTION credit_risk.herfindahl_of_amounts(internal) IS
'internal: result of aggregate hhi';

CREATE AGGREGATE credit_risk.hhi(amount double precision) (
    SFUNC = credit_risk.concentration_add, STYPE = internal, SSPACE = 1104,
    FINALFUNC = credit_risk.herfindahl_of_amounts, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.concentration_combine, SERIALFUNC = credit_risk.concentration_serialize,
    DESERIALFUNC = credit_risk.concentration_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.hhi(double precision) IS
'Herfindahl-Hirschman index of concentration, 1/n to 1 for n amounts: the sum of squared shares of the amounts in their total, one row per borrower, sector or region (times 10000 in points). 1 / hhi is the number of equal amounts that would be as concentrated. NULL without a total above 0. Rows with a NULL amount are left out. An amount that is negative, NaN or not 0 or between 1e-100 and 1e100 is an error. Exact sums: serial and parallel plans give the same bits';

CREATE FUNCTION credit_risk.psi(expected double precision[], actual double precision[], epsilon double precision DEFAULT 0) RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_psi';
COMMENT ON FUNCTION credit_risk.psi(double precision[], double precision[], double precision) IS
'Population stability index of shares of the same bins: sum of (actual - expected) * ln(actual / expected), 0 or more. Below 0.10 stable, up to 0.25 a moderate shift, above that a shift (customary limits). For the bins of a feature it is the characteristic stability index. Shares below epsilon count as epsilon; with epsilon 0 a bin that is empty in one array is an error. Each array sums to 1 within 0.01; other sums, sizes that differ, empty arrays and elements that are NULL or outside 0 to 1 are errors. NULL for a NULL argument';

CREATE FUNCTION credit_risk.hosmer_lemeshow(
    observed double precision[], expected double precision[], sizes double precision[], in_sample boolean DEFAULT true,
    OUT statistic double precision, OUT degrees_of_freedom int, OUT p_value double precision
) LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_hosmer_lemeshow';
COMMENT ON FUNCTION credit_risk.hosmer_lemeshow(double precision[], double precision[], double precision[], boolean) IS
'Hosmer-Lemeshow test of calibration over groups of rows (Hosmer, Lemeshow, Sturdivant 2013, 5.2.2): observed events, expected events (sum of probabilities) and size of each group. statistic = sum of (observed - expected)^2 / (expected * (1 - expected / size)), 0 or more; p_value, 0 to 1, from the chi-square distribution with the number of groups less 2 degrees of freedom on the rows that the model was fitted to (in_sample), the number of groups on others. Fewer than 3 groups in sample, more than 10000, sizes that differ, NULL elements, and counts that do not fit their group are errors. NULL for a NULL argument';
