# What a system keeps beside the program: its man pages and completion scripts, which it makes
# itself at each build, and the documents that both refer to.
include(GNUInstallDirs)

set(share "${CMAKE_BINARY_DIR}/share")
add_custom_command(
  OUTPUT "${share}/made"
  COMMAND "${CMAKE_COMMAND}" -E rm -rf "${share}"
  COMMAND "${CMAKE_COMMAND}" -E make_directory "${share}"
  COMMAND ssm-backup completion bash > "${share}/ssm-backup"
  COMMAND ssm-backup completion zsh > "${share}/_ssm-backup"
  COMMAND ssm-backup completion fish > "${share}/ssm-backup.fish"
  COMMAND ssm-backup man --out "${share}/man" > "${share}/made"
  DEPENDS ssm-backup
  VERBATIM)
add_custom_target(ssmb_share ALL DEPENDS "${share}/made")

# The places where the shells and man look of themselves, below /usr/local, too.
function(ssmb_install what from to)
  install(${what} ${from} DESTINATION "${to}" COMPONENT ssm-backup ${ARGN})
endfunction()
ssmb_install(DIRECTORY "${share}/man/" "${CMAKE_INSTALL_MANDIR}")
ssmb_install(FILES "${share}/ssm-backup" "${CMAKE_INSTALL_DATADIR}/bash-completion/completions")
ssmb_install(FILES "${share}/_ssm-backup" "${CMAKE_INSTALL_DATADIR}/zsh/site-functions")
ssmb_install(FILES "${share}/ssm-backup.fish" "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d")
ssmb_install(DIRECTORY docs "${CMAKE_INSTALL_DOCDIR}" FILES_MATCHING PATTERN "*.md")
ssmb_install(FILES "README.md;CHANGELOG.md;LICENSE" "${CMAKE_INSTALL_DOCDIR}")
