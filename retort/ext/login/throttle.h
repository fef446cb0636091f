// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// LoginThrottle: slows down those who guess passwords. Failures are counted for each user name and for
// each address; the first few cost nothing, then each makes the next attempt wait twice as long.
//
//   login::LoginThrottle throttle;                       // before the app, which it must outlive
//   ...
//   auto attempt = throttle.attempt(form->email.data, request->remote_addr());
//   if (!attempt) return attempt.refusal();              // 429 with Retry-After
//   if (verify_password_or_dummy(user ? &user->password_hash : nullptr, form->password.data)) {
//     attempt.succeeded();
//     login_user(user);
//   }
//
// An attempt counts as a failure from its start until it says otherwise, so that many at once are no
// way around. Counts are kept in this process's memory, at most `max_entries`; where that is full,
// those that have been quiet the longest are forgotten. Thread-safe; attempts belong to one thread.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "retort/base/owned.h"
#include "retort/message/response.h"

namespace retort::signing {
class TimeSource;
}

namespace retort::login {

struct ThrottleOptions {
  int free_per_name = 5;      ///< failures of one user name before it has to wait
  int free_per_address = 20;  ///< likewise of one address, an IPv6 address's network (/64)
  std::int64_t first_wait_seconds = 1;
  std::int64_t longest_wait_seconds = 15 * 60;
  std::int64_t forget_seconds = 60 * 60;      ///< without a failure for so long: all is forgotten
  std::size_t max_entries = 50'000;           ///< names and addresses together
  const signing::TimeSource* time = nullptr;  ///< instead of the system's; must outlive the throttle
};

class LoginThrottle {
 public:
  explicit LoginThrottle(ThrottleOptions options = {});
  LoginThrottle(const LoginThrottle&) = delete;
  LoginThrottle& operator=(const LoginThrottle&) = delete;
  ~LoginThrottle();

  /// One try to log in.
  class [[nodiscard]] Attempt {
   public:
    /// Whether it may be made.
    explicit operator bool() const { return wait_ == 0; }
    /// How long to wait before the next one; 0 when this one may be made.
    std::int64_t retry_after() const { return wait_; }
    /// Takes back that it counts as a failure, and forgets those of the name.
    void succeeded();
    /// The answer to who has to wait: 429 with Retry-After.
    Response refusal() const;
    /// The same as an exception, which the app's error handlers see: throws TooManyRequests unless
    /// the attempt may be made.
    void require() const;

   private:
    friend class LoginThrottle;
    LoginThrottle* throttle_ = nullptr;
    std::uint64_t name_[2] = {}, address_[2] = {};
    int failures_ = 0;  // of the address, this one among them
    std::int64_t wait_ = 0;
  };

  /// Counts a try of this name from this address. Names are told apart without regard to the case of
  /// ASCII letters.
  Attempt attempt(std::string_view name, std::string_view address);

  std::size_t size() const;

 private:
  struct Impl;
  Owned<Impl> impl_;
};

}  // namespace retort::login
