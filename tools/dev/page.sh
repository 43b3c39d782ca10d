# The report's page in Debian's Chromium (tests/page).

part_page() {
  build_preset release
  # Where there is no such browser, that is said, and the other tests go on.
  if ! (need chromium fonts-dejavu-core fonts-noto-cjk); then
    echo "the report's page in Chromium: Debian's chromium could not be installed" >>"$SSM_BACKUP_NOT_RUN"
    return 0
  fi
  "$(locked_venv browser)/bin/python" -m pytest -q -rs tests/page
}
