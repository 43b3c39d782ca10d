# simulate: whole backups and restores in virtual time, each judged (tests/simulation).

verb_simulate() {
  local seeds='' first=1 filter='*'
  case ${1:-} in
  backup) filter='Simulation.*' ;;
  restore) filter='RestoreSimulation.*' ;;
  esac
  [[ $filter == '*' ]] || shift
  while [[ $# -gt 0 ]]; do
    [[ ${2:-} =~ ^[0-9]+$ ]] || die "simulate: $1 wants a number"
    case $1 in
    --seeds) seeds=$2 ;;
    --seed) first=$2 ;;
    *) die "simulate takes backup or restore, --seeds N and --seed S" ;;
    esac
    shift 2
  done
  build_preset release --target test_simulation
  [[ -z $seeds ]] || export SSMB_SEEDS=$seeds
  SSMB_SEED=$first build/release/tests/test_simulation --gtest_brief=1 --gtest_filter="$filter"
}
