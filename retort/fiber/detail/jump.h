// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Boost.Context's jump_fcontext, reached without a call. It leaves by an indirect jump, so a
// `call` to it puts a return address into the processor's return predictor that no `ret`
// ever takes out: each `ret` after a switch would then be predicted wrongly, which costs
// more than the switch. Pushing the address by hand and jumping keeps the two in step.

#include <boost/context/detail/fcontext.hpp>

#include "retort/fiber/detail/sanitizer.h"

namespace retort::fiber::detail {

using boost::context::detail::fcontext_t;
using boost::context::detail::transfer_t;

#if defined(__x86_64__) && !defined(__ILP32__) && !defined(__CET__) && !defined(RETORT_ASAN) && \
    !defined(RETORT_TSAN)

[[gnu::always_inline]] inline transfer_t jump(fcontext_t to, void* data) {
  transfer_t from;
  // jump_fcontext keeps what a callee keeps (rbx, rbp, r12-r15, the control words); the rest
  // is clobbered. The 128 bytes are the caller's red zone.
  asm volatile(
      "leaq -128(%%rsp), %%rsp\n\t"
      "leaq 1f(%%rip), %%rax\n\t"
      "pushq %%rax\n\t"
      "jmp jump_fcontext@PLT\n"
      "1:\n\t"
      "leaq 128(%%rsp), %%rsp"
      : "=a"(from.fctx), "=d"(from.data), "+D"(to), "+S"(data)
      :
      : "rcx", "r8", "r9", "r10", "r11", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
        "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "memory", "cc");
  return from;
}

#else

inline transfer_t jump(fcontext_t to, void* data) { return boost::context::detail::jump_fcontext(to, data); }

#endif

}  // namespace retort::fiber::detail
