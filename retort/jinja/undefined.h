// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What an environment puts where a name, attribute or item is missing: Jinja's Undefined
// classes, and the way to an application's own. An undefined value belongs to its render.

#include <string>
#include <string_view>
#include <utility>

#include "retort/base/function.h"
#include "retort/base/memory.h"
#include "retort/value/error.h"
#include "retort/value/undefined.h"
#include "retort/value/value.h"

namespace retort::jinja {

/// What was looked for.
struct UndefinedInfo {
  std::string hint;     ///< the message, when there is one
  Value object;         ///< where it was looked for; undefined: among the variables
  Value name;           ///< what was looked for
  bool unsafe = false;  ///< a sandbox hides it: any use is a SecurityError
  Value among{};        ///< whose names might be meant, where it is not `object`
};

/// What the use of one throws: it knows what was looked for. Belongs to the render.
class UndefinedUse : public retort::UndefinedError {
 public:
  UndefinedUse(const std::string& message, UndefinedInfo info)
      : retort::UndefinedError(message), info_(std::move(info)) {}
  const UndefinedInfo& info() const noexcept { return info_; }

 private:
  UndefinedInfo info_;
};

/// Prints as nothing, is false, iterates as empty; any other use fails.
class Undefined : public retort::Undefined {
 public:
  explicit Undefined(UndefinedInfo info) : info_(std::move(info)) {}
  const UndefinedInfo& info() const { return info_; }
  std::string message() const override;
  void failing() const override;
  /// Fails, but for `_undefined_name`, `_undefined_obj` and `_undefined_hint`.
  Value attribute(std::string_view name) const override;

 protected:
  /// What the info says under such a name; plain undefined for others.
  Value detail(std::string_view name) const;
  UndefinedInfo info_;
};

/// Its attributes and items are undefined, too.
class ChainableUndefined : public Undefined {
 public:
  using Undefined::Undefined;
  std::string_view type_name() const override { return "ChainableUndefined"; }
  Value attribute(std::string_view name) const override;
  Value item(const Value& key) const override;
  bool append_html(std::string& out) const override;

 private:
  Value again() const;
};

/// Prints as the expression that is missing: "{{ user.name }}".
class DebugUndefined : public Undefined {
 public:
  using Undefined::Undefined;
  std::string_view type_name() const override { return "DebugUndefined"; }
  void append_str(std::string& out) const override;
};

/// Fails on any use but `is defined` and `default`.
class StrictUndefined : public Undefined {
 public:
  using Undefined::Undefined;
  std::string_view type_name() const override { return "StrictUndefined"; }
  Owned<ValueIterator> iterate() const override;
  bool length(std::size_t& out) const override;
  bool truthy() const override;
  void append_str(std::string& out) const override;
  bool equals(const Object& other) const override;
  bool equals_value(const Value& other) const override;
  std::size_t hash() const override;
};

/// Makes undefined values; called from several threads.
using UndefinedFactory = Function<std::unique_ptr<retort::Undefined>(UndefinedInfo info)>;

/// `environment.undefined = undefined_of<StrictUndefined>()`.
template <class T>
UndefinedFactory undefined_of() {
  return [](UndefinedInfo info) -> std::unique_ptr<retort::Undefined> {
    return std::unique_ptr<retort::Undefined>(new T(std::move(info)));
  };
}

/// Undefined that tells `log` when it is printed, tested or iterated (a warning) and when
/// its use fails (an error) (Jinja: make_logging_undefined). `log` is called from several
/// threads.
using UndefinedLog = Function<void(bool error, const std::string& message)>;
UndefinedFactory make_logging_undefined(UndefinedLog log);

}  // namespace retort::jinja
