# deploy: what schedules the program (tests/deploy). By hand, in fresh roots (tools/roots): dockerfile, its
# image without Docker; units, under a systemd and a cron of their own.

part_deploy() {
  # systemd for systemd-analyze: it is asked about files, and starts nothing. Where they cannot be had, the
  # tests that need them say that they did not run.
  (need systemd strace) || true
  [[ -n ${SSM_BACKUP_BUILD:-} ]] || build_preset release --target ssm-backup ssm-sandbox
  local venv
  venv=$(locked_venv test)
  "$venv/bin/python" -m pytest -q -rs tests/deploy
}

# Roots are made, mounted into and changed into, in namespaces of their own.
need_roots() {
  [[ $(id -u) == 0 ]] || die "only root can make roots: sudo ./dev $1"
  need debootstrap
  build_preset release --target ssm-backup ssm-sandbox
}

verb_dockerfile() {
  local venv
  need_roots dockerfile
  venv=$(locked_venv test)
  "$venv/bin/python" tools/roots/image.py --sandbox "$PWD/build/release/ssm-sandbox" "$@"
}

verb_units() {
  local venv
  need_roots units
  venv=$(locked_venv test)
  "$venv/bin/python" tools/roots/machine.py "$@"
}
