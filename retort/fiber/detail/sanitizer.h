// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Tells AddressSanitizer and ThreadSanitizer of stack switches; empty without them.

#if defined(__SANITIZE_ADDRESS__)
#define RETORT_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RETORT_ASAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define RETORT_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define RETORT_TSAN 1
#endif
#endif

#ifdef RETORT_ASAN
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef RETORT_TSAN
#include <sanitizer/tsan_interface.h>
#endif
