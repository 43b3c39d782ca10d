# simulate: whole backups in virtual time, each judged by an oracle (tests/simulation).

verb_simulate() {
  local seeds=2000 first=1
  while [[ $# -gt 0 ]]; do
    [[ ${2:-} =~ ^[0-9]+$ ]] || die "simulate: $1 wants a number"
    case $1 in
    --seeds) seeds=$2 ;;
    --seed) first=$2 ;;
    *) die "simulate takes --seeds N and --seed S" ;;
    esac
    shift 2
  done
  build_preset release --target test_simulation
  SSMB_SEEDS=$seeds SSMB_SEED=$first build/release/tests/test_simulation --gtest_brief=1
}
