# The validation report opens in a browser: every section, every chart, and nothing that overflows the page.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my ($browser) = grep { -x } map { my $folder = $_; map { "$folder/$_" } qw(chromium chromium-browser google-chrome) } split /:/, $ENV{PATH};
plan skip_all => 'no Chromium on this machine' unless $browser;

my $node = PostgreSQL::Test::Cluster->new('report');
$node->init;
$node->start;
$node->safe_psql('postgres', q{
CREATE EXTENSION credit_risk;
SELECT credit_risk.create_lending_schema();
SELECT credit_risk.generate_portfolio(300, 500);
SELECT credit_risk.train('retail', 'SELECT * FROM lending.training_set ORDER BY 1', 'high_risk', params => '{"trees": 20, "exclude": ["gender_encoded"]}');
});
my $html = $node->safe_psql('postgres', q{SELECT credit_risk.model_report(1, groups => '{gender_encoded}')});
$node->stop;

# What the browser makes of the page, written into it by a script that only the test adds.
my $probe = q{<script>window.onload = function () {
const count = function (selector) { return document.querySelectorAll(selector).length; };
const wide = Array.from(document.querySelectorAll('section, header, svg')).filter(function (e) { return e.getBoundingClientRect().right > window.innerWidth; }).length;
document.title = 'sections ' + count('section > h2') + ' charts ' + count('svg > title') + ' signatures ' + count('.signatures > div') + ' too wide ' + wide;
};</script>};
my $file = PostgreSQL::Test::Utils::tempdir() . '/report.html';
append_to_file($file, $html =~ s{</body>}{$probe</body>}r);
for my $width (1200, 500)
{
	my ($seen, $log) = run_command([ $browser, '--headless', '--no-sandbox', '--disable-gpu', "--window-size=$width,900", '--dump-dom', "file://$file" ]);
	my ($title) = $seen =~ m{<title>(.*?)</title>};
	is($title, 'sections 10 charts 6 signatures 3 too wide 0', "at a width of $width") or diag($log);
}
done_testing();
