# Errors that cross from the core into the server leave no memory behind in the process, and running out of memory in the
# core is an error like any other: the session goes on.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => 'needs /proc and prlimit' unless -r "/proc/$$/status" && `prlimit --version 2>/dev/null` =~ /util-linux/;

my $node = PostgreSQL::Test::Cluster->new('errors');
$node->init;
$node->start;
my $constant = '{"format": "credit_risk.model.v1", "algorithm": "constant", "link": "identity", "average": false, "precision": "f64", "base_margin": 0, "features": [{"name": "x", "kind": "numeric"}], "trees": [{"feature": [-1], "left": [-1], "right": [-1], "threshold": [0], "value": [0.5], "cover": [1]}]}';
$node->safe_psql('postgres', qq{
    CREATE EXTENSION credit_risk;
    SELECT credit_risk.import_model('constant', 'credit_risk.model.v1', '$constant');
    SELECT credit_risk.approve(1), credit_risk.deploy(1);
    CREATE FUNCTION catch_errors(count int) RETURNS int LANGUAGE plpgsql AS \$\$
    DECLARE caught int := 0;
    BEGIN
        FOR i IN 1..count LOOP
            BEGIN
                CASE i % 2
                WHEN 0 THEN PERFORM credit_risk.canonical_content('credit_risk.model.v1', convert_to('{"format": "credit_risk.model.v1", "surprise": "' || repeat('x', 10000) || '"}', 'UTF8'));
                ELSE PERFORM credit_risk.probability_of_default(ARRAY['Infinity'::float8], 'constant');
                END CASE;
            EXCEPTION WHEN data_exception THEN
                caught := caught + 1;
            END;
        END LOOP;
        RETURN caught;
    END \$\$;
    CREATE FUNCTION status_kilobytes(field text) RETURNS int LANGUAGE sql AS
    \$\$SELECT (regexp_match(pg_read_file('/proc/self/status'), field || E':\\\\s+(\\\\d+) kB'))[1]::int\$\$;
    -- a valid model of 200,000 leaves, 4 MB of JSON whose parsed form takes many times that
    CREATE TABLE large AS
    SELECT format('{"format": "credit_risk.model.v1", "algorithm": "constants", "link": "identity", "average": true, "precision": "f64", "base_margin": 0, "features": [{"name": "x", "kind": "numeric"}], "trees": [%s]}',
                  string_agg('{"feature": [-1], "left": [-1], "right": [-1], "threshold": [0], "value": [0.5], "cover": [1]}', ',')) AS content
      FROM generate_series(1, 50000);
});

# One session throughout: its process is what is measured.
my ($status, $out, $err) = $node->psql('postgres', q{
    SELECT catch_errors(2000);
    SELECT status_kilobytes('VmRSS') AS before \gset
    SELECT catch_errors(20000);
    SELECT status_kilobytes('VmRSS') - :before;
});
is($status, 0, 'errors are caught') or diag $err;
my ($warm, $caught, $grown) = split /\n/, $out;
is($caught, 20000, 'every one of 20,000');
note "measured: the process grew by $grown kB over 20,000 errors";
cmp_ok($grown, '<=', 256, 'and the process is no larger');

# The limit is set on the running backend alone, a little above what it uses; the server's own copies of the text fit,
# the parsed document does not.
my $session = $node->background_psql('postgres', on_error_stop => 0);
my $pid = $session->query_safe('SELECT pg_backend_pid()');
is($session->query_safe(q{SELECT credit_risk.probability_of_default(ARRAY[1.0], 'constant')}), '0.5', 'the session scores');
$session->query_safe('SELECT length(content) FROM large');
my $limit = (1024 * $session->query_safe(q{SELECT status_kilobytes('VmSize')})) + 40 * 1024 * 1024;
system('prlimit', "--pid=$pid", "--as=$limit:") == 0 or die 'prlimit failed';
my $import = q{
    DO $$
    DECLARE state text; message text; detail text;
    BEGIN
        PERFORM credit_risk.canonical_content('credit_risk.model.v1', convert_to(content, 'UTF8')) FROM large;
        RAISE NOTICE 'imported';
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
        RAISE NOTICE 'state % message % detail %', state, message, detail;
    END $$;
};
for my $round (1 .. 3)
{
	$session->{stderr} = '';
	$session->query($import);
	# The server's own message for a failed palloc has a DETAIL; the core's bad_alloc has none.
	like($session->{stderr}, qr/state 53200 message out of memory detail \s*$/m, "round $round: bad_alloc in the core is an ERROR");
	$session->{stderr} = '';
	is($session->query_safe(q{SELECT credit_risk.probability_of_default(ARRAY[1.0], 'constant')}), '0.5', 'after which the session scores');
}
system('prlimit', "--pid=$pid", '--as=unlimited:') == 0 or die 'prlimit failed';
$session->{stderr} = '';
$session->query($import);
like($session->{stderr}, qr/imported/, 'with memory enough the same model is read');
$session->{stderr} = '';
$session->quit;

is($node->safe_psql('postgres', 'SELECT count(*) FROM pg_stat_activity WHERE backend_type = $$checkpointer$$'), '1', 'the server never went down');
$node->stop;
done_testing();
