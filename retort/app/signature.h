// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// How a function pointer or a lambda is called: Signature<F> is R(A...).

#include <type_traits>

namespace retort::detail {

template <class F, class = void>
struct SignatureOf {};
template <class F>
struct SignatureOf<F, std::void_t<decltype(&F::operator())>> : SignatureOf<decltype(&F::operator())> {};
template <class R, class... A>
struct SignatureOf<R (*)(A...)> {
  using Type = R(A...);
};
template <class R, class... A>
struct SignatureOf<R (*)(A...) noexcept> : SignatureOf<R (*)(A...)> {};
template <class C, class R, class... A>
struct SignatureOf<R (C::*)(A...) const> : SignatureOf<R (*)(A...)> {};
template <class C, class R, class... A>
struct SignatureOf<R (C::*)(A...)> : SignatureOf<R (*)(A...)> {};
template <class C, class R, class... A>
struct SignatureOf<R (C::*)(A...) const noexcept> : SignatureOf<R (*)(A...)> {};

/// The call signature, R(A...), of a function pointer or a lambda.
template <class F>
using Signature = typename SignatureOf<std::decay_t<F>>::Type;

}  // namespace retort::detail
