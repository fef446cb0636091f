// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The app's side of the edit-and-reload loop: what it has from the development server that started
// it. RETORT_DEV_SERVER holds its generation; the descriptors have fixed numbers.

#include <cstdint>
#include <memory>
#include <optional>

#include "retort/cli/detail/dev_state.h"

namespace retort::detail {

inline constexpr const char* kDevVariable = "RETORT_DEV_SERVER";
inline constexpr int kDevListener = 3;     ///< listens already
inline constexpr int kDevState = 4;        ///< of DevState
inline constexpr int kDevChannel = 5;      ///< a stream socket: kReadyMark, or a crash
inline constexpr int kDevCertificate = 6;  ///< where the server has one
inline constexpr char kReadyMark = 'R';

struct DevApp {
  std::uint64_t generation = 0;
  std::shared_ptr<const DevState> state = {};
};

/// Empty where no development server started this process. Takes the variable from the environment, so
/// that programs which the app starts are none of it.
std::optional<DevApp> take_dev_app();
/// Tells the server that clients are answered.
void tell_ready();

}  // namespace retort::detail
