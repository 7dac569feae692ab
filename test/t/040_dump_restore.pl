# The lending side survives a dump into an empty server, and the loss of the extension: rows, sequences, triggers, views, models, scores.
use strict;
use warnings;
use IPC::Run qw(run);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $old = PostgreSQL::Test::Cluster->new('old');
$old->init;
$old->start;
$old->safe_psql('postgres', q{
    CREATE EXTENSION credit_risk;
    SELECT credit_risk.create_lending_schema('lending');
    SELECT credit_risk.generate_portfolio(200, 300, seed => 42, as_of => '2025-06-30');
    SELECT credit_risk.train('retail', 'SELECT * FROM lending.training_set', 'high_risk', params => '{"trees": 20, "allow_protected": true}');
    SELECT credit_risk.approve(1), credit_risk.deploy(1);
    UPDATE lending.thresholds SET value = 0.35 WHERE name = 'approve_below';
    UPDATE lending.npa_tracking SET recovery_action = 'notice sent' WHERE npa_id = (SELECT min(npa_id) FROM lending.npa_tracking);
    SELECT lending.score_waiting_applications();
    UPDATE lending.applications SET loan_amount = loan_amount + 50000 WHERE model_version IS NOT NULL AND application_status <> 'Rejected';
    UPDATE lending.applications SET application_status = 'Approved', remarks = 'known to the branch'
    WHERE application_id = (SELECT min(application_id) FROM lending.applications WHERE model_version IS NOT NULL AND application_status = 'Rejected');
    SELECT credit_risk.refresh_portfolio('lending');
    CREATE ROLE bi_reader;
    SELECT credit_risk.grant_portfolio_access('lending', 'bi_reader');
});

# One line per thing that must survive: every relation's rows, every sequence, what the catalog says of the schema, every score.
sub rows_of
{
	my ($node) = @_;
	my $relations = $node->safe_psql('postgres', q{
        SELECT c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'lending' AND c.relkind IN ('r', 'm', 'v')});
	# Sorted, because a parallel Append gives the branches in any order.
	return $node->safe_psql('postgres', join(' UNION ALL ',
		map { qq{SELECT '$_', count(*), md5(string_agg(t::text, '|' ORDER BY t::text COLLATE "C")) FROM $_ t} } split /\n/, $relations) . ' ORDER BY 1');
}
my $catalog = q{
    SELECT sequencename || ' ' || coalesce(last_value, 0) FROM pg_sequences WHERE schemaname = 'lending'
    UNION ALL SELECT pg_get_triggerdef(t.oid) || ' ' || tgenabled::text FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
        WHERE c.relnamespace = 'lending'::regnamespace AND NOT tgisinternal
    UNION ALL SELECT pg_get_functiondef(oid) || ' ' || coalesce(proacl::text, '') FROM pg_proc WHERE pronamespace = 'lending'::regnamespace
    UNION ALL SELECT conrelid::regclass || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'lending'::regnamespace
    UNION ALL SELECT pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class c ON c.oid = indrelid WHERE c.relnamespace = 'lending'::regnamespace
    UNION ALL SELECT relname || ' ' || coalesce(relacl::text, '') || coalesce(obj_description(oid, 'pg_class'), '') FROM pg_class
        WHERE relnamespace = 'lending'::regnamespace
    UNION ALL SELECT pg_describe_object(classid, objid, 0) FROM pg_depend WHERE deptype = 'x'
        AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'credit_risk')
    ORDER BY 1};
my $models = q{
    SELECT version, model, encode(content_sha256, 'hex'), metrics, created_at FROM credit_risk.model_version ORDER BY 1;
    SELECT * FROM credit_risk.deployment;
    SELECT * FROM credit_risk.model_event ORDER BY event};
my $scores = q{
    SELECT md5(string_agg(encode(float8send(credit_risk.probability_of_default(f, 'retail')), 'hex'), ',' ORDER BY application_id))
    FROM lending.application_features f};
my $replayed = q{
    SELECT count(*), bool_and(r.identical) FROM lending.decisions d, LATERAL lending.replay_decision(d.decision_id) r WHERE d.model_version IS NOT NULL};
my $apply = q{
    INSERT INTO lending.applications (customer_id, loan_amount, loan_purpose, loan_tenure_months, interest_rate, application_date)
    VALUES (1, 300000, 'Education', 36, 11, '2025-07-01')
    RETURNING application_id, application_status, credit_score, risk_probability, remarks};

my %before = (rows => rows_of($old), map { $_->[0] => $old->safe_psql('postgres', $_->[1]) }
	  ([ catalog => $catalog ], [ models => $models ], [ scores => $scores ]));
like($before{rows}, qr/^lending\.decisions\|[1-9]/m, 'there are decisions to lose');
like($before{rows}, qr/^lending\.npa_tracking\|[1-9]/m, 'there are NPA rows to lose');
like($old->safe_psql('postgres', $replayed), qr/^[1-9]\d*\|t$/, 'every scored decision replays to the same bits');

sub compare
{
	my ($node, $how) = @_;
	is(rows_of($node), $before{rows}, "$how: every row of every table and view");
	is($node->safe_psql('postgres', $catalog), $before{catalog}, "$how: sequences, triggers, functions, constraints, grants, comments");
	is($node->safe_psql('postgres', $models), $before{models}, "$how: model versions, deployment, event log");
	is($node->safe_psql('postgres', $scores), $before{scores}, "$how: the same scores");
	like($node->safe_psql('postgres', $replayed), qr/^[1-9]\d*\|t$/, "$how: the decisions replay");
}

# A pipe into psql, as everybody does it.
my $plain = PostgreSQL::Test::Cluster->new('plain');
$plain->init;
$plain->start;
$plain->safe_psql('postgres', 'CREATE ROLE bi_reader');
ok(run([ 'pg_dump', '-d', $old->connstr('postgres') ], '|',
	[ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', '-d', $plain->connstr('postgres') ]), 'pg_dump | psql');
compare($plain, 'pg_dump | psql');
is($plain->safe_psql('postgres', $apply), $old->safe_psql('postgres', $apply), 'the next application gets the same id and the same decision');

# A custom dump, restored by parallel jobs: another order of things.
my $jobs = PostgreSQL::Test::Cluster->new('jobs');
$jobs->init;
$jobs->start;
$jobs->safe_psql('postgres', 'CREATE ROLE bi_reader');
my $file = PostgreSQL::Test::Utils::tempdir() . '/dump';
$old->safe_psql('postgres', 'DELETE FROM lending.applications WHERE application_id = 301');
$old->command_ok([ 'pg_dump', '-Fc', '-f', $file, '-d', $old->connstr('postgres') ], 'pg_dump -Fc');
$jobs->command_ok([ 'pg_restore', '-j2', '--exit-on-error', '-d', $jobs->connstr('postgres'), $file ], 'pg_restore -j2');
$before{rows} = rows_of($old);
$before{catalog} = $old->safe_psql('postgres', $catalog);
compare($jobs, 'pg_restore -j2');

# DROP EXTENSION without CASCADE takes the triggers that call it, and nothing else.
my $exported = $jobs->safe_psql('postgres', 'SELECT credit_risk.export_model(1)');
$jobs->safe_psql('postgres', 'DROP EXTENSION credit_risk');
is(rows_of($jobs), $before{rows}, 'DROP EXTENSION: every row of every table and view is there');
is($jobs->safe_psql('postgres', q{SELECT string_agg(tgname, ',' ORDER BY tgname) FROM pg_trigger WHERE NOT tgisinternal}),
	'append_only,guard_score,limits_do_not_cross,log_change', 'the triggers that need no extension are there');
my $last_decision = $jobs->safe_psql('postgres', 'SELECT last_value FROM lending.decisions_decision_id_seq');
is($jobs->safe_psql('postgres', q{
    BEGIN;
    UPDATE lending.applications SET application_status = 'Approved', remarks = 'by hand' WHERE application_id =
      (SELECT min(application_id) FROM lending.applications WHERE application_status = 'Rejected');
    UPDATE lending.applications SET application_status = 'Approved', assessment = NULL WHERE application_id =
      (SELECT min(application_id) FROM lending.applications WHERE application_status = 'Rejected' AND assessment IS NOT NULL);
    SELECT kind, previous_status, application_status, model_version IS NULL FROM lending.decisions ORDER BY decision_id DESC LIMIT 2;
    ROLLBACK}), "manual|Rejected|Approved|t\nmanual|Rejected|Approved|t", 'and what people decide is still recorded');
# A rollback leaves a sequence where it got to.
$jobs->safe_psql('postgres', "SELECT setval('lending.decisions_decision_id_seq', $last_decision)");
$jobs->safe_psql('postgres', 'REFRESH MATERIALIZED VIEW CONCURRENTLY lending.loan_distribution');
my (undef, undef, $refused) = $jobs->psql('postgres', 'DELETE FROM lending.decisions');
like($refused, qr/append-only/, 'the log is still append-only');

# The extension again: the triggers come back; the model goes back in from its export.
$jobs->safe_psql('postgres', q{CREATE EXTENSION credit_risk; SELECT credit_risk.create_lending_schema('lending')});
is(rows_of($jobs), $before{rows}, 'create_lending_schema again: no row changes');
is($jobs->safe_psql('postgres', $catalog), $before{catalog}, 'and the catalog is as it was');
like($jobs->safe_psql('postgres', "BEGIN; $apply; ROLLBACK"), qr/\|Pending\|\|\|Not scored: no version of model "retail" is deployed\./,
	'without a model an application stays Pending and says why');
my $import = "SELECT credit_risk.import_model('retail', 'credit_risk.model.v1', \$model\$$exported\$model\$)";
is($jobs->safe_psql('postgres', $import), '1', 'the export imports');
$jobs->safe_psql('postgres', 'SELECT credit_risk.approve(1), credit_risk.deploy(1)');
is($jobs->safe_psql('postgres', $scores), $before{scores}, 'and scores as before');
like($jobs->safe_psql('postgres', $replayed), qr/^[1-9]\d*\|t$/, 'the old decisions replay');

$_->stop for ($old, $plain, $jobs);
done_testing();
