// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The browser's side of the edit-and-reload loop: a script that HTML pages get, which listens to
// what the development server says, loads the page anew when there is a new app, template or static
// file, and lays the compiler's errors over it.

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "retort/cli/detail/dev_state.h"
#include "retort/message/handler.h"

namespace retort::detail {

/// The paths that belong to it.
inline constexpr const char* kLivePrefix = "/_retort/live/";

class LiveReload {
 public:
  /// `generation` is that of the app that answers; see DevState's JSON.
  LiveReload(std::shared_ptr<const DevState> state, std::uint64_t generation)
      : state_(std::move(state)), generation_(generation) {}

  /// Answers a path of its own, to clients on this machine alone; false for any other.
  bool answer(const Request& request, Response& response) const;
  /// Adds the script to a page that a browser on this machine asked for.
  void add_script(const Request& request, Response& response) const;
  /// `is_trouble`: of a page that shows the state itself, and is loaded anew when that changes.
  std::string script_tag(bool is_trouble = false) const;
  /// Ends the streams that are open.
  void stop() { stopped_->store(true, std::memory_order_relaxed); }

 private:
  std::shared_ptr<const DevState> state_;
  std::uint64_t generation_;
  std::shared_ptr<std::atomic<bool>> stopped_ = std::make_shared<std::atomic<bool>>(false);
};

/// Around an app.
class LiveHandler final : public Handler {
 public:
  LiveHandler(Handler& app, LiveReload live) : app_(app), live_(std::move(live)) {}
  void handle(Request& request, Response& response) override;

 private:
  Handler& app_;
  LiveReload live_;
};

}  // namespace retort::detail
