# Long calls stop when they are told to, and leave the session usable; measured inside the server.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

my $node = PostgreSQL::Test::Cluster->new('boundary');
$node->init;
$node->append_conf('postgresql.conf', "max_worker_processes = 8\nmax_parallel_maintenance_workers = 2");
$node->start;
$node->safe_psql('postgres', q{
    CREATE EXTENSION credit_risk;
    SELECT credit_risk.create_lending_schema('lending');
    CREATE TABLE applicants AS
    SELECT i % 977 * 1.5 AS income, i * 7919 % 1013 AS debt, (i % 31)::text AS city, i % 7 = 0 OR i * 7919 % 1013 > 900 AS bad
    FROM generate_series(1, 200000) AS i;
});

# The milliseconds between the timeout and the statement's end, as the server's clock has them; undef if it ended by itself.
sub overrun
{
	my ($statement, $timeout) = @_;
	my ($status, undef, $stderr) = $node->psql('postgres', qq{
        SET statement_timeout = '${timeout}ms';
        DO \$\$
        BEGIN
            EXECUTE \$statement\$ $statement \$statement\$;
        EXCEPTION WHEN query_canceled THEN
            RAISE NOTICE 'overrun %', 1000 * extract(epoch FROM clock_timestamp() - statement_timestamp()) - $timeout;
        END
        \$\$;
        RESET statement_timeout;
        SELECT credit_risk.emi(100000, 12, 12);
    });
	is($status, 0, "the session goes on after $timeout ms of: $statement") or diag $stderr;
	return $stderr =~ /overrun (-?[\d.]+)/ ? $1 : undef;
}

my %long = (
	train => q{SELECT credit_risk.train('long', 'SELECT * FROM applicants', 'bad', params => '{"trees": 5000}')},
	generate_portfolio => q{SELECT credit_risk.generate_portfolio(400000, 600000)},
);
for my $name (sort keys %long)
{
	my @late = map { overrun($long{$name}, $_) } (20, 150, 600, 1500);
	my $cancelled = grep { defined } @late;
	is($cancelled, 4, "$name is stopped by statement_timeout wherever it is");
	my ($worst) = sort { $b <=> $a } grep { defined } @late;
	note sprintf 'measured: %s stops within %.1f ms of its timeout (limit in the test 1000)', $name, $worst;
	cmp_ok($worst, '<', 1000, "$name stops soon after its timeout");
}
is($node->safe_psql('postgres', 'SELECT count(*) FROM lending.customers'), '0', 'a stopped generate_portfolio leaves no row');
is($node->safe_psql('postgres', 'SELECT count(*) FROM credit_risk.model_versions'), '0', 'a stopped train leaves no version');

# pg_cancel_backend and pg_terminate_backend reach the same flag.
for my $signal (qw(cancel terminate))
{
	my ($in, $out, $err) = ('', '', '');
	my $client = IPC::Run::start(
		[ 'psql', '-XAtq', '-d', $node->connstr('postgres'), '-c', $long{train} ],
		'<', \$in, '>', \$out, '2>', \$err);
	$node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE query ~ 'train\(''long' AND state = 'active' AND pid <> pg_backend_pid() AND backend_type = 'client backend'});
	sleep 0.5;
	my $waited = $node->safe_psql('postgres', qq{
        SELECT pid AS victim FROM pg_stat_activity
        WHERE query ~ 'train\\(''long' AND pid <> pg_backend_pid() AND backend_type = 'client backend' \\gset
        SELECT pg_${signal}_backend(:victim) \\g /dev/null
        SELECT clock_timestamp() AS since \\gset
        DO \$\$
        BEGIN
            FOR i IN 1..2000 LOOP
                PERFORM pg_stat_clear_snapshot();
                EXIT WHEN NOT EXISTS (SELECT FROM pg_stat_activity WHERE query ~ 'train\\(''long' AND state = 'active' AND pid <> pg_backend_pid());
                PERFORM pg_sleep(0.002);
            END LOOP;
        END
        \$\$;
        SELECT round(1000 * extract(epoch FROM clock_timestamp() - :'since'));
    });
	$client->finish;
	note "measured: train ends $waited ms after pg_${signal}_backend";
	cmp_ok($waited, '<', 1000, "train ends soon after pg_${signal}_backend");
	like($err, $signal eq 'cancel' ? qr/canceling statement due to user request/ : qr/terminating connection/, "and says why");
}
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'parallel worker'}), '0',
	'no worker is left behind');

$node->stop;
done_testing();
