# SPDX-License-Identifier: BSD-3-Clause
# Builds and tests what `retort new` writes, against an installed Retort (find_package) or the source tree
# (FetchContent).
#   cmake -DWAY=... -DSOURCE_DIR=... -DBUILD_DIR=... -DWORK_DIR=... -DTOOL=... -P new.cmake
file(REMOVE_RECURSE "${WORK_DIR}")
file(MAKE_DIRECTORY "${WORK_DIR}")

function(run)
  execute_process(COMMAND ${ARGV} WORKING_DIRECTORY "${WORK_DIR}" COMMAND_ERROR_IS_FATAL ANY)
endfunction()

set(options --preset dev "-DCMAKE_CXX_COMPILER=${CXX_COMPILER}" -DCMAKE_CXX_FLAGS=-O0 -DCMAKE_CXX_FLAGS_DEBUG=)
if(CXX_COMPILER_LAUNCHER)
  list(APPEND options "-DCMAKE_CXX_COMPILER_LAUNCHER=${CXX_COMPILER_LAUNCHER}")
endif()

# build_and_test(NAME option...)
function(build_and_test name)
  run(${CMAKE_COMMAND} -S "${WORK_DIR}/${name}" ${options} ${ARGN})
  run(${CMAKE_COMMAND} --build "${WORK_DIR}/${name}/build/dev" --target ${name} ${name}_test)
  run("${WORK_DIR}/${name}/build/dev/${name}_test")
endfunction()

if(WAY STREQUAL "installed")
  run(${CMAKE_COMMAND} --install "${BUILD_DIR}" --prefix "${WORK_DIR}/prefix" --component retort)
  file(RENAME "${WORK_DIR}/prefix" "${WORK_DIR}/moved")
  set(tool "${WORK_DIR}/moved/bin/retort")
  run("${tool}" new shop)
  run("${tool}" new notes --template api --db)
  build_and_test(shop "-DCMAKE_PREFIX_PATH=${WORK_DIR}/moved")
  build_and_test(notes "-DCMAKE_PREFIX_PATH=${WORK_DIR}/moved")
  run("${WORK_DIR}/notes/build/dev/notes" db upgrade)
  run("${WORK_DIR}/notes/build/dev/notes" db check)
  # The command finds the package that lies beside it, for a project and for a file.
  run(${CMAKE_COMMAND} -E rm -rf "${WORK_DIR}/shop/build")
  run("${tool}" --app shop run --help)
  file(WRITE "${WORK_DIR}/hello.cpp" "#include <retort/retort.h>\nretort::App create_app() { return retort::App{\"hello\"}; }\n")
  run(${CMAKE_COMMAND} -E env "XDG_CACHE_HOME=${WORK_DIR}/cache" "${tool}" --app hello run --help)
  file(STRINGS "${WORK_DIR}/shop/build/dev/CMakeCache.txt" package REGEX "^retort_DIR:")
  if(NOT package MATCHES "${WORK_DIR}/moved/")
    message(FATAL_ERROR "another Retort was taken: ${package}")
  endif()
elseif(WAY STREQUAL "source")
  run("${TOOL}" new site --template site)
  build_and_test(site "-DRETORT_SOURCE=${SOURCE_DIR}")
else()
  message(FATAL_ERROR "no such way: ${WAY}")
endif()
