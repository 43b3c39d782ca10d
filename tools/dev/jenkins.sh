# jenkins: the pipelines of deploy/jenkins, executed and linted (tests/jenkins).

readonly GROOVY_LINT=tools/deps/groovy-lint

part_jenkins() {
  local failed=()
  if ! (need openjdk-17-jre-headless maven); then
    echo "jenkins: no Java and Maven could be had" >>"$SSM_BACKUP_NOT_RUN"
    return
  fi
  # Behind `||` bash forgets about -e: both say themselves where they end.
  (lint_groovy) || failed+=(lint)
  (run_pipelines) || failed+=(pipelines)
  [[ ${#failed[@]} == 0 ]] || die "jenkins: ${failed[*]}"
}

run_pipelines() {
  local jar venv classes=$PWD/build/jenkins/classes
  rm -rf build/jenkins
  mkdir -p "$classes"
  if ! jar=$(need_groovy); then
    [[ ! -e build/jenkins/differs ]] || die "Maven brought other jars than our lock names"
    echo "jenkins: the pipelines: no Groovy could be had" >>"$SSM_BACKUP_NOT_RUN"
    return
  fi
  [[ -n ${SSM_BACKUP_BUILD:-} ]] || build_preset release --target ssm-backup ssm-sandbox || return
  venv=$(locked_venv test) || return
  find tests/jenkins/harness -name '*.groovy' -print0 |
    xargs -0 java -cp "$jar" org.codehaus.groovy.tools.FileSystemCompiler -d "$classes" || return
  SSM_BACKUP_HARNESS=$jar:$classes "$venv/bin/python" -m pytest -q tests/jenkins
}

# need_groovy: prints where groovy-all's jar is. Fails, saying why, where it cannot be had.
need_groovy() {
  local cache built
  cache=$(cache_dir)
  built=$cache/groovy-$(cat tools/deps/groovy/* | short_hash)
  if [[ ! -d $built ]]; then
    mkdir -p "$cache"
    (
      flock 9
      [[ -d $built ]] || groovy_fetch "$built"
    ) 9>"$cache/groovy.lock" || return
  fi
  compgen -G "$built/groovy-all-*.jar"
}

groovy_fetch() {
  local built=$1 work
  work=$(mktemp -d "$built.XXXXXX")
  # shellcheck disable=SC2064  # the name is local: expand it now
  trap "rm -rf '$work'" EXIT
  say "fetching what tools/deps/groovy/pom.xml names (once)"
  # A repository of its own: what lies in the machine's has not been compared with our lock.
  if ! mvn --batch-mode --quiet --strict-checksums -f tools/deps/groovy/pom.xml \
    -Dmaven.repo.local="$work/repository" -Dtarget="$work/target" initialize >"$work/log" 2>&1; then
    tail -n 15 "$work/log" >&2
    die "Maven could not fetch Groovy"
  fi
  (cd "$work/repository" && find . -name '*.jar' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum) >"$work/jars"
  if ! diff -u tools/deps/groovy/jars.sha256 "$work/jars" >&2; then
    touch build/jenkins/differs
    die "these are not the jars of tools/deps/groovy/jars.sha256"
  fi
  mv "$work/target/lib" "$built"
}

# One run for what Jenkins executes, one for our own Groovy: each has its rules beside it.
lint_groovy() {
  local node where wanted lint=$GROOVY_LINT/node_modules/npm-groovy-lint/lib/index.js
  node=$(node_directory) || return
  (
    cd "$GROOVY_LINT"
    PATH=$node:$PATH
    local installed=node_modules/.ssm-backup-lock
    wanted=$({ cat package-lock.json .npmrc; node --version; } | short_hash)
    if [[ ! -f $installed || $(<"$installed") != "$wanted" ]]; then
      npm ci >&2 || exit
      echo "$wanted" >"$installed"
    fi
  ) || return
  for where in deploy/jenkins tests/jenkins; do
    PATH=$node:$PATH node "$lint" --noserver --failon warning --config "$where/.groovylintrc.json" \
      --path "$where" --files '**/Jenkinsfile,**/*.groovy' || return
  done
}
