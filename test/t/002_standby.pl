# A streaming standby scores with the same bits, sees a deployment when it is replayed, and writes nothing.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1);
$primary->start;
$primary->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->start;

my @train = map {
	qq{SELECT version FROM credit_risk.train('retail', 'SELECT * FROM lending.training_set', 'high_risk', params => '{"trees": 20, "seed": $_, "exclude": ["gender_encoded"]}')}
} (1, 2);
$primary->safe_psql('postgres', qq{
    CREATE EXTENSION credit_risk;
    SELECT credit_risk.create_lending_schema('lending');
    SELECT credit_risk.generate_portfolio(200, 300, seed => 42, as_of => '2025-06-30');
    $train[0];
    $train[1];
    SELECT credit_risk.approve(1), credit_risk.approve(2);
    SELECT credit_risk.deploy(1);
});

my $scores = q{
    SELECT md5(string_agg(encode(float8send(credit_risk.probability_of_default(f, 'retail')), 'hex')
                          || credit_risk.credit_score(f, 'retail'), ',' ORDER BY f.application_id))
    FROM lending.application_features f};
my $explained = q{
    SELECT md5(string_agg(credit_risk.shap_values(f, 'retail')::text, ',' ORDER BY f.application_id))
    FROM lending.application_features f};

sub same_everywhere
{
	my ($when) = @_;
	$primary->wait_for_catchup($standby);
	my $here = $primary->safe_psql('postgres', $scores);
	is($standby->safe_psql('postgres', $scores), $here, "the standby gives the same scores $when");
	is($standby->safe_psql('postgres', $explained), $primary->safe_psql('postgres', $explained), "and the same explanations $when");
	return $here;
}

my $session = $standby->background_psql('postgres');
my $first = same_everywhere('with the first version');
is($session->query_safe($scores), $first, 'a session of the standby caches the model');
$primary->safe_psql('postgres', 'SELECT credit_risk.deploy(2)');
my $second = same_everywhere('after deploy');
isnt($second, $first, 'the two versions differ');
is($session->query_safe($scores), $second, 'the session that had cached the first one scores with the second');
$primary->safe_psql('postgres', q{SELECT credit_risk.rollback('retail')});
is(same_everywhere('after rollback'), $first, 'rollback brings the first version back');
is($session->query_safe($scores), $first, 'in the session too');
$session->quit;

my (undef, undef, $stderr) = $standby->psql('postgres', 'SELECT credit_risk.deploy(2)');
like($stderr, qr/read-only/, 'deploy is refused there');

$primary->stop;
$standby->promote;
$standby->safe_psql('postgres', 'SELECT credit_risk.deploy(2)');
is($standby->safe_psql('postgres', $scores), $second, 'after a failover the standby deploys and scores');
$standby->stop;
done_testing();
