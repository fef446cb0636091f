// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/login/throttle.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <list>
#include <mutex>
#include <stdexcept>
#include <unordered_map>

#include <arpa/inet.h>

#include "retort/app/respond.h"
#include "retort/base/text.h"
#include "retort/crypto/digest.h"
#include "retort/crypto/random.h"
#include "retort/http/errors.h"
#include "retort/signing/signer.h"

namespace retort::login {
namespace {

using Key = std::array<std::uint64_t, 2>;

struct KeyHash {
  // Keys are digests already.
  std::size_t operator()(const Key& key) const { return static_cast<std::size_t>(key[0]); }
};

struct Entry {
  Key key;
  int failures = 0;
  std::int64_t last = 0;          // failure
  std::int64_t next_allowed = 0;  // attempt
};

/// What is one client: an IPv4 address, or the network of an IPv6 address, of which one client has all.
std::string client_of(std::string_view address) {
  const std::string text(address);
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return text;
  constexpr std::array<unsigned char, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (std::equal(kMapped.begin(), kMapped.end(), bytes.begin())) {
    char dotted[INET_ADDRSTRLEN];
    return inet_ntop(AF_INET, bytes.data() + 12, dotted, sizeof dotted) ? dotted : text;
  }
  return std::string(reinterpret_cast<const char*>(bytes.data()), 8);
}

}  // namespace

struct LoginThrottle::Impl {
  using Order = std::list<Entry>;  // the last used first

  explicit Impl(ThrottleOptions given)
      : options(given), secret(crypto::Digest::sha256, crypto::random_bytes(32)) {}

  std::int64_t now() const { return (options.time ? *options.time : system_time).now(); }

  /// Keyed, so that nobody can choose names that meet in one place.
  Key key_of(std::string_view kind, std::string_view text) const {
    const std::string digest = secret.sign(std::string(kind) + std::string(text));
    Key key;
    std::memcpy(key.data(), digest.data(), sizeof key);
    return key;
  }

  Entry* find(const Key& key) {
    const auto found = entries.find(key);
    return found == entries.end() ? nullptr : &*found->second;
  }

  /// The seconds until the key may be tried again.
  std::int64_t wait(const Key& key, std::int64_t now) {
    const Entry* entry = find(key);
    return entry ? std::max<std::int64_t>(entry->next_allowed - now, 0) : 0;
  }

  /// Counts a failure; how many there are now.
  int fail(const Key& key, int free, std::int64_t now) {
    const auto found = entries.find(key);
    if (found == entries.end()) {
      make_room();
      order.push_front(Entry{key});
      entries[key] = order.begin();
    } else {
      order.splice(order.begin(), order, found->second);
    }
    Entry& entry = order.front();
    if (entry.failures != 0 && now - entry.last >= options.forget_seconds) entry.failures = 0;
    ++entry.failures;
    entry.last = now;
    if (entry.failures >= free) entry.next_allowed = now + wait_after(entry.failures - free);
    return entry.failures;
  }

  std::int64_t wait_after(int beyond) const {
    constexpr std::int64_t kForEver = std::int64_t{1} << 40;  // and no overflow
    const std::int64_t longest = std::min(options.longest_wait_seconds, kForEver);
    std::int64_t wait = std::min(options.first_wait_seconds, longest);
    for (int i = 0; i < beyond && wait < longest; ++i) wait *= 2;
    return std::min(wait, longest);
  }

  void make_room() {
    while (!order.empty() && order.size() >= options.max_entries) {
      entries.erase(order.back().key);
      order.pop_back();
    }
  }

  const ThrottleOptions options;
  const crypto::HmacKey secret;
  const signing::TimeSource system_time;
  mutable std::mutex mutex;
  Order order;
  std::unordered_map<Key, Order::iterator, KeyHash> entries;
};

LoginThrottle::LoginThrottle(ThrottleOptions options) : impl_(new Impl(options)) {
  if (options.free_per_name < 1 || options.free_per_address < 1 || options.first_wait_seconds < 1 ||
      options.longest_wait_seconds < options.first_wait_seconds || options.max_entries < 2)
    throw std::invalid_argument("LoginThrottle: there is a free attempt at least, and a wait of a second");
}
LoginThrottle::~LoginThrottle() = default;

LoginThrottle::Attempt LoginThrottle::attempt(std::string_view name, std::string_view address) {
  Attempt attempt;
  attempt.throttle_ = this;
  const Key by_name = impl_->key_of("name ", text::to_lower(name));
  const Key by_address = impl_->key_of("address ", client_of(address));
  std::copy(by_name.begin(), by_name.end(), attempt.name_);
  std::copy(by_address.begin(), by_address.end(), attempt.address_);
  const std::int64_t now = impl_->now();
  const std::lock_guard lock(impl_->mutex);
  attempt.wait_ = std::max(impl_->wait(by_name, now), impl_->wait(by_address, now));
  if (attempt.wait_ != 0) return attempt;
  impl_->fail(by_name, impl_->options.free_per_name, now);
  attempt.failures_ = impl_->fail(by_address, impl_->options.free_per_address, now);
  return attempt;
}

void LoginThrottle::Attempt::succeeded() {
  if (!throttle_ || wait_ != 0) return;
  Impl& impl = *throttle_->impl_;
  throttle_ = nullptr;
  const std::lock_guard lock(impl.mutex);
  if (const auto found = impl.entries.find({name_[0], name_[1]}); found != impl.entries.end()) {
    impl.order.erase(found->second);
    impl.entries.erase(found);
  }
  if (Entry* address = impl.find({address_[0], address_[1]})) {
    // What others have failed at meanwhile keeps its wait.
    if (address->failures == failures_) address->next_allowed = 0;
    if (address->failures > 0) --address->failures;
  }
}

Response LoginThrottle::Attempt::refusal() const {
  Response response("Too many failed attempts to log in. Please try again in " + std::to_string(wait_) +
                        (wait_ == 1 ? " second." : " seconds."),
                    TooManyRequests::kCode);
  response.headers.set("Retry-After", std::to_string(wait_));
  return response;
}

void LoginThrottle::Attempt::require() const {
  if (wait_ != 0) throw TooManyRequests("Too many failed attempts to log in.", wait_);
}

std::size_t LoginThrottle::size() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->entries.size();
}

}  // namespace retort::login
