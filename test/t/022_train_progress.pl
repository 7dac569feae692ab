# The view train_progress, seen from another session: reading, fitting with and without workers, who may see what, and
# that nothing is left behind by an end, an error or a cancel.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('train_progress');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);  # whole characters, wherever it runs
$node->append_conf('postgresql.conf', "max_worker_processes = 8\nmax_parallel_workers = 8");
$node->start;
$node->safe_psql('postgres', q{
    CREATE EXTENSION credit_risk;
    CREATE ROLE watcher LOGIN;
    CREATE ROLE monitor LOGIN IN ROLE pg_read_all_stats;
    SELECT credit_risk.grant_access('watcher', 'score'), credit_risk.grant_access('monitor', 'score');
    CREATE TABLE applicants AS
    SELECT i AS id, i % 977 * 1.5 AS income, i * 7919::bigint % 10007 AS debt, i % 7 = 0 OR i * 7919::bigint % 10007 > 9000 AS bad
    FROM generate_series(1, 30000) AS i;
    -- Waits until nobody holds the lock.
    CREATE FUNCTION pause(id bigint) RETURNS boolean LANGUAGE plpgsql AS $$
    BEGIN
        IF pause.id = 20000 THEN PERFORM pg_advisory_lock(1), pg_advisory_unlock(1); END IF;
        RETURN true;
    END $$;
});
my $query = q{'SELECT income, debt, bad FROM applicants ORDER BY id', 'bad'};

sub start
{
	my (@statements) = @_;
	my %run = (out => '', err => '');
	$run{handle} = IPC::Run::start([ 'psql', '-XqAt', '-d', $node->connstr('postgres'), map { ('-c', $_) } @statements ],
		'<', \undef, '>', \$run{out}, '2>', \$run{err});
	return \%run;
}

sub shown { return $node->safe_psql('postgres', "SELECT $_[0] FROM credit_risk.train_progress"); }
sub wait_for { return $node->poll_query_until('postgres', "SELECT count(*) = 1 FROM credit_risk.train_progress WHERE $_[0]"); }

my $cancel = q{SELECT pg_cancel_backend(pid) FROM credit_risk.train_progress};
is(shown('count(*)'), '0', 'no training, no row');

# While rows are read.
my $lock = $node->background_psql('postgres');
$lock->query_safe('SELECT pg_advisory_lock(1)');
my $reader = start(q{SELECT credit_risk.train('retail', 'SELECT income, debt, bad FROM applicants WHERE pause(id) ORDER BY id OFFSET 0', 'bad') IS NULL});
ok(wait_for(q{phase = 'reading rows'}), 'rows are being read');
is(shown('model, algorithm, fit, steps, usename = current_user, remaining'), 'retail|random_forest|||t|', 'nothing is fitted yet');
is(shown(q{elapsed > '0s' AND started_at < now() + '1s'::interval}), 't', 'the time is told');
is(shown('(SELECT query FROM pg_stat_activity a WHERE a.pid = train_progress.pid) LIKE \'%pause%\''), 't', 'the process is that of the session');
$lock->quit;
$reader->{handle}->finish;
is($reader->{out}, "f\n", 'the training goes on') or diag $reader->{err};
is(shown('count(*)'), '0', 'its end leaves no row');

# While trees grow, and after a cancel.
for my $case ([ 'random_forest', 0 ], [ 'random_forest', 2 ], [ 'gradient_boosting', 0 ])
{
	my ($algorithm, $workers) = @$case;
	my $name = "$algorithm, $workers workers";
	my $run = start("SET credit_risk.training_workers = $workers",
		"SELECT credit_risk.train('a name of one hundred bytes: ' || repeat('é', 36), $query, '$algorithm',"
		. ' params => \'{"trees": 3000, "folds": 3' . ($algorithm eq 'gradient_boosting' ? ', "early_stopping": 0' : '') . '}\')');
	ok(wait_for(q{phase = 'fitting' AND steps_done > 10}), "$name: trees are counted") or diag $run->{err};
	is(shown('part, fold, fit, fits, steps, rows_read'), 'held-out part||1|4|3000|30000', "$name: the fit is told");
	is(shown(q{model = 'a name of one hundred bytes: ' || repeat('é', 13), algorithm}), "t|$algorithm", "$name: whole characters");
	is(shown(q{steps_done BETWEEN 10 AND 3000 AND remaining > '0s'}), 't', "$name: the rest is estimated");
	is($node->safe_psql('postgres', 'SELECT count(*) FROM pg_stat_progress_copy'), '0', "$name: the server's own views do not show it");
	if ($workers > 0)
	{
		is($node->safe_psql('postgres', 'SELECT pid > 0, usename IS NOT NULL, model, phase, steps FROM credit_risk.train_progress', extra_params => [ '-U', 'watcher' ]),
			't|t|||', 'what another role does is not shown');
		is($node->safe_psql('postgres', 'SELECT phase FROM credit_risk.train_progress', extra_params => [ '-U', 'monitor' ]),
			'fitting', 'pg_read_all_stats shows it');
		is($node->safe_psql('template1', q{CREATE EXTENSION credit_risk; SELECT count(*) FROM credit_risk.train_progress; DROP EXTENSION credit_risk}), '0', 'another database does not');
	}
	$node->safe_psql('postgres', $cancel);
	$run->{handle}->finish;
	like($run->{err}, qr/canceling statement/, "$name: cancelled");
	is(shown('count(*)'), '0', "$name: a cancel leaves no row");
}

# The folds in turn; the row goes with an error that is caught, in a transaction that stays.
my $folds = start(q{BEGIN}, qq{SELECT 1 FROM credit_risk.cross_validate($query, params => '{"folds": 2, "trees": 1500}')},
	q{DO $$ BEGIN PERFORM credit_risk.train('m', 'SELECT 1 AS a, true AS bad', 'bad'); EXCEPTION WHEN OTHERS THEN NULL; END $$},
	q{SELECT 'rows ' || count(*) FROM credit_risk.train_progress}, q{SELECT pg_sleep(600)});
ok(wait_for(q{part = 'fold' AND fold = 2 AND fit = 2 AND fits = 2}), 'the second fold') or diag $folds->{err};
ok($node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)'}), 'the transaction stays');
is(shown('count(*)'), '0', 'the error leaves no row');
$node->safe_psql('postgres', q{SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)'});
$folds->{handle}->finish;
like($folds->{out}, qr/rows 0/, 'nor does it for its own session');

# A COPY keeps its own progress.
my $copy = start(qq{COPY (SELECT i, CASE i WHEN 3 THEN (credit_risk.train('m', $query, params => '{"trees": 4000, "folds": 0}')).version END FROM generate_series(1, 3) AS i) TO STDOUT});
ok($node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_progress_copy WHERE tuples_processed = 2}), 'a COPY that trains') or diag $copy->{err};
is(shown('count(*)'), '0', 'tells of itself alone');
$node->safe_psql('postgres', q{SELECT pg_cancel_backend(pid) FROM pg_stat_progress_copy});
$copy->{handle}->finish;

# A query that runs a command of its own while it is read.
$node->safe_psql('postgres', q{
    CREATE FUNCTION copies(id bigint) RETURNS boolean LANGUAGE plpgsql AS $$
    BEGIN
        IF copies.id = 1 THEN COPY (SELECT 1) TO '/dev/null'; END IF;
        RETURN true;
    END $$});
my $copying = start(q{SELECT credit_risk.train('m', 'SELECT income, debt, bad FROM applicants WHERE copies(id)', 'bad', params => '{"trees": 3000}')});
ok(wait_for(q{phase = 'fitting' AND model = 'm' AND steps_done > 0 AND rows_read = 30000}), 'the row comes back after a command of the query') or diag $copying->{err};
$node->safe_psql('postgres', $cancel);
$copying->{handle}->finish;

$node->safe_psql('postgres', 'ALTER SYSTEM SET track_activities = off; SELECT pg_reload_conf()');
is($node->safe_psql('postgres', qq{SELECT pg_sleep(0.1); SELECT rows FROM credit_risk.train('m', $query, params => '{"trees": 10, "folds": 0}')}), "\n30000", 'without track_activities training works');

$node->stop;
done_testing();
