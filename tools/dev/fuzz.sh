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
  say "fuzz: $minutes minutes each, two at a time"
  printf '%s\n' "${targets[@]}" |
    MINUTES=$minutes xargs -P 2 -I{} bash -c "$(declare -f fuzz_one); fuzz_one {}" ||
    die "a finding: build/fuzz/log/ tells it, build/fuzz/found-* is the input"
  fuzz_planted
  [[ -z $keep ]] || for target in "${targets[@]}"; do
    LLVM_PROFILE_FILE=/dev/null "build/fuzz/tests/fuzz_$target" -merge=1 -max_len=4096 \
      "tests/fuzz/corpus/$target" "build/fuzz/corpus/$target" 2>/dev/null
  done
  for target in "${targets[@]}"; do fuzz_coverage "$target"; done
}

# What it finds of new lines goes to build/fuzz/corpus.
fuzz_one() {
  local TIMEFORMAT="fuzz: $1: %U s of CPU"
  time LLVM_PROFILE_FILE=/dev/null "build/fuzz/tests/fuzz_$1" -max_total_time=$((MINUTES * 60)) \
    -timeout=20 -max_len=8192 -use_value_profile=1 -artifact_prefix="build/fuzz/found-$1-" \
    "build/fuzz/corpus/$1" "tests/fuzz/corpus/$1" >"build/fuzz/log/$1" 2>&1 || return 255
  printf 'fuzz: %s: nothing found, %s\n' "$1" "$(grep -oE 'Done [0-9]+ runs' "build/fuzz/log/$1")"
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
  document) of="src/snapshot/document_decoder.cc src/snapshot/json_slicer.cc src/parameter/record.cc" ;;
  index) of=src/snapshot/index.cc ;;
  manifest) of="src/snapshot/manifest_decoder.cc src/snapshot/json_reader.cc src/snapshot/json_lists.cc" ;;
  journal) of=src/engine/restore/journal.cc ;;
  esac
  LLVM_PROFILE_FILE=$raw "build/fuzz/tests/fuzz_$1" -runs=0 "tests/fuzz/corpus/$1" \
    "build/fuzz/corpus/$1" >/dev/null 2>&1
  llvm-profdata-19 merge -sparse "$raw" -o "${raw%raw}data"
  echo "Lines reached by $1:"
  # shellcheck disable=SC2086
  llvm-cov-19 report "build/fuzz/tests/fuzz_$1" -instr-profile="${raw%raw}data" \
    -show-region-summary=false -show-branch-summary=false -compilation-dir=. $of
}
