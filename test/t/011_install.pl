# Who may have been in the schema before: CREATE EXTENSION trusts nothing that it did not make.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('install');
$node->init;
$node->start;
$node->safe_psql('postgres', 'CREATE ROLE mallory LOGIN; CREATE ROLE alice LOGIN; GRANT CREATE ON DATABASE postgres TO alice');

# Runs the preparation in a fresh database, then CREATE EXTENSION as superuser; the error message, or nothing.
my $number = 0;
sub install_after
{
	my ($preparation) = @_;
	my $db = 'install' . $number++;
	$node->safe_psql('postgres', "CREATE DATABASE $db; GRANT CREATE ON DATABASE $db TO mallory");
	$node->safe_psql($db, $preparation) if $preparation;
	my (undef, undef, $stderr) = $node->psql($db, 'CREATE EXTENSION credit_risk');
	return ($stderr, $db);
}

my ($message, $fresh) = install_after('');
is($message, '', 'a database without the schema');
($message) = install_after(q{
    SET SESSION AUTHORIZATION mallory;
    CREATE SCHEMA credit_risk;
    CREATE FUNCTION credit_risk.credit_score(features jsonb, model varchar) RETURNS int LANGUAGE sql AS 'SELECT 850'});
like($message, qr/schema "credit_risk" already exists and belongs to role "mallory"/, 'a schema made by somebody else, with a function in wait');
($message) = install_after('SET SESSION AUTHORIZATION mallory; CREATE SCHEMA credit_risk');
like($message, qr/belongs to role "mallory"/, 'an empty one: its owner could fill it later');
($message) = install_after('CREATE SCHEMA credit_risk; GRANT CREATE ON SCHEMA credit_risk TO mallory');
like($message, qr/others may create objects in it/, 'a trusted owner, but others may create in it');
($message) = install_after('CREATE SCHEMA credit_risk; GRANT CREATE ON SCHEMA credit_risk TO PUBLIC');
like($message, qr/others may create objects in it/, 'or everybody may');
($message) = install_after(q{CREATE SCHEMA credit_risk; CREATE FUNCTION credit_risk.f() RETURNS int LANGUAGE sql AS 'SELECT 1'});
like($message, qr/already exists and is not empty/, 'a trusted owner, but something is in it');
($message) = install_after('CREATE SCHEMA credit_risk; CREATE TYPE credit_risk.mood AS ENUM ()');
like($message, qr/already exists and is not empty/, 'be it a type');
($message) = install_after('CREATE SCHEMA credit_risk; CREATE OPERATOR credit_risk.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq)');
like($message, qr/already exists and is not empty/, 'or an operator');
($message, my $restored) = install_after('CREATE SCHEMA credit_risk; GRANT USAGE ON SCHEMA credit_risk TO alice');
is($message, '', 'an empty schema of a superuser, as pg_dump makes it');
my (undef, undef, $stderr) = $node->psql($restored, 'DROP EXTENSION credit_risk; CREATE EXTENSION credit_risk');
is($stderr, '', 'DROP and CREATE EXTENSION again');

my (undef, undef, $refused) = $node->psql('postgres', 'SET SESSION AUTHORIZATION alice; CREATE EXTENSION credit_risk');
like($refused, qr/permission denied to create extension/, 'a plain role cannot install it');

# No function that runs with its owner's rights may look names up in a path that callers choose.
is($node->safe_psql($fresh, q{
    SELECT count(*) FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
      JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'credit_risk'
     WHERE (p.prosecdef OR p.prolang = (SELECT oid FROM pg_language WHERE lanname = 'plpgsql'))
       AND NOT 'search_path=pg_catalog, pg_temp' = ANY (coalesce(p.proconfig, '{}'))}), '0', 'every plpgsql and SECURITY DEFINER function pins its search_path');
is($node->safe_psql($fresh, q{
    SELECT string_agg(p.oid::regprocedure::text, ' ') FROM pg_proc p WHERE p.pronamespace = 'credit_risk'::regnamespace AND p.prosecdef AND has_function_privilege('alice', p.oid, 'EXECUTE')}),
	'', 'and none of those that run with its owner\'s rights is for everybody');

# The registry survives a dump: versions, pointer, log, sequences.
$node->safe_psql($fresh, q{
    SELECT credit_risk.import_model('m', 'credit_risk.model.v1', translate('<"format": "credit_risk.model.v1", "algorithm": "constant", "link": "identity", "average": false, "precision": "f64", "base_margin": 0, "features": [<"name": "x", "kind": "numeric">], "trees": [<"feature": [-1], "left": [-1], "right": [-1], "threshold": [0], "value": [0.5], "cover": [1]>]>', '<>', '{}')) FROM generate_series(1, 3);
    SELECT credit_risk.approve(2), credit_risk.deploy(2), credit_risk.approve(3), credit_risk.deploy(3);
    SELECT credit_risk.grant_access('alice', 'score')});
my $registry = q{SELECT (SELECT md5(string_agg(v::text, '|' ORDER BY version)) FROM credit_risk.model_version v),
    (SELECT string_agg(d::text, '|') FROM credit_risk.deployment d), (SELECT md5(string_agg(e::text, '|' ORDER BY event)) FROM credit_risk.model_event e)};
my $dump = $node->backup_dir . '/registry.sql';
$node->command_ok([ 'pg_dump', '-f', $dump, $node->connstr($fresh) ], 'pg_dump');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->command_ok([ 'psql', '-X', '-v', 'ON_ERROR_STOP=1', '-q', '-f', $dump, $node->connstr('restored') ], 'and psql into an empty database');
is($node->safe_psql('restored', $registry), $node->safe_psql($fresh, $registry), 'the registry is the same');
is($node->safe_psql('restored', q{SET ROLE alice; SELECT credit_risk.probability_of_default(ARRAY[1.0], 'm')}), '0.5', 'alice may still score');
is($node->safe_psql('restored', q{SELECT credit_risk.import_model('m', 'credit_risk.model.v1', credit_risk.export_model(3))}), '4', 'the next version gets the next number');
is($node->safe_psql('restored', q{SELECT credit_risk.rollback('m')}), '2', 'roll-back still knows what was deployed before');

$node->stop;
done_testing();
