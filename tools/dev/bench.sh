# bench: the program beside peers on other SDKs, all against one small server (bench/).

# build_go DIRECTORY NAME: build/bench/NAME, from the modules that its go.sum pins.
build_go() {
  local go target=$PWD/build/bench/$2
  go=$(go_command) || die "the benchmarks need Go, and there is none"
  say "building $1"
  (cd "$1" && GOFLAGS=-mod=readonly GOTOOLCHAIN=local GOWORK=off CGO_ENABLED=0 \
    "$go" build -trimpath -buildvcs=false -o "$target" .) || die "$1 did not build"
}

verb_bench() {
  build_preset release --target ssm-backup
  local venv
  venv=$(locked_venv test)
  mkdir -p build/bench
  build_go bench/neutral neutral
  build_go bench/peers/go peer
  "$venv/bin/python" bench/run.py --program build/release/ssm-backup --neutral build/bench/neutral \
    --go-peer build/bench/peer "$@"
}
