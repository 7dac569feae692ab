# Builds the server extension (src/core + src/pg) with PGXS. The core alone, its tests and sanitizers: CMakeLists.txt.
# Out of tree: make -f /path/to/Makefile. Another server: make PG_CONFIG=/path/to/pg_config.

EXTENSION = credit_risk
MODULE_big = credit_risk

# Where the sources are: next to this file, wherever make runs.
SRC := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
ifeq ($(SRC),)
SRC := .
endif

EXTVERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" $(SRC)/credit_risk.control)
SOURCES := $(sort $(wildcard $(SRC)/src/core/*.cpp $(SRC)/src/core/*/*.cpp $(SRC)/src/core/*/*/*.cpp $(SRC)/src/pg/*.cpp))
OBJS = $(patsubst $(SRC)/%.cpp,%.o,$(SOURCES))
INSTALL_SQL = sql/credit_risk--$(EXTVERSION).sql
DATA_built = $(INSTALL_SQL)
DATA = $(wildcard $(SRC)/sql/updates/credit_risk--*--*.sql)
EXTRA_CLEAN = $(OBJS:.o=.d)

REGRESS = $(patsubst $(SRC)/test/sql/%.sql,%,$(sort $(wildcard $(SRC)/test/sql/*.sql)))
REGRESS_OPTS = --inputdir=$(SRC)/test $(EXPECTED_DIR) --load-extension=credit_risk
ISOLATION = $(patsubst $(SRC)/test/isolation/specs/%.spec,%,$(sort $(wildcard $(SRC)/test/isolation/specs/*.spec)))
ISOLATION_OPTS = --inputdir=$(SRC)/test/isolation --load-extension=credit_risk

PG_CPPFLAGS = -I$(SRC)/src -isystem $(shell $(PG_CONFIG) --includedir-server) -isystem /usr/include/eigen3
PG_CXXFLAGS = -std=c++17 -O2 -Wall -Wextra -fvisibility=hidden -fvisibility-inlines-hidden -ffp-contract=off -MMD -MP
SHLIB_LINK = -lstdc++ -Wl,--version-script=$(SRC)/src/pg/exports.map
# The bitcode step would compile with clang, without PG_CXXFLAGS.
override with_llvm = no

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

# From 16 on pg_regress looks for expected/ in the input folder; before, in the current one as well.
EXPECTED_DIR = $(if $(filter-out 15.% 15,$(VERSION)),--expecteddir=$(SRC))
-include $(OBJS:.o=.d)

$(INSTALL_SQL): $(sort $(wildcard $(SRC)/sql/modules/*.sql)) $(SRC)/credit_risk.control
	mkdir -p $(@D)
	cat $(filter %.sql,$^) > $@

$(OBJS): | $(sort $(dir $(OBJS)))
$(sort $(dir $(OBJS))):
	mkdir -p $@
