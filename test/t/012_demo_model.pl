# The example model comes back with the hash that models/README.md names, and scores and explains as it did when it was made.
use strict;
use warnings;
use File::Basename qw(dirname);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $models = dirname(__FILE__) . '/../../models';
my ($hash) = slurp_file("$models/README.md") =~ /`retail_demo\.json`.*`([0-9a-f]{64})`/ or die 'no hash in models/README.md';
my $json = slurp_file("$models/retail_demo.json");

my $node = PostgreSQL::Test::Cluster->new('demo_model');
$node->init;
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION credit_risk');
$node->safe_psql('postgres', "SELECT credit_risk.import_model('retail', 'credit_risk.model.v1', \$model\$$json\$model\$)");
is($node->safe_psql('postgres', 'SELECT content_sha256 FROM credit_risk.model_versions'), $hash, 'the hash is the one of its origin');
is($node->safe_psql('postgres', 'SELECT rtrim(credit_risk.export_model(1), chr(10))'), $json =~ s/\n+\z//r, 'and the export the same text');

# Scored by the session that trained the model, before it was exported.
my %scored = (
	'{"age": 24, "loan_amount": 50000, "state_Other": 1, "estimated_emi": 2083.3333333333335, "interest_rate": 13.85, "gender_encoded": 0, "monthly_income": 26500, "state_Karnataka": 0, "state_Telangana": 0, "tenure_category": 0, "state_Tamil Nadu": 0, "age_group_encoded": 0, "purpose_Education": 0, "state_Maharashtra": 0, "experience_encoded": 1, "loan_tenure_months": 24, "employment_Salaried": 1, "years_of_experience": 3.9, "debt_to_income_ratio": 7.8616352201257875, "loan_amount_category": 0, "loan_to_income_ratio": 1.8867924528301887, "purpose_Home Purchase": 0, "purpose_Home Renovation": 0, "employment_Self-Employed": 0, "purpose_Vehicle Purchase": 0, "purpose_Wedding Expenses": 1, "purpose_Medical Emergency": 0, "purpose_Debt Consolidation": 0}' => '0.9013454172691937',
	'{"age": 25, "loan_amount": 1150000, "state_Other": 1, "estimated_emi": 9583.333333333334, "interest_rate": 9.95, "gender_encoded": 0, "monthly_income": 26500, "state_Karnataka": 0, "state_Telangana": 0, "tenure_category": 2, "state_Tamil Nadu": 0, "age_group_encoded": 0, "purpose_Education": 0, "state_Maharashtra": 0, "experience_encoded": 1, "loan_tenure_months": 120, "employment_Salaried": 1, "years_of_experience": 3.9, "debt_to_income_ratio": 36.16352201257862, "loan_amount_category": 1, "loan_to_income_ratio": 43.39622641509434, "purpose_Home Purchase": 1, "purpose_Home Renovation": 0, "employment_Self-Employed": 0, "purpose_Vehicle Purchase": 0, "purpose_Wedding Expenses": 0, "purpose_Medical Emergency": 0, "purpose_Debt Consolidation": 0}' => '0.7743982488089083');
$node->safe_psql('postgres', 'SELECT credit_risk.approve(1), credit_risk.deploy(1)');
for my $features (sort keys %scored)
{
	is($node->safe_psql('postgres', "SELECT credit_risk.score_version(1, '$features'::jsonb)"), $scored{$features}, 'the same score, to the last bit');
	is($node->safe_psql('postgres', "SELECT abs(sum(impact) + min(base_value) - min(output)) < 1e-9 AND count(*) = 28 FROM credit_risk.shap_explain('$features'::jsonb, 'retail')"),
		't', 'its explanation adds up');
}

# Made again as models/README.md says, it is the same model, on whatever server and machine.
my ($sql) = slurp_file("$models/README.md") =~ /```sql\n(.*?)SELECT credit_risk.export_model/s or die 'no recipe in models/README.md';
$node->safe_psql('postgres', $sql);
is($node->safe_psql('postgres', "SELECT content_sha256 FROM credit_risk.model_versions WHERE origin = 'train'"), $hash, 'the recipe makes the same model again');
$node->stop;
done_testing();
