#!/usr/bin/perl
# META.json follows the PGXN meta spec 1.0.0 and agrees with the control file.
use strict;
use warnings;
use File::Basename qw(dirname);
use JSON::PP;

chdir dirname(__FILE__) . '/..' or die;
my $complaints = 0;
sub complain { print "META.json: @_\n"; $complaints++; return; }

sub slurp
{
	my ($file) = @_;
	open my $in, '<:raw', $file or die "$file: $!\n";
	local $/;
	return scalar <$in>;
}

my $meta = JSON::PP->new->utf8->decode(slurp('META.json'));
for my $key (qw(name version abstract maintainer license provides meta-spec))
{
	complain("\"$key\" is required") unless defined $meta->{$key};
}
my $semantic = qr/\A(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}(?:-[A-Za-z][\dA-Za-z-]*)?\z/;
my ($version) = slurp('credit_risk.control') =~ /^default_version = '([^']+)'/m;
complain("the version is $meta->{version}, the control file says $version") if $meta->{version} ne $version;
complain('the version is not semantic') if $meta->{version} !~ $semantic;
complain('"meta-spec" must name version 1.0.0') if ($meta->{'meta-spec'}{version} // '') ne '1.0.0';
complain('"release_status" is stable, testing or unstable') if ($meta->{release_status} // 'stable') !~ /\A(?:stable|testing|unstable)\z/;
for my $name (sort keys %{ $meta->{provides} // {} })
{
	my $provided = $meta->{provides}{$name};
	complain("\"$name\" needs file and version") unless $provided->{file} && $provided->{version};
	complain("\"$name\" has version $provided->{version}, not $version") if $provided->{version} ne $version;
}
for my $phase (values %{ $meta->{prereqs} // {} })
{
	for my $relation (keys %$phase)
	{
		complain("a prerequisite is not \"$relation\"") if $relation !~ /\A(?:requires|recommends|suggests|conflicts)\z/;
	}
}
for my $key (grep { !/\Ax_/i } keys %$meta)
{
	complain("\"$key\" is no key of the spec")
	  if !grep { $_ eq $key } qw(name version abstract maintainer license provides meta-spec description generated_by tags
	  no_index prereqs release_status resources);
}
exit($complaints ? 1 : 0);
