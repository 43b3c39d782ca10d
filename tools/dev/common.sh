# Shared by every verb: messages, places, Debian packages.

say() {
  local mark=--
  if [[ -t 2 && -z ${NO_COLOR:-} ]]; then mark=$'\033[2m--\033[0m'; fi
  printf '%s %s\n' "$mark" "$*" >&2
}
die() {
  printf 'dev: %s\n' "$*" >&2
  exit 1
}

cache_dir() { echo "${SSM_BACKUP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ssm-backup}"; }

readonly COMPILER_PACKAGES=(
  clang-19 lld-19 libclang-rt-19-dev cmake ninja-build ccache pkg-config libssl-dev
  libboost1.81-dev libboost-json1.81-dev libboost-system1.81-dev libcli11-dev libfmt-dev
  libyaml-cpp-dev libpugixml-dev libcurl4-openssl-dev libgtest-dev libgmock-dev python3 python3-venv git ca-certificates
)

# need PACKAGE...: installs those that are missing, and nothing else.
need() {
  local missing
  missing=$(comm -23 <(printf '%s\n' "$@" | sort -u) \
    <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
      sed -n 's/^installed //p' | sort -u))
  [[ -z $missing ]] && return
  local as_root=()
  if [[ $(id -u) != 0 ]]; then
    command -v sudo >/dev/null || die "missing packages, and no sudo to install them:" $missing
    as_root=(sudo)
  fi
  say "installing:" $missing
  local log
  log=$(mktemp)
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq >"$log" 2>&1 || true
  if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends $missing >>"$log" 2>&1; then
    tail -n 15 "$log" >&2
    rm -f "$log"
    die "apt-get could not install:" $missing
  fi
  rm -f "$log"
}

# fresh_venv DIR LOCK...: a virtual environment that holds exactly what the hashed locks name.
fresh_venv() {
  local dir=$1 lock
  shift
  python3 -m venv "$dir" || die "python3 -m venv failed: is python3-venv installed?"
  for lock in "$@"; do
    "$dir/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r "$lock" ||
      die "pip could not install $lock"
  done
}

short_hash() { sha256sum | cut -c1-12; }
