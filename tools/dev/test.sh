# test, tidy, format: everything that judges the tree.

readonly TEST_PARTS="arrow hygiene format pulumi jenkins deploy unit e2e page"

verb_test() {
  local part status failed=()
  export SSM_BACKUP_NOT_RUN  # a file: a line for each test that could not run here
  for part in "$@"; do
    [[ " $TEST_PARTS " == *" $part "* ]] || die "no part '$part': one of $TEST_PARTS"
  done
  need python3 python3-venv git
  SSM_BACKUP_NOT_RUN=$(mktemp)
  for part in ${*:-$TEST_PARTS}; do
    say "test: $part"
    # A subshell of its own for each part: die ends the part, and the others still run. Not behind
    # `||`, where bash forgets about -e.
    set +e
    (set -e; "part_$part")
    status=$?
    set -e
    [[ $status == 0 ]] || failed+=("$part")
  done
  [[ -s $SSM_BACKUP_NOT_RUN ]] && sed 's/^/dev: DID NOT RUN: /' "$SSM_BACKUP_NOT_RUN" >&2
  rm -f "$SSM_BACKUP_NOT_RUN"
  [[ ${#failed[@]} == 0 ]] || die "failed: ${failed[*]}"
}

part_arrow() { python3 tools/check_includes.py; }

part_hygiene() { python3 tools/check_hygiene.py; }

part_format() {
  need clang-format-19
  local files
  mapfile -t files < <(cxx_files)
  [[ ${#files[@]} == 0 ]] || clang-format-19 --dry-run -Werror "${files[@]}"
}

part_unit() {
  build_preset release
  ctest --preset release
}

part_e2e() {
  [[ -d tests/e2e ]] || return 0
  need jq
  build_preset release
  local venv
  venv=$(locked_venv test)
  # Where it cannot be had, its tests say that they did not run; ours run all the same.
  SSM_BACKUP_VERSITYGW=$(need_versitygw) || SSM_BACKUP_VERSITYGW=
  SSM_BACKUP_NODE=$(need_pulumi_program) || SSM_BACKUP_NODE=
  SSM_BACKUP_PROMTOOL=$(need_promtool) || SSM_BACKUP_PROMTOOL=
  (need zsh fish mandoc man-db shellcheck) || say "help is not judged by what is missing"
  export SSM_BACKUP_VERSITYGW SSM_BACKUP_NODE SSM_BACKUP_PROMTOOL
  # Two workers a core, for half of the time is spent in waiting; a file's tests stay together, for they
  # share its servers.
  "$venv/bin/python" -m pytest -q -rs -n "$(($(nproc) * 2))" --dist loadfile tests/e2e
}

# locked_venv NAME: the directory of a virtual environment with what tools/deps/NAME.txt names, made
# once for each lock.
locked_venv() {
  local name=$1 cache venv
  cache=$(cache_dir)
  venv=$cache/$name-$({ cat "tools/deps/$name.txt"; python3 --version; } | short_hash)
  if [[ ! -d $venv ]]; then
    need python3 python3-venv
    mkdir -p "$cache"
    (
      flock 9
      [[ -d $venv ]] && exit 0
      say "installing the Python packages of tools/deps/$name.txt (once)"
      rm -rf "$venv.part"
      fresh_venv "$venv.part" "tools/deps/$name.txt"
      # Scripts name their interpreter by its path: those paths move with the directory.
      sed -i "s|$venv\.part|$venv|g" "$venv.part"/bin/{activate*,pip*} "$venv.part/pyvenv.cfg"
      grep -lIr "$venv.part" "$venv.part/bin" | xargs -r sed -i "s|$venv\.part|$venv|g"
      mv "$venv.part" "$venv"
    ) 9>"$cache/$name.lock" || exit 1
  fi
  echo "$venv"
}

# C++ sources that git tracks or would track.
cxx_files() {
  local file
  git ls-files --cached --others --exclude-standard -- '*.cc' '*.h' | sort -u |
    while read -r file; do [[ -f $file ]] && echo "$file"; done || true
}

verb_format() {
  need git clang-format-19
  cxx_files | xargs -r clang-format-19 -i
}

verb_tidy() {
  local mode=${1:---all} files=()
  [[ $mode == --all || $mode == --changed ]] || die "tidy takes --all or --changed"
  need "${COMPILER_PACKAGES[@]}"
  need_crt
  local venv
  venv=$(locked_venv tidy)
  mkdir -p build
  cmake --preset tidy >build/tidy.configure.log 2>&1 ||
    die "cmake could not configure 'tidy': build/tidy.configure.log"
  if [[ $mode == --changed ]]; then
    mapfile -t files < <(changed_units)
    [[ ${#files[@]} == 0 ]] && say "tidy: no changed file" && return
  fi
  python3 tools/check_hygiene.py
  python3 tools/tidy.py "$venv/bin/clang-tidy" "$PWD/build/tidy" "$(cache_dir)/tidy" "${files[@]}"
}

# Changed *.cc, and for each changed header the *.cc that include it by name.
changed_units() {
  local base file
  base=$(git merge-base HEAD origin/main 2>/dev/null || true)
  if [[ -z $base || $base == "$(git rev-parse HEAD)" ]]; then
    base=$(git rev-parse --verify -q HEAD~ || git hash-object -t tree /dev/null)
  fi
  {
    git diff --name-only --diff-filter=d "$base" -- src sandbox tests
    git ls-files --others --exclude-standard -- src sandbox tests
  } | while read -r file; do
    case $file in
    *.cc) echo "$file" ;;
    *.h) grep -rlF --include='*.cc' "\"${file#src/}\"" src sandbox tests || true ;;
    esac
  done | sort -u
}
