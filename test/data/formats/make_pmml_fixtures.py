"""Makes the PMML models of this folder, with the outputs of the JPMML evaluator. Run from here, see BIRTH.md.

For each NAME.pmml there is NAME.rows.json: input rows and the probability of the event. The margin is not among JPMML's outputs
and stands as 0. Models of converters are trained here; the others are written by hand, in make_by_hand.
"""
import re
import warnings

import jpmml_evaluator

from make_fixtures import NUMBERS, SEED, TARGET, TEST, TRAIN, WHOLE, WHOLE_TARGET, ROWS, path, table, write

BACKEND = "jpype"


def one(name, rows, probability_field="probability(1)"):
    with open(path(name + ".pmml"), encoding="utf-8") as file:  # converters leave out what no tree asks for
        schema = re.search(r"(?s)<MiningSchema>.*?</MiningSchema>", file.read()).group(0)
    rows = rows[[n for n in re.findall('<MiningField name="([^"]*)"', schema) if n in rows]]
    evaluator = jpmml_evaluator.make_evaluator(path(name + ".pmml"), backend=BACKEND)
    outputs = []
    for row in rows.astype(object).where(rows.notna(), None).to_dict("records"):
        outputs.append(float(evaluator.evaluate(row)[probability_field]))
    write(name, rows, [0.0] * len(rows), outputs)


def without_date(name):
    with open(path(name + ".pmml"), encoding="utf-8") as file:
        text = file.read()
    text = re.sub(r"\s*<Timestamp>.*?</Timestamp>", "", text)
    text = re.sub(r"(?s)\s*<Extension name=\"X-FeatureImportances\">.*?</InlineTable>\s*</Extension>", "", text)
    with open(path(name + ".pmml"), "w", encoding="utf-8") as file:
        file.write(text)


def converted(name, steps, data, target, rows):
    import sklearn2pmml

    sklearn2pmml.sklearn2pmml(sklearn2pmml.pipeline.PMMLPipeline(steps).fit(data, target), path(name + ".pmml"))
    without_date(name)
    one(name, rows)


def make_converted():
    import lightgbm  # all imports before the Java machine starts, whose package names hide Python's
    import sklearn2pmml.pipeline
    import xgboost
    from sklearn import compose, ensemble, linear_model, preprocessing, tree

    whole, whole_rows = WHOLE[NUMBERS], table(ROWS, SEED + 1, missing=False)[0]
    numbers, rows = TRAIN[NUMBERS], TEST[NUMBERS]
    seed = {"random_state": SEED}
    converted("pmml_sklearn_tree", [("m", tree.DecisionTreeClassifier(max_depth=5, **seed))], whole, WHOLE_TARGET, whole_rows[NUMBERS])
    converted("pmml_sklearn_forest", [("m", ensemble.RandomForestClassifier(5, max_depth=4, **seed))], whole, WHOLE_TARGET, whole_rows[NUMBERS])
    converted("pmml_sklearn_boosting", [("m", ensemble.GradientBoostingClassifier(n_estimators=8, **seed))], whole, WHOLE_TARGET, whole_rows[NUMBERS])
    some = ["debt ratio", "late_payments", "purpose"]
    coded = compose.ColumnTransformer([("a", "passthrough", some[:2]), ("b", preprocessing.OneHotEncoder(), some[2:])])
    converted("pmml_sklearn_logistic", [("c", coded), ("m", linear_model.LogisticRegression())], WHOLE[some], WHOLE_TARGET, whole_rows[some])
    converted("pmml_xgboost", [("m", xgboost.XGBClassifier(n_estimators=8, max_depth=3, n_jobs=1, **seed))], numbers, TARGET, rows)
    options = dict(n_estimators=6, num_leaves=8, n_jobs=1, verbose=-1, **seed)
    converted("pmml_lightgbm", [("m", lightgbm.LGBMClassifier(**options))], numbers, TARGET, rows)


HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
  <Header description="by hand"/>
  <DataDictionary>
    <DataField name="bad" optype="categorical" dataType="string"><Value value="no"/><Value value="yes"/></DataField>
    <DataField name="debt ratio" optype="continuous" dataType="double"/>
    <DataField name="late_payments" optype="continuous" dataType="double"/>
    <DataField name="purpose" optype="categorical" dataType="string">
      <Value value="car"/><Value value="home"/><Value value="other"/><Value value="small &quot;business&quot;"/><Value value="école"/>
    </DataField>
  </DataDictionary>
"""
SCHEMA = """<MiningSchema>%s<MiningField name="debt ratio"/><MiningField name="late_payments"/><MiningField name="purpose"/></MiningSchema>"""
TARGET_FIELD = """<MiningField name="bad" usageType="target"/>"""
OUTPUT = """<Output><OutputField name="probability(1)" optype="continuous" dataType="double" feature="probability" value="yes"/></Output>"""
LINK = """<Segment><True/><RegressionModel functionName="classification" normalizationMethod="logit">
<MiningSchema><MiningField name="bad" usageType="target"/><MiningField name="total"/></MiningSchema>%s
<RegressionTable intercept="%s" targetCategory="%s"><NumericPredictor name="total" coefficient="%s"/></RegressionTable>
<RegressionTable intercept="0" targetCategory="%s"/></RegressionModel></Segment>"""


def chain(first, intercept, coefficient, event="yes"):
    other = "no" if event == "yes" else "yes"
    return (HEAD + """<MiningModel functionName="classification">""" + SCHEMA % TARGET_FIELD + """<Segmentation multipleModelMethod="modelChain">
<Segment><True/>""" + first + "</Segment>" + LINK % (OUTPUT, intercept, event, coefficient, other) + "</Segmentation></MiningModel>\n</PMML>\n")


TOTAL = """<Output><OutputField name="total" optype="continuous" dataType="double" feature="predictedValue"/></Output>"""
NODES = """<Node id="0" score="0.1" recordCount="100" defaultChild="2"><True/>
  <Node id="1" score="-0.4" recordCount="60" defaultChild="4"><SimplePredicate field="debt ratio" operator="lessThan" value="0.4"/>
    <Node id="3" score="-0.75" recordCount="25"><SimplePredicate field="late_payments" operator="lessOrEqual" value="1"/></Node>
    <Node id="4" score="0.25" recordCount="35"><SimplePredicate field="late_payments" operator="greaterThan" value="1"/></Node>
  </Node>
  <Node id="2" score="0.6" recordCount="40" defaultChild="5"><SimplePredicate field="debt ratio" operator="greaterOrEqual" value="0.4"/>
    <Node id="5" score="0.9" recordCount="10"><SimpleSetPredicate field="purpose" booleanOperator="isIn"><Array type="string" n="2">car "small \\"business\\""</Array></SimpleSetPredicate></Node>
    <Node id="6" score="1.5" recordCount="30"><SimpleSetPredicate field="purpose" booleanOperator="isNotIn"><Array type="string" n="2">car "small \\"business\\""</Array></SimpleSetPredicate></Node>
  </Node>
</Node>"""
COMPOUND = """<Node score="0.05"><True/>
  <Node score="-1"><CompoundPredicate booleanOperator="surrogate"><SimplePredicate field="debt ratio" operator="lessOrEqual" value="0.3"/>
    <SimplePredicate field="late_payments" operator="lessThan" value="1"/><False/></CompoundPredicate>
    <Node score="-2"><CompoundPredicate booleanOperator="and"><SimplePredicate field="late_payments" operator="greaterThan" value="0"/>
      <SimplePredicate field="purpose" operator="notEqual" value="home"/></CompoundPredicate></Node>
    <Node score="-1.5"><SimplePredicate field="late_payments" operator="isMissing"/></Node>
  </Node>
  <Node score="1"><CompoundPredicate booleanOperator="or"><SimplePredicate field="purpose" operator="equal" value="car"/>
    <CompoundPredicate booleanOperator="xor"><SimplePredicate field="late_payments" operator="greaterThan" value="1"/>
      <SimplePredicate field="debt ratio" operator="greaterThan" value="0.5"/></CompoundPredicate></CompoundPredicate></Node>
  <Node score="0.5"><SimpleSetPredicate field="late_payments" booleanOperator="isIn"><Array type="real" n="2">0 2</Array></SimpleSetPredicate></Node>
  <Node score="0.25"><SimplePredicate field="late_payments" operator="notEqual" value="1"/></Node>
</Node>"""
REPLACED = """<MiningSchema><MiningField name="debt ratio" missingValueReplacement="0.35"/><MiningField name="late_payments"/>
<MiningField name="purpose" missingValueReplacement="home"/></MiningSchema>"""


def tree(strategy, nodes, schema=SCHEMA % ""):
    return """<TreeModel functionName="regression" %s>%s%s%s</TreeModel>""" % (strategy, schema, TOTAL, nodes)


SCORECARD = """<Scorecard functionName="regression" initialScore="400" useReasonCodes="false"%s>%s%s<Characteristics>
  <Characteristic name="debt"><Attribute partialScore="40"><SimplePredicate field="debt ratio" operator="lessThan" value="0.2"/></Attribute>
    <Attribute partialScore="25"><CompoundPredicate booleanOperator="and"><SimplePredicate field="debt ratio" operator="greaterOrEqual" value="0.2"/>
      <SimplePredicate field="debt ratio" operator="lessOrEqual" value="0.5"/></CompoundPredicate></Attribute>
    <Attribute partialScore="15"><SimplePredicate field="debt ratio" operator="isMissing"/></Attribute>
    <Attribute partialScore="-10"><True/></Attribute></Characteristic>
  <Characteristic name="late"><Attribute partialScore="12.5"><SimplePredicate field="late_payments" operator="isMissing"/></Attribute>
    <Attribute partialScore="30"><SimplePredicate field="late_payments" operator="equal" value="0"/></Attribute>
    <Attribute partialScore="5"><SimplePredicate field="late_payments" operator="lessThan" value="3"/></Attribute>
    <Attribute partialScore="-30"><SimplePredicate field="late_payments" operator="greaterOrEqual" value="3"/></Attribute></Characteristic>
  <Characteristic name="purpose"><Attribute partialScore="7"><SimpleSetPredicate field="purpose" booleanOperator="isIn"><Array type="string">home "école"</Array></SimpleSetPredicate></Attribute>
    <Attribute partialScore="-7"><True/></Attribute></Characteristic>
</Characteristics></Scorecard>"""


def by_hand(name, text, rows=None):
    with open(path(name + ".pmml"), "w", encoding="utf-8") as file:
        file.write(text)
    one(name, TEST[["debt ratio", "late_payments", "purpose"]] if rows is None else rows)


def make_by_hand():
    some = TEST[["debt ratio", "late_payments", "purpose"]].copy()
    some.loc[::7, "purpose"] = None
    for name, strategy in [("default", "defaultChild"), ("last", "lastPrediction"), ("none", "none")]:
        strategy = 'missingValueStrategy="%s" noTrueChildStrategy="returnLastPrediction"' % strategy
        by_hand("pmml_missing_" + name, chain(tree(strategy, NODES), 0.2, 1.5), some)
        by_hand("pmml_compound_" + name, chain(tree(strategy if name != "default" else "noTrueChildStrategy=\"returnLastPrediction\"", COMPOUND), 0, 1), some)
    by_hand("pmml_replaced", chain(tree('missingValueStrategy="lastPrediction" noTrueChildStrategy="returnLastPrediction"', NODES, REPLACED), -0.1, -1, "no"), some)
    by_hand("pmml_scorecard_chain", chain(SCORECARD % ("", SCHEMA % "", TOTAL), 14, -0.035), some)


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    make_converted()
    make_by_hand()
