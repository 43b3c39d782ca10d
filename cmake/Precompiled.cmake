# Precompiled headers that ccache can share between clones.
#
# clang writes absolute paths into a precompiled header, and CMake hands one to its users by an
# absolute path: with either, two clones never share an object. So users name it relative to the
# build directory, and ccache hashes the checksum beside it (<name>.pch.sum) in its place. The
# checksum covers the headers of ours that go in, and the packages that the others come from.

set(SSMB_PCH_SUM "")
find_program(SSMB_DPKG_QUERY dpkg-query)
mark_as_advanced(SSMB_DPKG_QUERY)
if(SSMB_DPKG_QUERY)
  execute_process(
    COMMAND ${SSMB_DPKG_QUERY} -W clang-19 libboost1.81-dev libfmt-dev libgmock-dev libgtest-dev
      libstdc++-12-dev libc6-dev linux-libc-dev libssl-dev
    OUTPUT_VARIABLE packages RESULT_VARIABLE failed ERROR_QUIET)
  if(NOT failed)
    file(SHA256 "${CMAKE_SOURCE_DIR}/src/pch.h" layers)
    file(SHA256 "${CMAKE_SOURCE_DIR}/tests/pch.h" tests)
    string(SHA256 SSMB_PCH_SUM "${packages}${layers}${tests}")
  endif()
endif()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
  "${CMAKE_SOURCE_DIR}/src/pch.h" "${CMAKE_SOURCE_DIR}/tests/pch.h")

# The sloppiness is what ccache asks for before it takes a precompiled header at all: it trusts
# contents instead of times, and that no macro defined before the header changes it.
find_program(SSMB_CCACHE ccache)
mark_as_advanced(SSMB_CCACHE)
if(SSMB_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime)
  if(SSMB_PCH_SUM)
    list(APPEND CMAKE_CXX_COMPILER_LAUNCHER
      "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_PCH_EXTSUM=1)
  endif()
  list(APPEND CMAKE_CXX_COMPILER_LAUNCHER "${SSMB_CCACHE}")
endif()

# ssmb_precompile(NAME HEADER LINKS...): the object library NAME, which is there for its header.
function(ssmb_precompile name header)
  add_library(${name} OBJECT EXCLUDE_FROM_ALL cmake/pch.cc)
  target_link_libraries(${name} PRIVATE ${ARGN})
  target_precompile_headers(${name} PRIVATE ${header})
  # Its content has absolute paths: not for another clone.
  set_target_properties(${name} PROPERTIES CXX_COMPILER_LAUNCHER "")
  if(SSMB_PCH_SUM)
    file(CONFIGURE OUTPUT "CMakeFiles/${name}.dir/cmake_pch.hxx.pch.sum"
      CONTENT "${SSMB_PCH_SUM}\n")
  endif()
endfunction()

# ssmb_use_precompiled(TARGET NAME): as target_precompile_headers(TARGET REUSE_FROM NAME) does.
function(ssmb_use_precompiled target name)
  if(CMAKE_DISABLE_PRECOMPILE_HEADERS)
    return()
  endif()
  set(header "CMakeFiles/${name}.dir/cmake_pch.hxx.pch")
  target_compile_options(${target} PRIVATE "SHELL:-Xclang -include-pch -Xclang ${header}")
  get_target_property(sources ${target} SOURCES)
  set_property(SOURCE ${sources} APPEND PROPERTY OBJECT_DEPENDS "${CMAKE_BINARY_DIR}/${header}")
endfunction()
