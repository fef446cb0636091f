# SPDX-License-Identifier: BSD-3-Clause
# retort_add_app(NAME [SOURCES] file... [EMBED folder...] [ROOT folder] [LIBS target...])
#   A program with an App. EMBED: its folders (templates, static, admin/templates) go into the
#   binary; they are relative to ROOT, the folder of the source file that makes the App (by
#   default the current source folder).
# retort_embed(TARGET [ROOT folder] folder...)
#   The same for a target that is there.
set(RETORT_EMBED_SCRIPT "${CMAKE_CURRENT_LIST_DIR}/RetortEmbed.cmake" CACHE INTERNAL "")

function(retort_add_app name)
  cmake_parse_arguments(ARG "" "ROOT" "SOURCES;EMBED;LIBS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES} ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE retort::retort ${ARG_LIBS})
  # What a deployed program does not use stays out of it; it costs a development build time.
  target_link_options(${name} PRIVATE $<$<NOT:$<CONFIG:Debug>>:-Wl,--gc-sections>)
  if(ARG_EMBED)
    if(NOT ARG_ROOT)
      set(ARG_ROOT "${CMAKE_CURRENT_SOURCE_DIR}")
    endif()
    retort_embed(${name} ROOT "${ARG_ROOT}" ${ARG_EMBED})
  endif()
endfunction()

function(retort_embed target)
  cmake_parse_arguments(ARG "" "ROOT" "" ${ARGN})
  if(NOT ARG_ROOT)
    set(ARG_ROOT "${CMAKE_CURRENT_SOURCE_DIR}")
  endif()
  get_filename_component(root "${ARG_ROOT}" ABSOLUTE)
  set(files "")
  foreach(folder ${ARG_UNPARSED_ARGUMENTS})
    if(NOT IS_DIRECTORY "${root}/${folder}")
      message(FATAL_ERROR "retort_embed(${target}): there is no folder ${root}/${folder}")
    endif()
    file(GLOB_RECURSE found CONFIGURE_DEPENDS "${root}/${folder}/*")
    list(APPEND files ${found})
  endforeach()
  set(source "${CMAKE_CURRENT_BINARY_DIR}/${target}_embedded.cpp")
  set(list "${CMAKE_CURRENT_BINARY_DIR}/${target}_embedded.txt")
  string(REPLACE ";" "\n" lines "${files}")
  file(CONFIGURE OUTPUT "${list}" CONTENT "${lines}\n" @ONLY)
  add_custom_command(OUTPUT "${source}"
    COMMAND ${CMAKE_COMMAND} "-DROOT=${root}" "-DLIST=${list}" "-DOUTPUT=${source}" "-DNAME=${target}"
      -P "${RETORT_EMBED_SCRIPT}"
    DEPENDS ${files} "${list}" "${RETORT_EMBED_SCRIPT}"
    COMMENT "Embedding files into ${target}" VERBATIM)
  target_sources(${target} PRIVATE "${source}")
  # The assembler reads the files: the object is as old as they are.
  set_source_files_properties("${source}" PROPERTIES OBJECT_DEPENDS "${files}")
endfunction()
