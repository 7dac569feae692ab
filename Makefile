# Builds the server extension (src/core + src/pg) with PGXS. The core alone, its tests and sanitizers: CMakeLists.txt.
#   make, make install, make installcheck              any server: PG_CONFIG=/path/to/pg_config
#   make -f /path/to/Makefile                          out of tree, in the current folder
#   make installcheck REGRESS="emi npa_class"          these tests alone; likewise ISOLATION=, PROVE_TESTS=test/t/001_x.pl

EXTENSION = credit_risk
MODULE_big = credit_risk

SRC := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
ifeq ($(SRC),)
SRC := .
endif

EXTVERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" $(SRC)/credit_risk.control)
SOURCES := $(sort $(wildcard $(SRC)/src/core/*.cpp $(SRC)/src/core/*/*.cpp $(SRC)/src/core/*/*/*.cpp $(SRC)/src/core/*/*/*/*.cpp $(SRC)/src/pg/*.cpp $(SRC)/src/pg/*/*.cpp))
OBJS = $(patsubst $(SRC)/%.cpp,%.o,$(SOURCES))
INSTALL_SQL = sql/credit_risk--$(EXTVERSION).sql
DATA_built = $(INSTALL_SQL)
# Relative: PGXS puts the source folder before each.
DATA = $(patsubst $(SRC)/%,%,$(wildcard $(SRC)/sql/updates/credit_risk--*--*.sql))
EXTRA_CLEAN = $(OBJS:.o=.d) .built_for

# One kind of test named on the command line runs alone.
ONE_KIND := $(strip $(foreach kind,REGRESS ISOLATION PROVE_TESTS,$(if $(filter command,$(firstword $(origin $(kind)))),$($(kind)))))
ifeq ($(ONE_KIND),)
REGRESS := $(patsubst $(SRC)/test/sql/%.sql,%,$(sort $(wildcard $(SRC)/test/sql/*.sql)))
ISOLATION := $(patsubst $(SRC)/test/isolation/specs/%.spec,%,$(sort $(wildcard $(SRC)/test/isolation/specs/*.spec)))
PROVE_TESTS := $(patsubst $(SRC)/%,%,$(sort $(wildcard $(SRC)/test/t/*.pl)))
endif
ifneq ($(PROVE_TESTS),)
TAP_TESTS = 1
endif
REGRESS_OPTS = --inputdir=$(SRC)/test $(REGRESS_EXPECTED) --load-extension=credit_risk
ISOLATION_OPTS = --inputdir=$(SRC)/test/isolation $(ISOLATION_EXPECTED) --load-extension=credit_risk

PG_CPPFLAGS = -I$(SRC)/src -isystem $(shell $(PG_CONFIG) --includedir-server) -isystem /usr/include/eigen3
PG_CXXFLAGS = -std=c++17 -O2 -Wall -Wextra -fvisibility=hidden -fvisibility-inlines-hidden -ffp-contract=off -MMD -MP
SHLIB_LINK = -lexpat -lstdc++ -Wl,--version-script=$(SRC)/src/pg/exports.map
# The bitcode step would compile with clang, without PG_CXXFLAGS.
override with_llvm = no

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)
-include $(OBJS:.o=.d)

# From 16 on pg_regress is told where expected/ is; before, it looks in the current folder and in the input folder.
ifeq ($(filter 13 14 15,$(MAJORVERSION)),)
REGRESS_EXPECTED = --expecteddir=$(SRC)
ISOLATION_EXPECTED = --expecteddir=$(SRC)/test/isolation
else ifneq ($(realpath $(SRC)),$(CURDIR))
installcheck: link_expected
link_expected:
	@ln -sfn $(abspath $(SRC)/expected) expected
.PHONY: link_expected
EXTRA_CLEAN += expected
endif

$(INSTALL_SQL): $(sort $(wildcard $(SRC)/sql/modules/*.sql)) $(SRC)/credit_risk.control .built_for
	cat $(filter %.sql,$^) > $@

# Objects made for another server are made again.
.built_for: FORCE
	@echo '$(VERSION) $(CXX) $(CXXFLAGS) $(CPPFLAGS)' | cmp -s - $@ || echo '$(VERSION) $(CXX) $(CXXFLAGS) $(CPPFLAGS)' > $@
FORCE:
.PHONY: FORCE

# Out of tree, PGXS would take objects that a build in the source folder left there.
VPATH :=
vpath %.control $(SRC)
$(shell mkdir -p sql $(sort $(dir $(OBJS))))
$(OBJS): %.o: $(SRC)/%.cpp .built_for
	$(COMPILE.cc) -o $@ $<
$(shlib): $(SRC)/src/pg/exports.map
