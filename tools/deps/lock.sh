#!/usr/bin/env bash
# Writes tools/deps/test.txt from test.in: every package with its hashes, and no registry's address.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
venv=$(mktemp -d)
trap 'rm -rf "$venv"' EXIT
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check pip-tools
for name in "${@:-test}"; do
  "$venv/bin/pip-compile" --quiet --generate-hashes --strip-extras --allow-unsafe --no-header \
    --no-annotate --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
    --no-emit-options --output-file="$name.lock" "$name.in"
  {
    echo "# Locked from $name.in by \`tools/deps/lock.sh $name\`; change $name.in, never this file."
    cat "$name.lock"
  } >"$name.txt"
  rm "$name.lock"
done
