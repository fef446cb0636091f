# SPDX-License-Identifier: BSD-3-Clause
# Builds and runs the consumer in one WAY: installed, subdirectory or fetchcontent.
#   cmake -DWAY=... -DSOURCE_DIR=... -DBUILD_DIR=... -DWORK_DIR=... -P consume.cmake
file(REMOVE_RECURSE "${WORK_DIR}")
file(MAKE_DIRECTORY "${WORK_DIR}")

function(run)
  execute_process(COMMAND ${ARGV} WORKING_DIRECTORY "${WORK_DIR}" COMMAND_ERROR_IS_FATAL ANY)
endfunction()

set(options -G "${GENERATOR}" "-DCMAKE_CXX_COMPILER=${CXX_COMPILER}" -DCMAKE_CXX_FLAGS=-O0 -DRETORT_WAY=${WAY})
if(CXX_COMPILER_LAUNCHER)
  list(APPEND options "-DCMAKE_CXX_COMPILER_LAUNCHER=${CXX_COMPILER_LAUNCHER}")
endif()

if(WAY STREQUAL "installed")
  run(${CMAKE_COMMAND} --install "${BUILD_DIR}" --prefix "${WORK_DIR}/prefix" --component retort)
  # Moved after installing: nothing in the package may know where it was put.
  file(RENAME "${WORK_DIR}/prefix" "${WORK_DIR}/moved")
  list(APPEND options "-DCMAKE_PREFIX_PATH=${WORK_DIR}/moved")
elseif(WAY STREQUAL "subdirectory")
  list(APPEND options "-DRETORT_TREE=${SOURCE_DIR}")
elseif(WAY STREQUAL "fetchcontent")
  # A repository of the tree as it is now, so that what is not committed yet is tested too.
  foreach(part CMakeLists.txt CMakePresets.json LICENSE cmake retort)
    file(COPY "${SOURCE_DIR}/${part}" DESTINATION "${WORK_DIR}/origin")
  endforeach()
  set(git git -C "${WORK_DIR}/origin" -c user.name=consumer -c user.email=consumer@example.invalid)
  run(${git} init -q -b main)
  run(${git} add -A)
  run(${git} commit -q -m "The tree as it is")
  list(APPEND options "-DRETORT_REPOSITORY=file://${WORK_DIR}/origin")
else()
  message(FATAL_ERROR "no such way: ${WAY}")
endif()

run(${CMAKE_COMMAND} -S "${CMAKE_CURRENT_LIST_DIR}/${WAY}" -B "${WORK_DIR}/build" ${options})
set(targets consumer)
if(WAY STREQUAL "installed")
  set(targets all)
endif()
run(${CMAKE_COMMAND} --build "${WORK_DIR}/build" --target ${targets})
run("${WORK_DIR}/build/consumer")
