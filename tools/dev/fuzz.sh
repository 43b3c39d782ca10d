# fuzz: the parsers of what a bucket or a disk may hold, under libFuzzer (tests/fuzz).

readonly FUZZ_TARGETS="document index manifest journal"

verb_fuzz() {
  local minutes=5 keep='' targets=() target
  while [[ $# -gt 0 ]]; do
    case $1 in
    --minutes)
      [[ ${2:-} =~ ^[0-9]+$ ]] || die "fuzz: --minutes wants a number"
      minutes=$2
      shift
      ;;
    --keep) keep=yes ;;
    *)
      [[ " $FUZZ_TARGETS " == *" $1 "* ]] || die "no target '$1': one of $FUZZ_TARGETS"
      targets+=("$1")
      ;;
    esac
    shift
  done
  [[ ${#targets[@]} -gt 0 ]] || read -ra targets <<<"$FUZZ_TARGETS"
  need llvm-19
  build_preset fuzz --target "${targets[@]/#/fuzz_}" fuzz_planted
  export ASAN_SYMBOLIZER_PATH=/usr/bin/llvm-symbolizer-19
  mkdir -p build/fuzz/log
  for target in "${targets[@]}"; do mkdir -p "build/fuzz/corpus/$target"; done
  say "fuzz: $minutes CPU minutes each, two at a time"
  printf '%s\n' "${targets[@]}" |
    MINUTES=$minutes xargs -P 2 -I{} bash -c "$(declare -f fuzz_one); fuzz_one {}" ||
    die "a finding: build/fuzz/log/ tells it, build/fuzz/found-* is the input"
  fuzz_planted
  [[ -z $keep ]] || for target in "${targets[@]}"; do
    LLVM_PROFILE_FILE=/dev/null "build/fuzz/tests/fuzz_$target" -merge=1 -use_counters=0 -max_len=4096 \
      "tests/fuzz/corpus/$target" "build/fuzz/corpus/$target" 2>/dev/null
  done
  for target in "${targets[@]}"; do fuzz_coverage "$target"; done
}

# MINUTES of CPU time. What it finds of new lines goes to build/fuzz/corpus.
fuzz_one() {
  local used=0 runs=0 TIMEFORMAT=%U seconds
  while ((used < MINUTES * 60)); do
    seconds=$({ time LLVM_PROFILE_FILE=/dev/null "build/fuzz/tests/fuzz_$1" -max_total_time=60 \
      -timeout=20 -max_len=8192 -use_value_profile=1 -artifact_prefix="build/fuzz/found-$1-" \
      "build/fuzz/corpus/$1" "tests/fuzz/corpus/$1" >"build/fuzz/log/$1" 2>&1; } 2>&1) || return 255
    used=$((used + ${seconds%.*} + 1))
    runs=$((runs + $(grep -oP 'Done \K[0-9]+(?= runs)' "build/fuzz/log/$1")))
  done
  echo "fuzz: $1: nothing found in $runs runs, $used s of CPU"
}

# It can fail: a decoder that forgets a backslash between two chunks is found.
fuzz_planted() {
  if LLVM_PROFILE_FILE=/dev/null build/fuzz/tests/fuzz_planted -max_total_time=120 -max_len=8192 \
    -artifact_prefix=build/fuzz/planted- tests/fuzz/corpus/document >build/fuzz/log/planted 2>&1; then
    die "the planted defect was not found"
  fi
  local found
  found=$(grep -m1 '^wrong: ' build/fuzz/log/planted) ||
    die "it ended for another reason than the planted defect: build/fuzz/log/planted"
  say "the planted defect is found: ${found:0:150}"
}

fuzz_coverage() {
  local of raw=build/fuzz/$1.profraw
  case $1 in
  document) of='snapshot/document_decoder|snapshot/json_slicer|parameter/record' ;;
  index) of='snapshot/index' ;;
  manifest) of='snapshot/manifest_decoder|snapshot/json_reader|snapshot/json_lists' ;;
  journal) of='engine/restore/journal' ;;
  esac
  LLVM_PROFILE_FILE=$raw "build/fuzz/tests/fuzz_$1" -runs=0 "tests/fuzz/corpus/$1" \
    "build/fuzz/corpus/$1" >/dev/null 2>&1
  llvm-profdata-19 merge -sparse "$raw" -o "${raw%raw}data"
  echo "Lines that $1 reaches:"
  llvm-cov-19 report "build/fuzz/tests/fuzz_$1" -instr-profile="${raw%raw}data" \
    -show-region-summary=false -show-branch-summary=false -compilation-dir=. |
    awk -v of="^src/($of)[.]cc$" '$1 ~ of { printf "  %-36s %4d of %4d  %s\n", $1, $5 - $6, $5, $7 }'
}
