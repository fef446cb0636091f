// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Flags: what validators and widgets say of a field for whoever renders it (WTForms: Flags):
// {"required", true}, {"maxlength", 80}. A value type.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/value/value.h"

namespace retort::wtf {

struct Flag {
  std::string name;
  Value value;
};

class Flags {
 public:
  Flags() = default;
  Flags(std::initializer_list<Flag> flags) : flags_(flags) {}
  /// Shares no value that is not frozen, so a validator that is a global may be copied by any thread.
  Flags(const Flags& o);
  Flags(Flags&&) noexcept = default;
  Flags& operator=(Flags o) noexcept {
    flags_ = std::move(o.flags_);
    return *this;
  }

  /// None for a flag that nobody has set.
  Value operator[](std::string_view name) const;
  bool contains(std::string_view name) const { return (*this)[name].truthy(); }
  void set(std::string_view name, Value value);
  /// Sets all of the other's.
  void update(const Flags& other);
  /// Makes the values shareable between threads.
  void freeze();

  const Flag* begin() const { return flags_.data(); }
  const Flag* end() const { return flags_.data() + flags_.size(); }
  bool empty() const { return flags_.empty(); }

 private:
  std::vector<Flag> flags_;
};

}  // namespace retort::wtf
