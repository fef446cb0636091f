// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/undefined.h"

#include <memory>

#include "retort/value/error.h"

namespace retort {

namespace {

class NoItems : public ValueIterator {
 public:
  bool next(Value&) override { return false; }
};

}  // namespace

void Undefined::fail() const {
  failing();
  throw UndefinedError(message());
}

void Undefined::failing() const {}

Value Undefined::attribute(std::string_view) const { fail(); }
Value Undefined::item(const Value&) const { fail(); }
Value Undefined::call(const CallArguments&) const { fail(); }
Owned<ValueIterator> Undefined::iterate() const { return std::make_unique<NoItems>(); }

bool Undefined::length(std::size_t& out) const {
  out = 0;
  return true;
}

bool Undefined::truthy() const { return false; }
void Undefined::append_str(std::string&) const {}
void Undefined::append_repr(std::string& out) const { out += "Undefined"; }
bool Undefined::equals(const Object& other) const { return type_name() == other.type_name(); }
bool Undefined::equals_value(const Value&) const { return false; }
std::size_t Undefined::hash() const { return 0; }

void fail_undefined(const Value& value) {
  if (const Undefined* info = value.undefined_info()) info->fail();
  throw UndefinedError("the value is undefined");
}

}  // namespace retort
