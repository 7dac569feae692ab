-- ---------------------------------------------------------------------------------------------------------------------
-- Types

CREATE TYPE credit_risk.assessment AS (
    probability_of_default float8,
    credit_score int,
    risk_level text,
    decision text,
    recommendation text,
    confidence float8,
    reasons jsonb,
    model text,
    version bigint,
    missing int,
    unrecognized int
);
COMMENT ON TYPE credit_risk.assessment IS 'what assess says about one applicant';
COMMENT ON COLUMN credit_risk.assessment.probability_of_default IS 'fraction between 0 and 1';
COMMENT ON COLUMN credit_risk.assessment.credit_score IS '300 (worst) to 850 (best): the points of a scorecard, else 850 - 550 x probability_of_default, rounded';
COMMENT ON COLUMN credit_risk.assessment.risk_level IS 'Low, Medium or High: below approve_below, below review_below, above';
COMMENT ON COLUMN credit_risk.assessment.decision IS 'approve, review or refuse, by the same limits';
COMMENT ON COLUMN credit_risk.assessment.recommendation IS 'one sentence with the probability, the limit and, where known, debt to income against 40 %';
COMMENT ON COLUMN credit_risk.assessment.confidence IS 'greater of the probabilities of default and of no default: 0.5 to 1';
COMMENT ON COLUMN credit_risk.assessment.reasons IS 'up to four features that raised the risk most: [{rank, feature, value, impact}], the impact as shap_explain gives it; NULL where the model has no node cover';
COMMENT ON COLUMN credit_risk.assessment.model IS 'name of the model';
COMMENT ON COLUMN credit_risk.assessment.version IS 'version of the model that scored';
COMMENT ON COLUMN credit_risk.assessment.missing IS 'number of features that were NULL or NaN';
COMMENT ON COLUMN credit_risk.assessment.unrecognized IS 'number of categories that the model does not know';

