// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What an app remembers of its CSRFProtect. Read by requests without locks.

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "retort/app/app.h"
#include "retort/app/blueprint.h"
#include "retort/ext/wtf/detail/csrf_settings.h"

namespace retort::wtf::detail {

struct Exemptions {
  std::vector<void (*)()> functions;
  std::vector<std::string> endpoints;
  std::vector<Blueprint> blueprints;

  bool covers(const Context& context) const;
};

/// What a CSRFProtect and its apps share: it may grow while one of them already serves.
class SharedExemptions {
 public:
  void add(void (*function)());
  void add(std::string_view endpoint);
  void add(const Blueprint& blueprint);
  Exemptions copy() const;

 private:
  mutable std::mutex mutex_;
  Exemptions all_;  // guarded by mutex_
};

/// One app's: settings and exemptions as they are when its first request asks.
class CsrfApp {
 public:
  struct Frozen {
    CsrfSettings settings;
    Exemptions exemptions;
  };

  explicit CsrfApp(std::shared_ptr<SharedExemptions> shared) : shared_(std::move(shared)) {}
  CsrfApp(const CsrfApp&) = delete;
  CsrfApp& operator=(const CsrfApp&) = delete;
  ~CsrfApp() { delete frozen_.load(); }

  const Frozen& frozen(const App& app) const;

 private:
  std::shared_ptr<SharedExemptions> shared_;
  mutable std::atomic<const Frozen*> frozen_{nullptr};
};

/// The app's settings: those of its CSRFProtect, else read for this context.
const CsrfSettings& csrf_settings(Context& context);

/// Marks a page with a token as one client's, where the settings want it.
void mark_private(Context& context, Response& response);

}  // namespace retort::wtf::detail
