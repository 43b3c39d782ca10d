# tests/<layer>/*_test.cc become one executable test_<layer>; a new test file or directory needs
# no edit here. Tests run from the source directory: tests/golden/x is found by that name.

ssmb_precompile(ssmb_test_pch tests/pch.h
  ssmb_flags fmt::fmt Boost::headers Boost::json GTest::gmock)

set(SSMB_TEST_LIBRARIES GTest::gmock_main GTest::gmock GTest::gtest)
ssmb_sources(support tests/support)
if(support)
  # Links no layer below snapshot: what it takes from the sandbox, the tests that use it link.
  add_library(ssmb_testing STATIC ${support})
  target_link_libraries(ssmb_testing PUBLIC ssmb_snapshot GTest::gmock GTest::gtest)
  ssmb_use_precompiled(ssmb_testing ssmb_test_pch)
  list(PREPEND SSMB_TEST_LIBRARIES ssmb_testing)
endif()

# ssmb_plant(TARGET): those files of src that ask for planted defects, compiled so that they have
# them: they come before the libraries' own.
function(ssmb_plant target)
  file(GLOB_RECURSE asking CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/*.cc")
  foreach(file IN LISTS asking)
    file(STRINGS "${file}" asks REGEX "base/planted.h")
    if(asks)
      target_sources(${target} PRIVATE "${file}")
    endif()
  endforeach()
  target_compile_definitions(${target} PRIVATE SSMB_PLANTED)
endfunction()

set(SSMB_TESTS_WITH_SANDBOX aws snapshot engine report cli)

file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE "${CMAKE_SOURCE_DIR}/tests" "tests/*_test.cc")
set(groups "")
foreach(file IN LISTS files)
  if(file MATCHES "^([a-z_]+)/" AND NOT CMAKE_MATCH_1 STREQUAL "support")
    list(APPEND groups ${CMAKE_MATCH_1})
  endif()
endforeach()
list(REMOVE_DUPLICATES groups)

foreach(group IN LISTS groups)
  # Helpers beside the tests are theirs too.
  ssmb_sources(sources tests/${group} EXCEPT fuzz_main.cc)
  add_executable(test_${group} ${sources})
  if(NOT TARGET ssmb_${group})
    # Not a layer (conformance, simulation): everything.
    target_link_libraries(test_${group} PRIVATE ssmb_cli ssmb_sandbox)
  elseif(group IN_LIST SSMB_TESTS_WITH_SANDBOX)
    target_link_libraries(test_${group} PRIVATE ssmb_${group} ssmb_sandbox)
  else()
    target_link_libraries(test_${group} PRIVATE ssmb_${group})
  endif()
  target_link_libraries(test_${group} PRIVATE ${SSMB_TEST_LIBRARIES})
  if(group STREQUAL "planted")
    ssmb_sources(simulation tests/simulation EXCEPT simulation_test.cc restore_simulation_test.cc)
    target_sources(test_${group} PRIVATE ${simulation})
    ssmb_plant(test_${group})
  endif()
  ssmb_use_precompiled(test_${group} ssmb_test_pch)
  set_target_properties(test_${group} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  add_test(NAME ${group} COMMAND test_${group} --gtest_brief=1
    WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
  if(group MATCHES "^(simulation|planted)$")
    set_tests_properties(${group} PROPERTIES TIMEOUT 1500)
  endif()
endforeach()

# The program with its memory open (tests/e2e/test_secrets_in_memory.py): the object beside main.cc goes before
# the one in ssmb_cli that forbids dumps. It is no part of an installation.
add_executable(ssm-backup-dumpable src/cli/main.cc src/cli/wiping_heap.cc tests/memory/forbid_dumps.cc)
target_link_libraries(ssm-backup-dumpable PRIVATE ssmb_cli)
ssmb_use_precompiled(ssm-backup-dumpable ssmb_pch)
set_target_properties(ssm-backup-dumpable PROPERTIES
  RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")

# Thirty days of backups in virtual time, left in a directory: for the report's page
# (tests/e2e/test_report_page.py, tools/demo.sh).
add_executable(ssm-backup-month tests/month/main.cc)
target_link_libraries(ssm-backup-month PRIVATE ssmb_cli ssmb_sandbox ssmb_testing
  GTest::gmock GTest::gtest)
ssmb_use_precompiled(ssm-backup-month ssmb_test_pch)
set_target_properties(ssm-backup-month PROPERTIES
  RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")

# The parsers under libFuzzer (./dev fuzz): one program a target, and one with a planted defect.
if(SSMB_FUZZ)
  ssmb_sources(targets tests/fuzz EXCEPT corpus_test.cc fuzz_main.cc)
  function(ssmb_fuzzer name function)
    add_executable(fuzz_${name} tests/fuzz/fuzz_main.cc ${targets})
    target_link_libraries(fuzz_${name} PRIVATE ssmb_engine)
    target_compile_definitions(fuzz_${name} PRIVATE SSMB_FUZZ_TARGET=${function})
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    set_target_properties(fuzz_${name} PROPERTIES
      RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  endfunction()
  ssmb_fuzzer(document document)
  ssmb_fuzzer(index index_block)
  ssmb_fuzzer(manifest manifest)
  ssmb_fuzzer(journal journal)
  ssmb_fuzzer(planted document)
  ssmb_plant(fuzz_planted)
endif()
