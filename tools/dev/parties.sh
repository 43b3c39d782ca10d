# Stand-ins for AWS that others wrote: versitygw, an S3 server in Go, built once from the modules
# that tools/deps/versitygw/go.sum pins. (moto is a Python package: tools/deps/test.in.) And for metrics
# Prometheus's own judge and its Pushgateway.

readonly VERSITYGW_GO_MINOR=25  # versitygw wants Go 1.25

# The path of a `go` that is new enough: the machine's own, else the one of tools/deps/go.txt.
go_command() {
  local version venv
  if command -v go >/dev/null; then
    version=$(GOTOOLCHAIN=local go env GOVERSION 2>/dev/null || true)
    if [[ $version =~ ^go1\.([0-9]+) ]] && ((BASH_REMATCH[1] >= VERSITYGW_GO_MINOR)); then
      command -v go
      return
    fi
  fi
  venv=$(locked_venv go) || return
  echo "$venv/bin/go"
}

versitygw_key() {
  {
    cat tools/dev/parties.sh tools/deps/versitygw/go.mod tools/deps/versitygw/go.sum
    uname -m
  } | short_hash
}

# need_versitygw: prints where the program is. Fails, saying why, where it cannot be had.
need_versitygw() {
  local cache built
  cache=$(cache_dir)
  built=$cache/versitygw-$(versitygw_key)
  if [[ ! -d $built ]]; then
    mkdir -p "$cache"
    (
      flock 9
      [[ -d $built ]] || versitygw_build "$built"
    ) 9>"$cache/versitygw.lock" || return
  fi
  echo "$built/versitygw"
}

versitygw_build() {
  local built=$1 go work
  go=$(go_command) || die "versitygw needs Go 1.$VERSITYGW_GO_MINOR, and there is none"
  work=$(mktemp -d "$built.XXXXXX")
  # shellcheck disable=SC2064  # the names are local: expand them now
  trap "rm -rf '$work'" EXIT
  say "building versitygw (once; about two minutes)"
  # Its own flags and the local toolchain: nothing else is downloaded than what go.sum names.
  if ! (cd tools/deps/versitygw &&
    GOFLAGS=-mod=readonly GOTOOLCHAIN=local GOWORK=off "$go" build -trimpath \
      -o "$work/versitygw" github.com/versity/versitygw/cmd/versitygw) >"$work/log" 2>&1; then
    tail -n 15 "$work/log" >&2
    die "versitygw did not build"
  fi
  rm "$work/log"
  mv "$work" "$built"
}

# promtool and a Pushgateway: Debian's packages, unpacked and never installed, for installing them
# starts servers.
readonly PROMETHEUS_PACKAGES=(prometheus prometheus-pushgateway)

# need_promtool: prints the directory that holds promtool and prometheus-pushgateway. Fails, saying
# why, where they cannot be had.
need_promtool() {
  local cache built
  cache=$(cache_dir)
  built=$cache/promtool-$({ declare -f promtool_fetch; dpkg --print-architecture; } | short_hash)
  if [[ ! -d $built ]]; then
    mkdir -p "$cache"
    (
      flock 9
      [[ -d $built ]] || promtool_fetch "$built"
    ) 9>"$cache/promtool.lock" || return
  fi
  echo "$built"
}

# apt checks what it downloads against the archive's signature. Without lists (a fresh container) it
# knows no package: then they are fetched, as `need` does.
promtool_fetch() {
  local built=$1 work package as_root=()
  work=$(mktemp -d "$built.XXXXXX")
  # shellcheck disable=SC2064  # the names are local: expand them now
  trap "rm -rf '$work'" EXIT
  say "fetching promtool and a Pushgateway (once; 23 MB)"
  [[ $(id -u) == 0 ]] || as_root=(sudo)
  if ! (cd "$work" && {
    apt-get download -qq "${PROMETHEUS_PACKAGES[@]}" ||
      { "${as_root[@]}" apt-get update -qq && apt-get download -qq "${PROMETHEUS_PACKAGES[@]}"; }
  }) >"$work/log" 2>&1; then
    tail -n 15 "$work/log" >&2
    die "apt-get could not download: ${PROMETHEUS_PACKAGES[*]}"
  fi
  for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work/unpacked" || return; done
  mkdir "$work/bin"
  mv "$work"/unpacked/usr/bin/{promtool,prometheus-pushgateway} "$work/bin" || return
  "$work/bin/promtool" --version >/dev/null || return
  mv "$work/bin" "$built"
}
