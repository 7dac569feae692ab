"""Models of the libraries whose like `train` makes, with like parameters: each fits a table and gives probabilities for another."""
import warnings

import lightgbm
import numpy as np
import pandas as pd
import xgboost
from optbinning import BinningProcess
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

# What train gets, by algorithm; the peers below get the same.
PARAMS = {
    "random_forest": {"trees": 100, "max_depth": 10, "min_split": 10, "min_leaf": 5},
    "gradient_boosting": {"trees": 200, "max_depth": 4, "learning_rate": 0.05, "early_stopping": 0},
    "logistic_regression": {},
    "scorecard": {},
    "decision_tree": {"max_depth": 5, "min_leaf": 20},
}


def texts(table):
    return [name for name, values in table.columns.items() if values.dtype == object]


def numbers(table):
    return [name for name, values in table.columns.items() if values.dtype != object]


def encoded(table, scaled=False):
    """Numbers with the gaps filled, texts one-hot; a text that training did not hold is none of them."""
    if scaled:
        filled = make_pipeline(SimpleImputer(strategy="mean", add_indicator=True), StandardScaler())
    else:
        filled = SimpleImputer(strategy="median")
    one_hot = make_pipeline(SimpleImputer(strategy="constant", fill_value="(missing)", missing_values=None),
                            OneHotEncoder(handle_unknown="ignore", sparse_output=False))
    return ColumnTransformer([("numbers", filled, numbers(table)), ("texts", one_hot, texts(table))])


def sklearn_forest(train, test):
    """The seed system's forest: classes balanced, nothing calibrated."""
    forest = RandomForestClassifier(100, max_depth=10, min_samples_split=10, min_samples_leaf=5, class_weight="balanced", random_state=42)
    return _pipeline(make_pipeline(encoded(train), forest), train, test)


def sklearn_logistic(train, test):
    return _pipeline(make_pipeline(encoded(train, scaled=True), LogisticRegression(max_iter=2000)), train, test)


def sklearn_tree(train, test):
    tree = DecisionTreeClassifier(max_depth=5, min_samples_leaf=20, random_state=42)
    return _pipeline(make_pipeline(encoded(train), tree), train, test)


def xgboost_trees(train, test):
    model = xgboost.XGBClassifier(n_estimators=200, max_depth=4, learning_rate=0.05, tree_method="hist", enable_categorical=True, n_jobs=1)
    return _with_categories(model, train, test)


def lightgbm_trees(train, test):
    model = lightgbm.LGBMClassifier(n_estimators=200, max_depth=4, num_leaves=16, learning_rate=0.05, reg_lambda=1, n_jobs=1, verbose=-1)
    return _with_categories(model, train, test)


def optbinning_scorecard(train, test):
    """Bins of its own for missing values, as train has them; a logistic regression on the weights of evidence."""
    binning = BinningProcess(list(train.columns), categorical_variables=texts(train), selection_criteria={"iv": {"min": 0.02}})
    frame = train.frame()
    with np.errstate(all="ignore"):
        evidence = binning.fit_transform(frame, train.target, metric="woe", metric_missing="empirical")
        model = LogisticRegression(C=1e6, max_iter=2000).fit(evidence, train.target)
        return model.predict_proba(binning.transform(test.frame(), metric="woe", metric_missing="empirical"))[:, 1]


PEERS = {
    "random_forest": {"scikit-learn, the seed's": sklearn_forest},
    "gradient_boosting": {"XGBoost": xgboost_trees, "LightGBM": lightgbm_trees},
    "logistic_regression": {"scikit-learn": sklearn_logistic},
    "scorecard": {"optbinning": optbinning_scorecard},
    "decision_tree": {"scikit-learn": sklearn_tree},
}


def _pipeline(pipeline, train, test):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pipeline.fit(_frame(train), train.target)
        return pipeline.predict_proba(_frame(test))[:, 1]


def _frame(table):
    return pd.DataFrame({name: pd.Series(values, dtype=values.dtype) for name, values in table.columns.items()})


def _with_categories(model, train, test):
    known = {name: sorted({v for v in train.columns[name] if v is not None}) for name in texts(train)}
    model.fit(train.frame(known), train.target)
    return model.predict_proba(test.frame(known))[:, 1]
