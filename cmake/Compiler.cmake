# Which compiler, and how strict. docs/adr/0001-clang-19.md says why.

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  message(FATAL_ERROR "g++ ${CMAKE_CXX_COMPILER_VERSION} miscompiles coroutines (double free): use clang++-19 (docs/adr/0001-clang-19.md)")
endif()
if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  message(FATAL_ERROR "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} is not tested here: use clang++-19 or newer (docs/adr/0001-clang-19.md)")
endif()

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")
set(SSMB_SANITIZE "" CACHE STRING "sanitizers, as -fsanitize takes them")
option(SSMB_FUZZ "the parsers under libFuzzer, with the coverage of their lines" OFF)

# Every target of ours links this one.
add_library(ssmb_flags INTERFACE)
target_compile_options(ssmb_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Werror
  # A designated initializer that leaves members at their defaults is how we write options.
  -Wno-missing-designated-field-initializers
  -fcolor-diagnostics
  "-ffile-prefix-map=${CMAKE_SOURCE_DIR}=."
  # ccache takes a precompiled header by its content: its time must not be part of it.
  "SHELL:-Xclang -fno-pch-timestamp"
  # Quoted includes only: the CRT's headers are <aws/http/...> and so on, and must never meet
  # ours in src/aws.
  "SHELL:-iquote ${CMAKE_SOURCE_DIR}/src"
  "SHELL:-iquote ${CMAKE_SOURCE_DIR}")
target_compile_definitions(ssmb_flags INTERFACE
  _GLIBCXX_ASSERTIONS
  "SSMB_VERSION=\"${PROJECT_VERSION}\""
  BOOST_ASIO_NO_DEPRECATED
  # Coroutine frames come and go by the dozen for each request; two is the default.
  BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=16
  BOOST_ASIO_SEPARATE_COMPILATION
  BOOST_BEAST_SEPARATE_COMPILATION
  BOOST_BEAST_USE_STD_STRING_VIEW)
target_link_options(ssmb_flags INTERFACE -fuse-ld=lld -Wl,-z,relro,-z,now)
if(SSMB_SANITIZE)
  target_compile_options(ssmb_flags INTERFACE "-fsanitize=${SSMB_SANITIZE}" -fno-sanitize-recover=all)
  target_link_options(ssmb_flags INTERFACE "-fsanitize=${SSMB_SANITIZE}")
endif()
if(SSMB_FUZZ)
  target_compile_options(ssmb_flags INTERFACE
    -fsanitize=fuzzer-no-link -fprofile-instr-generate -fcoverage-mapping)
  target_link_options(ssmb_flags INTERFACE -fprofile-instr-generate)
endif()
