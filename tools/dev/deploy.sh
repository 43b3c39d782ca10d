# deploy: what schedules the program (tests/deploy). dockerfile: its image, built without Docker.

part_deploy() {
  # systemd for systemd-analyze: it is asked about files, and starts nothing.
  if ! (need systemd strace); then
    echo "deploy: the units: systemd and strace could not be installed" >>"$SSM_BACKUP_NOT_RUN"
  fi
  [[ -n ${SSM_BACKUP_BUILD:-} ]] || build_preset release --target ssm-backup ssm-sandbox
  local venv
  venv=$(locked_venv test)
  "$venv/bin/python" -m pytest -q -rs tests/deploy
}

# As root: it makes roots, mounts in a namespace of its own and changes into them.
verb_dockerfile() {
  local venv
  [[ $(id -u) == 0 ]] || die "dockerfile: only root can make roots: sudo ./dev dockerfile"
  need debootstrap
  build_preset release --target ssm-sandbox
  venv=$(locked_venv test)
  "$venv/bin/python" tools/roots/image.py --sandbox "$PWD/build/release/ssm-sandbox" "$@"
}
