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
# Operations of files that no driver covers whole yet: all of their cases must pass.
foreach(case ecosystem.jsonl=csrf_generate ecosystem.jsonl=csrf_validate
    ecosystem.jsonl=dotenv_parse ecosystem.jsonl=dotenv_values
    ecosystem.jsonl=login_encode_cookie ecosystem.jsonl=login_decode_cookie ecosystem.jsonl=wtforms)
  string(REPLACE "=" ";" case ${case})
  list(GET case 0 file)
  list(GET case 1 op)
  execute_process(
    COMMAND python3 ${vectors}/run_conform.py --show 10 --op ${op} ${vectors}/${file} -- ${DRIVER}
    RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    set(failed TRUE)
  endif()
endforeach()
# Each file, and the ratio of its cases that must pass.
foreach(case routing.jsonl=0.99 http.jsonl=0.99 jinja.jsonl=0.995 signing.jsonl=0.995)
  string(REPLACE "=" ";" case ${case})
  list(GET case 0 file)
  list(GET case 1 least)
  execute_process(
    COMMAND python3 ${vectors}/run_conform.py --min ${least} --show 10 ${vectors}/${file} -- ${DRIVER}
    RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    set(failed TRUE)
  endif()
endforeach()
if(failed)
  message(FATAL_ERROR "too few cases passed")
endif()
