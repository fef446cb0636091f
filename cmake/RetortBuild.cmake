# SPDX-License-Identifier: BSD-3-Clause
# How every target of the tree is built: one static library a room, one test
# program a room, the same warnings everywhere.

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# What a static room links privately must be visible wherever a program links the room, the
# directories of projects that add this tree included.
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)

add_library(retort_build INTERFACE)
target_compile_features(retort_build INTERFACE cxx_std_20)
target_compile_options(retort_build INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion
  -pthread
  $<$<CXX_COMPILER_ID:GNU>:-fdiagnostics-color=always>)
if(RETORT_SANITIZE)
  target_compile_options(retort_build INTERFACE -fsanitize=${RETORT_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(retort_build INTERFACE -fsanitize=${RETORT_SANITIZE})
endif()

# Headers that nearly every source includes, compiled once: the standard library's are a third of what a
# room's source costs the compiler, gmock half of a test's. For whole development builds alone: consumers
# and releases compile without them, and so show an include that is missing. Not with a compiler cache,
# which they defeat.
set(RETORT_PRECOMPILE OFF)
if(RETORT_BUILD_TESTS AND CMAKE_BUILD_TYPE STREQUAL "Debug" AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(RETORT_PRECOMPILE ON)
  foreach(kind room test)
    add_library(retort_${kind}_headers OBJECT ${PROJECT_SOURCE_DIR}/cmake/precompiled.cpp)
    target_link_libraries(retort_${kind}_headers PRIVATE retort_build)
  endforeach()
  target_precompile_headers(retort_room_headers PRIVATE <algorithm> <cstdint> <map> <memory> <optional> <string>
    <string_view> <utility> <vector>)
  target_link_libraries(retort_test_headers PRIVATE GTest::gmock)
  target_precompile_headers(retort_test_headers PRIVATE <gmock/gmock.h> <gtest/gtest.h> <string> <vector>)
endif()

# retort_room(NAME DEPS room... LIBS library...)
# The room's sources are its *.cpp (and those of detail/ and its folders), its tests its *_test.cpp.
# DEPS are rooms (public); LIBS are system libraries (private: none shows in a header).
function(retort_room name)
  cmake_parse_arguments(ARG "" "" "DEPS;LIBS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.h *.cpp detail/*.h detail/*.cpp detail/*/*.h detail/*/*.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")

  add_library(retort_${name} STATIC ${sources})
  add_library(retort::${name} ALIAS retort_${name})
  set_target_properties(retort_${name} PROPERTIES EXPORT_NAME ${name} LINKER_LANGUAGE CXX)
  set_property(GLOBAL APPEND PROPERTY RETORT_ROOMS ${name})
  target_compile_features(retort_${name} PUBLIC cxx_std_20)
  target_include_directories(retort_${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:include>)
  target_link_libraries(retort_${name} PRIVATE $<BUILD_INTERFACE:retort_build>)
  if(RETORT_PRECOMPILE)
    target_precompile_headers(retort_${name} REUSE_FROM retort_room_headers)
  endif()
  foreach(dep ${ARG_DEPS})
    target_link_libraries(retort_${name} PUBLIC retort_${dep})
  endforeach()
  target_link_libraries(retort_${name} PRIVATE ${ARG_LIBS})
  get_directory_property(found_here IMPORTED_TARGETS)  # pkg_check_modules keeps its targets to itself
  foreach(lib ${ARG_LIBS})
    if(lib IN_LIST found_here)
      set_target_properties(${lib} PROPERTIES IMPORTED_GLOBAL TRUE)
    endif()
  endforeach()

  if(RETORT_BUILD_TESTS AND tests)
    retort_test(retort_${name}_test SOURCES ${tests} LIBS retort_${name} ${ARG_LIBS})
  endif()
endfunction()

# retort_test(NAME SOURCES file... LIBS target...): a GoogleTest program that ctest runs.
function(retort_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE retort_build ${ARG_LIBS} GTest::gmock GTest::gtest_main)
  if(RETORT_PRECOMPILE)
    target_precompile_headers(${name} REUSE_FROM retort_test_headers)
    # The sources of programs under test see what they include and nothing else.
    set(programs ${ARG_SOURCES})
    list(FILTER programs EXCLUDE REGEX "_test\\.cpp$")
    set_source_files_properties(${programs} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  endif()
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 300
    ENVIRONMENT "RETORT_SOURCE_DIR=${PROJECT_SOURCE_DIR}")
endfunction()
