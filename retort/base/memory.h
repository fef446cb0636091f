// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// std::unique_ptr and std::make_unique without the rest of <memory>, which costs a
// fifth of a second in each translation unit with libstdc++; and without <ostream>, which
// that library's unique_ptr brings along for its operator<< and which costs an eighth.
#if __has_include(<bits/unique_ptr.h>)
#include <iosfwd>

#include <ext/atomicity.h>  // which <stop_token> expects to have come with <ostream>
#if !defined(_GLIBCXX_OSTREAM)
#define _GLIBCXX_OSTREAM 1
#include <bits/unique_ptr.h>
#undef _GLIBCXX_OSTREAM
#else
#include <bits/unique_ptr.h>
#endif
#else
#include <memory>
#endif
