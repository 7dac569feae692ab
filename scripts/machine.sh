# What the scripts share: packages, Python environments, the unprivileged user, a private PostgreSQL. Sourced by bash.
# Nothing here writes into the system's own PostgreSQL: the server's files are copied and the extension goes into the copy.

unset "${!PG@}" "${!CMAKE_@}" "${!CCACHE_@}" MAKEFLAGS MAKELEVEL CDPATH PYTHONPATH PYTHONHOME PYTHONSTARTUP
export LC_ALL=C.UTF-8 TZ=UTC

say() { printf '%s\n' "$*"; }
die() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

is_root() { [ "$(id -u)" -eq 0 ]; }

# Runs a command as the user that may start a server, which refuses to run as root; from a folder that this user can enter.
unprivileged() (
  cd /
  if is_root; then runuser -u postgres -- "$@"; else "$@"; fi
)

as_root() {
  if is_root; then "$@"; else sudo -n "$@"; fi
}

missing_packages() {
  local package
  for package in "$@"; do
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || printf '%s ' "$package"
  done
}

# install_packages NAME...: through apt, only what is not there.
install_packages() {
  local missing
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  if ! is_root && ! sudo -n true 2>/dev/null; then
    die "these packages are missing, and neither root nor sudo is at hand: apt-get install $missing"
  fi
  say "Installing Debian packages: $missing"
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o=Dpkg::Use-Pty=0)
  # shellcheck disable=SC2086
  { as_root "${apt[@]}" update && as_root "${apt[@]}" install -y --no-install-recommends $missing; } </dev/null >"$LOG" 2>&1 ||
    { cat "$LOG" >&2; die "apt could not install: $missing"; }
}

# Where what was fetched once is kept for the next run.
cache_folder() {
  local folder=/var/cache/credit_risk
  is_root || folder=${XDG_CACHE_HOME:-$HOME/.cache}/credit_risk
  printf '%s' "${CREDIT_RISK_CACHE:-$folder}"
}

# python_environment REQUIREMENTS [PIP OPTION...]: prints the python of a virtual environment with those packages, which Debian's
# python3 makes from the package index that pip is set up for, once for each content of the file.
python_environment() {
  local requirements=$1 cache folder
  cache=$(cache_folder)
  install_packages python3 python3-venv >&2
  folder=$cache/python-$({ /usr/bin/python3 --version; cat "$requirements"; } | sha256sum | cut -c1-16)
  if [ ! -e "$folder/complete" ]; then
    say "Installing the Python packages of $(basename "$requirements")" >&2
    mkdir -p "$cache"
    (
      flock 9
      if [ -e "$folder/complete" ]; then exit; fi # by another run, meanwhile
      rm -rf "$folder"
      /usr/bin/python3 -m venv "$folder" &&
        "$folder/bin/python" -m pip install --disable-pip-version-check -q "${@:2}" -r "$requirements" && touch "$folder/complete"
    ) 9>"$cache/python.lock" </dev/null >"$LOG" 2>&1 || { cat "$LOG" >&2; return 1; }
  fi
  printf '%s' "$folder/bin/python"
}

# The PostgreSQL to build for: CR_PG_MAJOR, else the newest installed, else the release's own.
postgres_major() {
  local found
  found=${CR_PG_MAJOR:-$(for server in /usr/lib/postgresql/*/bin/postgres; do
    [ -x "$server" ] && basename "${server%/bin/postgres}"
  done | sort -n | tail -1)}
  if [ -z "$found" ]; then
    apt-cache show postgresql >/dev/null 2>&1 || as_root apt-get -qq update </dev/null >&2
    found=$(apt-cache depends postgresql | sed -n 's/^ *Depends: postgresql-\([0-9][0-9]*\)$/\1/p' | head -1)
  fi
  [ -n "$found" ] || die "no PostgreSQL is installed and apt offers none"
  printf '%s' "$found"
}

# The server's headers, into the copy alone: their package drags in LLVM, 1.2 GB that a build without bitcode never reads.
unpack_headers() {
  local major=$1 to=$2 version folder
  if [ -e "/usr/include/postgresql/$major/server/postgres.h" ]; then
    cp -a "/usr/include/postgresql/$major" "$to/include/postgresql/"
    return
  fi
  version=$(dpkg-query -W -f='${Version}' "postgresql-$major")
  folder=$(mktemp -d)
  (
    cd "$folder"
    apt-get -qq download "postgresql-server-dev-$major=$version" ||
      { as_root apt-get -qq update && apt-get -qq download "postgresql-server-dev-$major"; }
    dpkg -x postgresql-server-dev-*.deb .
    cp -a "usr/include/postgresql/$major" "$to/include/postgresql/"
  ) </dev/null >"$LOG" 2>&1 || { cat "$LOG" >&2; die "could not fetch the headers of PostgreSQL $major"; }
  rm -rf "$folder"
}

# private_postgres MAJOR FOLDER: a copy of the installed server that finds its own files. Its pg_config: see pg_config_of.
private_postgres() {
  local major=$1 to=$2
  mkdir -p "$to/lib/postgresql/$major" "$to/share/postgresql" "$to/include/postgresql"
  cp -a "/usr/lib/postgresql/$major/bin" "/usr/lib/postgresql/$major/lib" "$to/lib/postgresql/$major/"
  rm -rf "$to/lib/postgresql/$major/lib/bitcode"
  cp -a "/usr/share/postgresql/$major" "$to/share/postgresql/"
  unpack_headers "$major" "$to"
}

# start_server FOLDER [setting...]: data, socket and log in the folder; BIN is the server's bin folder.
start_server() {
  local folder=$1
  shift
  if [ ! -e "$folder/data/PG_VERSION" ]; then
    unprivileged "$BIN/initdb" -D "$folder/data" -A trust -U postgres -E UTF8 --locale=C.UTF-8 --no-sync >"$LOG" 2>&1 ||
      { cat "$LOG" >&2; die "initdb failed"; }
    unprivileged mkdir -p -m 700 "$folder/run"
    {
      printf "listen_addresses = ''\nport = 5432\nunix_socket_directories = '%s'\n" "$folder/run"
      printf '%s\n' "$@"
    } | unprivileged tee -a "$folder/data/postgresql.conf" >/dev/null
  fi
  unprivileged "$BIN/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w -s start </dev/null >"$LOG" 2>&1 ||
    { cat "$LOG" "$folder/server.log" >&2; die "the private server could not start"; }
}

stop_server() {
  [ ! -e "$1/data/postmaster.pid" ] || unprivileged "$BIN/pg_ctl" -D "$1/data" -w -s -m fast stop >/dev/null 2>&1 || true
}

# copy_source FOLDER: the checkout as it is, less what builds leave behind.
copy_source() {
  mkdir -p "$1"
  tar -C "$CHECKOUT" --exclude=./.git --exclude=./build --exclude='./build-*' --exclude=./demo --exclude=./results \
    --exclude=./tmp_check --exclude=./output_iso --exclude=./log --exclude='*.o' --exclude='*.so' --exclude='./sql/credit_risk--*.sql' \
    --exclude=.built_for -cf - . | tar -C "$1" -xf -
}
