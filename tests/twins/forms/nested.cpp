// SPDX-License-Identifier: BSD-3-Clause
#include "forms.h"
#include <retort/ext/wtf/field_list.h>
#include <retort/ext/wtf/file_fields.h>
#include <retort/ext/wtf/form_field.h>
#include <retort/ext/wtf/text_fields.h>
#include <retort/ext/wtf/validators.h>

using namespace retort;

namespace twin {

namespace {

struct Address {
  wtf::StringField street{nullptr, {wtf::input_required()}};
  wtf::StringField city{nullptr, {.default_ = "Here"}};
};

struct Nested {
  wtf::FormField<Address> address;
  wtf::FieldList<wtf::StringField> streets{
      wtf::StringField{nullptr, {wtf::length({.max = 5})}}, nullptr, {.min_entries = 1, .max_entries = 3}};
  wtf::FieldList<wtf::FormField<Address>> people{wtf::FormField<Address>()};
};

struct Upload {
  wtf::FileField document{nullptr, {wtf::file_required()}};
  wtf::FileField picture{nullptr, {wtf::file_allowed({"png", "jpg"})}};
  wtf::FileField sized{nullptr, {wtf::file_size(10, 2)}};
  wtf::MultipleFileField several;
};

Value address(const char* street, const char* city) {
  return Value::dict({{"street", street}, {"city", city}});
}

}  // namespace

std::string nested() {
  return shown(wtf::form<Nested>(
      options(Value::dict({{"address", address("Main", "Town")},
                           {"streets", Value::list({"one", "two"})},
                           {"people", Value::list({address("A", "B"), address("C", "D")})}}))));
}

std::string upload() { return shown(wtf::form<Upload>(options(Value::dict()))); }

}  // namespace twin
