# The Pulumi stack's own judges: type check, lint and tests, in Node.

readonly PULUMI_STACK=deploy/pulumi/jenkins-ssm-backup-s3

# As eslint asks, which of the stack's packages asks for most.
node_is_new_enough() {
  "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number);
    process.exit((a === 20 && b >= 19) || (a === 22 && b >= 13) || a >= 24 ? 0 : 1)'
}

# The directory of a `node` and `npm` that are new enough: the machine's own, else of tools/deps/node.txt.
node_directory() {
  local node venv
  node=$(command -v node || true)
  if [[ -n $node ]] && command -v npm >/dev/null && node_is_new_enough "$node"; then
    dirname "$node"
    return
  fi
  venv=$(locked_venv node) || return
  echo "$venv/bin"
}

# Installs what the lock names, unless that is what is there already. Prints the directory of `node`.
need_pulumi_packages() {
  local node
  node=$(node_directory) || return
  (
    cd "$PULUMI_STACK"
    PATH=$node:$PATH
    local wanted installed=node_modules/.ssm-backup-lock
    wanted=$({ cat package-lock.json .npmrc; node --version; } | short_hash)
    if [[ ! -f $installed || $(<"$installed") != "$wanted" ]]; then
      npm ci >&2
      echo "$wanted" >"$installed"
    fi
  ) || return
  echo "$node"
}

part_pulumi() {
  local node
  node=$(need_pulumi_packages)
  (
    cd "$PULUMI_STACK"
    PATH=$node:$PATH npm test
  )
}

# need_pulumi_program: the program compiled, with what prints its resources; prints `node`'s path.
need_pulumi_program() {
  local node
  node=$(need_pulumi_packages) || return
  (
    cd "$PULUMI_STACK"
    PATH=$node:$PATH npm run --silent build >&2
  ) || return
  echo "$node/node"
}
