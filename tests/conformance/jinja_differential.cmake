# SPDX-License-Identifier: BSD-3-Clause
# Compares with Jinja2 over random templates, where a Python has it.
foreach(python /usr/bin/python3 python3)
  execute_process(COMMAND ${python} -c "import jinja2" RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
  if(status EQUAL 0)
    execute_process(
      COMMAND ${python} -W ignore ${CMAKE_CURRENT_LIST_DIR}/jinja_differential.py --driver ${DRIVER} --seed 1 --count 2000
              --keep-going --show 5
      RESULT_VARIABLE status)
    if(NOT status EQUAL 0)
      message(FATAL_ERROR "Retort and Jinja2 differ")
    endif()
    return()
  endif()
endforeach()
message("SKIPPED: no python3 with jinja2 (python3-jinja2)")
