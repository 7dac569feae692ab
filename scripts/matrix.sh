# scripts/test --matrix: the extension's tests on other major versions, each in a Debian chroot that is kept. Sourced.

CHROOTS=${CREDIT_RISK_CHROOTS:-/var/cache/credit_risk}
MATRIX=(17:trixie 18:forky)

debian_mirror() {
  apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' 'Created-By: Packages' 2>/dev/null | grep -v security | head -1
}

# make_chroot SUITE FOLDER: a minimal Debian, finished or not there at all.
make_chroot() {
  local suite=$1 folder=$2 script=/usr/share/debootstrap/scripts/$1 mirror
  mirror=$(debian_mirror)
  [ -n "$mirror" ] || { echo "apt's configuration names no Debian mirror"; return 1; }
  [ -e "$script" ] || script=/usr/share/debootstrap/scripts/sid
  rm -rf --one-file-system "$folder.part"
  debootstrap --variant=minbase "$suite" "$folder.part" "$mirror" "$script" || return
  echo 'Acquire::Check-Valid-Until "false";' >"$folder.part/etc/apt/apt.conf.d/99credit_risk"
  printf '#!/bin/sh\nexit 101\n' >"$folder.part/usr/sbin/policy-rc.d" # no server of the package's own
  chmod 755 "$folder.part/usr/sbin/policy-rc.d"
  mv "$folder.part" "$folder"
}

# The mounts live in a mount namespace of their own, so they end with the process, however it ends.
in_chroot() {  # FOLDER COMMAND...
  unshare --mount --propagation private bash -euc '
    root=$1
    shift
    mount -t proc proc "$root/proc"
    mount --bind /dev "$root/dev"
    mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
    if [ -n "$CR_DATA" ]; then
      mkdir -p "$root/srv/real_data"
      mount --bind "$CR_DATA" "$root/srv/real_data"
    fi
    exec chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
      ${CR_DATA:+CREDIT_RISK_DATA=/srv/real_data} "$@"' chroot "$@"
}

test_version() {  # MAJOR SUITE
  local major=$1 suite=$2 folder=$CHROOTS/$2 since=$SECONDS output passed failed skipped
  say
  say "--- PostgreSQL $major on Debian $suite ---"
  if [ ! -d "$folder" ]; then step "chroot of Debian $suite" make_chroot "$suite" "$folder"; fi
  rm -rf --one-file-system "$folder/srv/credit_risk"
  copy_source "$folder/srv/credit_risk"
  output=$WORK/matrix_$major
  in_chroot "$folder" env CR_PG_MAJOR="$major" bash /srv/credit_risk/scripts/test --only regress,isolation,tap </dev/null 2>&1 |
    tee "$output" | sed '/^[0-9]* passed, /d' || true
  read -r passed failed skipped <<<"$(sed -nE 's/^([0-9]+) passed, ([0-9]+) failed, ([0-9]+) skipped$/\1 \2 \3/p' "$output" | tail -1)"
  count "PostgreSQL $major ($suite)" "${passed:-0}" "${failed:-1}" "${skipped:-0}" "$since"
}

test_matrix() {
  local entry
  if ! is_root || ! unshare --mount true 2>/dev/null; then
    say "The matrix is skipped: making a chroot needs root and the right to mount."
    say
    say "0 passed, 0 failed, ${#MATRIX[@]} skipped"
    return
  fi
  install_packages debootstrap debian-archive-keyring
  mkdir -p "$CHROOTS"
  exec 9>"$CHROOTS/lock"
  flock 9
  find_data
  CR_DATA=${CREDIT_RISK_DATA:-}
  export CR_DATA
  for entry in "${MATRIX[@]}"; do test_version "${entry%%:*}" "${entry##*:}"; done
  summarize matrix
}
