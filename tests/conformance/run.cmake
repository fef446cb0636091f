# SPDX-License-Identifier: BSD-3-Clause
# Runs the driver over the vectors, if they are there: in RETORT_CONFORMANCE_DIR, or beside
# the tree in shared/conformance.
set(vectors "$ENV{RETORT_CONFORMANCE_DIR}")
if(NOT vectors)
  set(vectors "${SOURCE_DIR}/../shared/conformance")
endif()
if(NOT EXISTS "${vectors}/run_conform.py")
  message("SKIPPED: no conformance vectors in ${vectors} (set RETORT_CONFORMANCE_DIR)")
  return()
endif()
set(failed FALSE)
foreach(file routing.jsonl http.jsonl)
  execute_process(
    COMMAND python3 ${vectors}/run_conform.py --min 0.99 --show 10 ${vectors}/${file} -- ${DRIVER}
    RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    set(failed TRUE)
  endif()
endforeach()
if(failed)
  message(FATAL_ERROR "fewer than 99% of the cases passed")
endif()
