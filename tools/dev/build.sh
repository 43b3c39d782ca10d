# build, sanitize, demo, clean: everything that only needs the compiler.

readonly PRESETS="release debug asan tsan"

build_preset() {
  local preset=$1
  shift
  [[ " $PRESETS " == *" $preset "* ]] || die "no preset '$preset': one of $PRESETS"
  need "${COMPILER_PACKAGES[@]}"
  need_crt
  local log=build/$preset.configure.log
  mkdir -p build
  if ! cmake --preset "$preset" >"$log" 2>&1; then
    cat "$log" >&2
    die "cmake could not configure '$preset'"
  fi
  cmake --build --preset "$preset" "$@"
}

verb_build() { build_preset "${1:-release}" "${@:2}"; }

verb_sanitize() {
  need llvm-19
  build_preset asan
  ASAN_SYMBOLIZER_PATH=/usr/bin/llvm-symbolizer-19 \
    ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1 \
    UBSAN_OPTIONS=print_stacktrace=1 SSMB_SEEDS=60 ctest --preset asan --exclude-regex '^planted$'
}

verb_demo() {
  build_preset release --target ssm-backup ssm-sandbox
  exec tools/demo.sh "$@"
}

verb_clean() {
  rm -rf build
  say "removed build/; the AWS CRT and the tests' Python stay in $(cache_dir)"
}
