# Training in parallel workers: they take part, the model does not depend on them, a cancel ends them, their end ends
# the statement and not the session.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

my $node = PostgreSQL::Test::Cluster->new('parallel_training');
$node->init;
$node->append_conf('postgresql.conf', "max_worker_processes = 8\nmax_parallel_workers = 8\nmax_parallel_maintenance_workers = 2");
$node->start;
$node->safe_psql('postgres', q{
    CREATE EXTENSION credit_risk;
    CREATE TABLE applicants AS
    SELECT i AS id, i % 977 * 1.5 AS income, i * 7919::bigint % 10007 AS debt, (i % 31)::text AS city,
           i % 7 = 0 OR i * 7919::bigint % 10007 > 9000 AS bad
    FROM generate_series(1, 30000) AS i;
});
my $query = q{'SELECT income, debt, city, bad FROM applicants ORDER BY id', 'bad'};

# The workers that took part and the hash of the model.
sub train
{
	my ($workers) = @_;
	my ($status, $stdout, $stderr) = $node->psql('postgres', qq{
        SET credit_risk.training_workers = $workers;
        \\o /dev/null
        SELECT * FROM credit_risk.train('m', $query, params => '{"folds": 0, "trees": 100, "verbose": true}');
        \\o
        SELECT encode(content_sha256, 'hex') FROM credit_risk.model_version ORDER BY version DESC LIMIT 1;
    });
	is($status, 0, "training with $workers workers") or diag $stderr;
	my ($took_part) = $stderr =~ /parallel workers (\d+)/;
	return ($took_part, $stdout);
}

my ($none, $serial) = train(0);
is($none, 0, 'no worker when none is wanted');
for my $workers (1, 2, 3, -1)
{
	my ($took_part, $hash) = train($workers);
	cmp_ok($took_part, '==', $workers < 0 ? 2 : $workers, 'the workers asked for take part');
	is($hash, $serial, 'the model is the same');
}

# Of other algorithms the workers make whole fits: the same model and the same figures.
sub train_fits
{
	my ($workers, $algorithm, $more) = @_;
	my ($status, $stdout, $stderr) = $node->psql('postgres', qq{
        SET credit_risk.training_workers = $workers;
        \\o /dev/null
        SELECT * FROM credit_risk.train('fits', $query, '$algorithm', '{"folds": 3, "verbose": true$more}');
        \\o
        SELECT encode(content_sha256, 'hex'), metrics FROM credit_risk.model_version ORDER BY version DESC LIMIT 1;
    });
	is($status, 0, "$algorithm with $workers workers") or diag $stderr;
	my @took_part = $stderr =~ /parallel workers (\d+)/g;
	return (\@took_part, $stdout, join ' ', $stderr =~ /NOTICE:  ([^:]*part|fold \d|all rows)/g);
}
my %more = (gradient_boosting => ', "trees": 20, "refit_on_all": true', logistic_regression => '', decision_tree => ', "max_depth": 4');
for my $algorithm (sort keys %more)
{
	my ($alone, $model, $order) = train_fits(0, $algorithm, $more{$algorithm});
	for my $workers (1, 2, 9)
	{
		my ($took_part, $shared, $told) = train_fits($workers, $algorithm, $more{$algorithm});
		my $fits = @$alone;
		my $most = $workers < $fits ? $workers : $fits - 1;
		is_deeply($took_part, [ ($most) x $fits ], 'so many workers, no more than there are fits besides the own one');
		is($shared, $model, 'the same model, the same figures');
		is($told, $order, 'fits are told in their order');
	}
}
# Where there are fewer fits than processes, those grow the trees of each fit together.
my $single = ', "folds": 0, "test_share": 0, "trees": 30, "row_share": 0.7, "early_stopping": 5';
my ($nobody, $one) = train_fits(0, 'gradient_boosting', $single);
is_deeply($nobody, [0], 'a single fit, alone');
for my $workers (1, 2, 5)
{
	my ($took_part, $together) = train_fits($workers, 'gradient_boosting', $single);
	is_deeply($took_part, [$workers], 'the workers grow trees together');
	is($together, $one, 'the same model');
}
my $two = ', "folds": 0, "trees": 30, "refit_on_all": true';
my (undef, $both) = train_fits(0, 'gradient_boosting', $two);
my ($team, $together) = train_fits(5, 'gradient_boosting', $two);
is_deeply($team, [ 5, 5 ], 'more workers than fits: all of them for each fit');
is($together, $both, 'the same model');

$node->safe_psql('postgres', q{SET credit_risk.training_memory = '16MB'; SET credit_risk.training_workers = 2;
    SELECT credit_risk.train('fits', 'SELECT income, debt, city, bad FROM applicants ORDER BY id', 'bad', 'gradient_boosting', '{"trees": 5}')});
pass('little memory: no copies for workers');

$node->safe_psql('postgres', 'ALTER SYSTEM SET max_parallel_workers = 0; SELECT pg_reload_conf()');
$node->poll_query_until('postgres', q{SELECT current_setting('max_parallel_workers') = '0'});
my ($unavailable, $alone) = train(2);
is($unavailable, 0, 'no worker to be had');
is($alone, $serial, 'the model is the same without');
my ($team_unavailable, $boosted_alone) = train_fits(2, 'gradient_boosting', $single);
is_deeply($team_unavailable, [0], 'no worker for boosted trees');
is($boosted_alone, $one, 'the model is the same without');
$node->safe_psql('postgres', 'ALTER SYSTEM RESET max_parallel_workers; SELECT pg_reload_conf()');
$node->poll_query_until('postgres', q{SELECT current_setting('max_parallel_workers') = '8'});

# Starts a long training and returns a handle that finish() ends, once two workers run.
sub start_long
{
	my ($arguments) = @_;
	my %run = (out => '', err => '');
	$run{handle} = IPC::Run::start([ 'psql', '-XqAt', '-d', $node->connstr('postgres'),
		'-c', 'SET credit_risk.training_workers = 2',
		'-c', "SELECT credit_risk.train('long', $query, $arguments)",
		'-c', "SELECT 'still here'" ], '<', \undef, '>', \$run{out}, '2>', \$run{err});
	$node->poll_query_until('postgres', q{SELECT count(*) = 2 FROM pg_stat_activity WHERE backend_type = 'parallel worker'})
	  or die "the workers did not start: $run{out} $run{err}";
	return \%run;
}

my $training = q{FROM pg_stat_activity WHERE query LIKE '%''long''%' AND pid <> pg_backend_pid()};
my %end = (
	"pg_cancel_backend on the session" => [ "SELECT pg_cancel_backend(pid) $training AND backend_type = 'client backend'", qr/canceling statement due to user request/ ],
	"pg_terminate_backend on a worker" => [ "SELECT pg_terminate_backend(pid) $training AND backend_type = 'parallel worker' LIMIT 1", qr{terminating (?:connection|background worker .*) due to administrator command|lost connection to parallel worker} ],
);
my %long = (
	'of a forest' => q{params => '{"trees": 10000, "folds": 0}'},
	'of a single boosted model' => q{'gradient_boosting', '{"trees": 10000, "learning_rate": 0.001, "folds": 0, "test_share": 0}'},
	'of boosted trees' => q{'gradient_boosting', '{"trees": 10000, "learning_rate": 0.001, "folds": 5}'},
);
for my $case (map { my $what = $_; map { [ $what, $_ ] } sort keys %end } sort keys %long)
{
	my ($what, $how) = @$case;
	my ($statement, $message) = @{ $end{$how} };
	my $run = start_long($long{$what});
	is($node->safe_psql('postgres', $statement), 't', "$how $what");
	$run->{handle}->finish;
	like($run->{err}, $message, "$how ends the statement");
	like($run->{out}, qr/still here/, 'the session goes on');
	ok($node->poll_query_until('postgres', q{SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type = 'parallel worker'}),
		'no worker is left');
}
is($node->safe_psql('postgres', q{SELECT count(*) FROM credit_risk.model_version WHERE model = 'long'}), '0', 'nothing was stored');

$node->stop;
done_testing();
