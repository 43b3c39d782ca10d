# build, install, sanitize, demo, clean: everything that only needs the compiler.

readonly PRESETS="release debug asan tsan fuzz"

build_preset() {
  local preset=$1
  shift
  [[ " $PRESETS " == *" $preset "* ]] || die "no preset '$preset': one of $PRESETS"
  need "${COMPILER_PACKAGES[@]}"
  if [[ $preset == tsan ]]; then need_crt thread; else need_crt; fi
  local log=build/$preset.configure.log
  mkdir -p build
  if ! cmake --preset "$preset" >"$log" 2>&1; then
    cat "$log" >&2
    die "cmake could not configure '$preset'"
  fi
  cmake --build --preset "$preset" "$@"
}

verb_build() { build_preset "${1:-release}" "${@:2}"; }

# The program without the sandbox; a prefix is the caller's, who may stand elsewhere.
verb_install() {
  local prefix=${1:-/usr/local}
  [[ $prefix == /* ]] || prefix=$(realpath -m -- "$OLDPWD/$prefix")
  build_preset release --target ssmb_share
  cmake --install build/release --component ssm-backup --prefix "$prefix" >build/install.log ||
    die "nothing, or not all, was installed below $prefix: may you write there? ./dev install ~/.local"
  say "installed below $prefix (build/install.log has each file); man ssm-backup"
}

verb_sanitize() {
  need llvm-19
  if [[ ${1:-asan} == tsan ]]; then
    sanitize_threads
    return
  fi
  build_preset asan
  ASAN_SYMBOLIZER_PATH=/usr/bin/llvm-symbolizer-19 \
    ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1 \
    UBSAN_OPTIONS=print_stacktrace=1 SSMB_SEEDS=60 ctest --preset asan --exclude-regex '^planted$'
}

# What runs on more than one thread: the real runtime and transport, locks between processes, and
# the whole demo over HTTPS.
sanitize_threads() {
  build_preset tsan --target test_runtime test_aws test_report ssm-backup ssm-sandbox ssm-backup-month
  local options="suppressions=$PWD/tools/tsan.supp:halt_on_error=1"
  export TSAN_OPTIONS="$options:external_symbolizer_path=/usr/bin/llvm-symbolizer-19"
  ctest --preset tsan --tests-regex '^(runtime|aws|report)$'
  SSM_BACKUP_BUILD=$PWD/build/tsan tools/demo.sh >build/tsan.demo.log 2>&1 ||
    die "the demo failed under tsan: build/tsan.demo.log"
  say "no race: unit tests of runtime, aws and report, and the demo"
}

verb_demo() {
  build_preset release --target ssm-backup ssm-sandbox ssm-backup-month
  exec tools/demo.sh "$@"
}

verb_clean() {
  rm -rf build
  say "removed build/; the AWS CRT and the tests' Python stay in $(cache_dir)"
}
