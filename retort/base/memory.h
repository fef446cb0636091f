// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// std::unique_ptr and std::make_unique without the rest of <memory>, which costs a
// fifth of a second in each translation unit with libstdc++.
#if __has_include(<bits/unique_ptr.h>)
#include <bits/unique_ptr.h>
#else
#include <memory>
#endif
