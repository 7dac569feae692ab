"""Synthetic loan applications: 28 numeric features, a label with noise, about 45 % positive.

The shape of the features follows the book that generate_portfolio makes; amounts are continuous, so that trees find many
different thresholds. The same rows for the same (count, seed).
"""
import numpy as np

NAMES = [
    "age", "gender_encoded", "age_group_encoded", "monthly_income", "debt_to_income_ratio", "loan_to_income_ratio",
    "estimated_emi", "years_of_experience", "experience_encoded", "loan_amount", "loan_tenure_months", "interest_rate",
    "loan_amount_category", "tenure_category", "employment_salaried", "employment_self_employed",
    "purpose_debt_consolidation", "purpose_education", "purpose_home_purchase", "purpose_home_renovation",
    "purpose_medical", "purpose_vehicle", "purpose_wedding", "state_karnataka", "state_maharashtra", "state_other",
    "state_tamil_nadu", "state_telangana",
]


def _indicators(codes, values):
    return [(codes == value).astype(float) for value in values]


def _steps(values, rising):
    """The points of the highest limit that each value exceeds; `rising`: [(limit, points), ...], limits rising."""
    points = np.zeros(len(values))
    for limit, score in rising:
        points = np.where(values > limit, float(score), points)
    return points


def _default_probability(income, debt_to_income, loan_to_income, employment, experience, tenure):
    points = _steps(debt_to_income, [(30, 10), (40, 25), (50, 40)])
    points += np.where(income < 30000, 20, np.where(income < 50000, 10, np.where(income > 100000, -10, 0)))
    points += _steps(loan_to_income, [(24, 8), (36, 15)])
    points += np.array([5, 0, 10])[employment]
    points += np.where(experience < 2, 10, np.where(experience < 5, 5, np.where(experience > 10, -5, 0)))
    points += np.where(tenure > 120, 5, 0)
    hopeless = (debt_to_income > 50) | (income < 30000)
    return np.where(hopeless, 0.86, np.clip(0.09 + 0.0085 * points, 0.02, 0.6))


def make(count, seed):
    """Rows (count x 28, C order) and their labels, 0 or 1."""
    draw = np.random.default_rng(seed)
    age = draw.integers(24, 56, count).astype(float)
    gender = draw.integers(0, 2, count).astype(float)
    tier = draw.choice(3, count, p=[0.42, 0.44, 0.14])
    lowest, highest = np.array([22000, 50000, 100000])[tier], np.array([50000, 100000, 250000])[tier]
    income = np.floor(lowest + (highest - lowest) * draw.random(count))
    experience = np.round(draw.uniform(1, 25, count), 1)
    amount = np.round(np.exp(draw.uniform(np.log(200000), np.log(4500000), count)), -3)
    tenure = draw.choice([12, 24, 36, 48, 60, 84, 120, 180], count).astype(float)
    rate = np.round(draw.uniform(8.5, 14.5, count), 2)
    employment = draw.integers(0, 3, count)  # business, salaried, self-employed
    purpose = draw.integers(0, 8, count)
    state = draw.choice(6, count, p=[0.1, 0.1, 0.18, 0.42, 0.1, 0.1])
    emi = amount / tenure
    debt_to_income, loan_to_income = 100 * emi / income, amount / income
    columns = [
        age, gender, np.digitize(age, [25, 35, 45, 55], right=True), income, debt_to_income, loan_to_income, emi,
        experience, np.digitize(experience, [2, 5, 10], right=True), amount, tenure, rate,
        np.digitize(amount, [500000, 1500000, 3000000], right=True), np.digitize(tenure, [24, 60, 120], right=True),
    ]
    columns += _indicators(employment, (1, 2)) + _indicators(purpose, range(1, 8)) + _indicators(state, range(1, 6))
    probability = _default_probability(income, debt_to_income, loan_to_income, employment, experience, tenure)
    rows = np.ascontiguousarray(np.column_stack(columns), dtype=np.float64)
    return rows, (draw.random(count) < probability).astype(np.float64)


def sparse(count=165, columns=100, share_of_zeros=0.95, seed=123456):
    """Sparse noise with random labels, which a tree can only learn by heart: the recipe of shap issue 4042."""
    draw = np.random.default_rng(seed)
    rows = draw.normal(size=(count, columns))
    rows.ravel()[draw.choice(rows.size, int(rows.size * share_of_zeros), replace=False)] = 0
    return rows, draw.integers(0, 2, count)
