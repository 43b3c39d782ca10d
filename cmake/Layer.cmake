# Adding a file needs no edit of any build list: sources are globbed, and checked at each build.

# One header, precompiled once and used by every layer below base.
ssmb_precompile(ssmb_pch src/pch.h ssmb_flags fmt::fmt Boost::headers Boost::json)

# ssmb_sources(OUT DIR [EXCEPT FILE...]): the *.cc under DIR.
function(ssmb_sources out dir)
  cmake_parse_arguments(ARG "" "" "EXCEPT" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${dir}/*.cc")
  foreach(file IN LISTS ARG_EXCEPT)
    list(REMOVE_ITEM sources "${CMAKE_SOURCE_DIR}/${dir}/${file}")
  endforeach()
  set(${out} "${sources}" PARENT_SCOPE)
endfunction()

# ssmb_layer(NAME DIR [NO_PCH] [LINKS TARGET...] [EXCEPT FILE...]): the static library ssmb_NAME;
# while DIR has no sources, an interface library, so that others can link it already.
function(ssmb_layer name dir)
  cmake_parse_arguments(ARG "NO_PCH" "" "LINKS;EXCEPT" ${ARGN})
  ssmb_sources(sources ${dir} EXCEPT ${ARG_EXCEPT})
  if(NOT sources)
    add_library(ssmb_${name} INTERFACE)
    target_link_libraries(ssmb_${name} INTERFACE ssmb_flags ${ARG_LINKS})
    return()
  endif()
  add_library(ssmb_${name} STATIC ${sources})
  target_link_libraries(ssmb_${name} PUBLIC ssmb_flags ${ARG_LINKS})
  if(NOT ARG_NO_PCH)
    ssmb_use_precompiled(ssmb_${name} ssmb_pch)
  endif()
endfunction()

# ssmb_program(NAME MAIN LAYER): an executable directly in the build directory, once MAIN exists.
function(ssmb_program name main layer)
  file(GLOB source CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${main}")
  if(NOT source)
    return()
  endif()
  add_executable(${name} ${source})
  target_link_libraries(${name} PRIVATE ${layer})
  ssmb_use_precompiled(${name} ssmb_pch)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")
  install(TARGETS ${name} COMPONENT ${name})
endfunction()
