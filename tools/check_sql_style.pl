#!/usr/bin/perl
# The install script makes what is not there yet, and every function says what it is: reasons in CONTRIBUTING.md.
use strict;
use warnings;
use File::Basename qw(dirname);

chdir dirname(__FILE__) . '/..' or die;
my $complaints = 0;

sub complain
{
	my ($file, $line, $text) = @_;
	print "$file:$line: $text\n";
	$complaints++;
	return;
}

# Comments and quoted bodies go blank, line for line, so that what is left is the statements themselves.
sub blanked
{
	my ($text) = @_;
	my $blank = sub { (my $b = shift) =~ s/[^\n]/ /g; return $b; };
	$text =~ s{(\$(\w*)\$.*?\$\2\$|'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/)}{ substr($1, 0, 1) eq "'" ? "'" . substr($blank->($1), 1) : $blank->($1) }gesx;
	return $text;
}

sub check_function
{
	my ($file, $line, $statement, $original) = @_;
	my ($name) = $statement =~ /FUNCTION\s+([\w.]+)/i;
	my $what = "function $name";
	complain($file, $line, "$what does not state its volatility") unless $statement =~ /\b(IMMUTABLE|STABLE|VOLATILE)\b/;
	complain($file, $line, "$what does not state PARALLEL") unless $statement =~ /\bPARALLEL\s+(SAFE|RESTRICTED|UNSAFE)\b/;
	complain($file, $line, "$what is LEAKPROOF, but may raise an error about its input")
	  if $statement =~ /(?<!NOT )\bLEAKPROOF\b/;
	my $pinned = $statement =~ /\bSET\s+search_path\s*(=|TO)\s*pg_catalog\s*,\s*pg_temp\b/i;
	complain($file, $line, "$what needs SET search_path = pg_catalog, pg_temp")
	  if !$pinned && $statement =~ /\bLANGUAGE\s+plpgsql\b|\bSECURITY\s+DEFINER\b/i;
	return;
}

for my $file (sort glob 'sql/modules/*.sql')
{
	open my $in, '<:encoding(UTF-8)', $file or die "$file: $!";
	my $original = do { local $/; <$in> };
	close $in;
	my $text = blanked($original);
	my $line = 1;
	for my $statement (split /(?<=;)/, $text)
	{
		my ($lead) = $statement =~ /\A(\s*)/;
		my $at = $line + ($lead =~ tr/\n//);
		complain($file, $at, 'CREATE OR REPLACE would take over an object that somebody made before') if $statement =~ /\bCREATE\s+OR\s+REPLACE\b/i;
		complain($file, $at, 'IF NOT EXISTS would take over an object that somebody made before') if $statement =~ /\bIF\s+NOT\s+EXISTS\b/i;
		check_function($file, $at, $statement) if $statement =~ /^\s*CREATE\s+FUNCTION\b/i;
		$line += ($statement =~ tr/\n//);
	}
	my $number = 0;
	for (split /\n/, $original)
	{
		$number++;
		complain($file, $number, '@extschema@ inside quotes can be broken by a schema name') if /['\$]\@extschema\@/;
		complain($file, $number, 'a tab, or white space at the end') if /\t|\s+$/;
	}
}
exit($complaints ? 1 : 0);
