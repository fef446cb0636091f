// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "forms.h"
#include <retort/ext/wtf/number_fields.h>
#include <retort/ext/wtf/text_fields.h>
#include <retort/ext/wtf/validators.h>
#include <retort/value/decimal_time.h>

using namespace retort;

namespace twin {

namespace {

std::string stripped(const std::string& text) {
  constexpr const char* kSpace = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpace);
  return first == std::string::npos ? std::string()
                                    : text.substr(first, text.find_last_not_of(kSpace) + 1 - first);
}

struct Text {
  wtf::StringField plain{nullptr, {}, {.description = "say <it>"}};
  wtf::TextAreaField area{"Area & more", {.render_kw = Value::dict({{"rows", 5}, {"class", "wide"}})}};
  wtf::PasswordField password;
  wtf::HiddenField hidden;
  wtf::SearchField search;
  wtf::TelField tel;
  wtf::URLField site;
  wtf::EmailField mail;
  wtf::ColorField color;
  wtf::StringField filtered{nullptr, {.default_ = "a default", .filters = {stripped}}};
  wtf::BooleanField flag;
  wtf::BooleanField on{nullptr, {.default_ = true}};
  wtf::SubmitField submit{"Send > it"};
};

void no_digits(const std::string& data) {
  if (std::any_of(data.begin(), data.end(), [](char c) { return c >= '0' && c <= '9'; }))
    throw wtf::ValidationError("No <digits>!");
}

struct Checked {
  wtf::StringField required{nullptr, {wtf::data_required()}};
  wtf::StringField sent{nullptr, {wtf::input_required("Mind this.")}};
  wtf::StringField brief{nullptr, {wtf::length({.max = 1})}};
  wtf::StringField lengthy{nullptr,
                           {wtf::optional(), wtf::length({.min = 2, .message = "%(min)d, not %(length)d"})}};
  wtf::TextAreaField between{nullptr, {wtf::length(2, 4)}};
  wtf::StringField exact{nullptr, {wtf::length(3, 3)}};
  wtf::StringField mail{nullptr, {wtf::optional(false), wtf::email()}};
  wtf::StringField url{nullptr, {wtf::url({.require_tld = false})}};
  wtf::StringField uuid{nullptr, {wtf::uuid()}};
  wtf::StringField ip{nullptr, {wtf::ip_address({.ipv6 = true})}};
  wtf::StringField mac{nullptr, {wtf::mac_address()}};
  wtf::StringField regexp{nullptr, {wtf::regexp(R"(\w+\s\d+)")}};
  wtf::StringField one{nullptr, {wtf::any_of({"a", "b<"})}};
  wtf::StringField none{nullptr, {wtf::none_of({1, "x", 2.5})}};
  wtf::StringField own{nullptr, {no_digits, wtf::length({.max = 3})}};
  wtf::PasswordField again{"Pass again", {wtf::equal_to("required", "not %(other_label)s")}};
  wtf::StringField wrong{nullptr, {wtf::equal_to("nothing")}};
};

struct Numbers {
  wtf::IntegerField integer{nullptr, {wtf::number_range(1, 10)}};
  wtf::IntegerField least{nullptr, {wtf::optional(), wtf::number_range({.min = -5})}};
  wtf::FloatField real{nullptr, {wtf::number_range({.max = 2.5})}};
  wtf::DecimalField money{nullptr, {wtf::optional(), wtf::number_range(Decimal("0.10"), 99)}};
  wtf::DecimalField rounded{nullptr, {.places = 1, .rounding = Rounding::up}};
  wtf::DecimalField exact{nullptr, {.places = std::nullopt}};
  wtf::IntegerRangeField volume{nullptr, {wtf::number_range(0, 11)}};
  wtf::DecimalRangeField share;
  wtf::IntegerField needed{nullptr, {wtf::data_required()}};
};

}  // namespace

std::string text() {
  return shown(wtf::form<Text>(options(Value::dict({{"plain", "<old>"},
                                                    {"area", "two\nlines"},
                                                    {"password", "secret"},
                                                    {"hidden", "h\""},
                                                    {"flag", true},
                                                    {"on", false}}))));
}

std::string checked() {
  return shown(wtf::form<Checked>(options(Value::dict({{"required", "r"}, {"again", "r"}, {"one", "a"}}))));
}

std::string numbers() {
  return shown(wtf::form<Numbers>(options(Value::dict({{"integer", 7},
                                                       {"real", 1.5},
                                                       {"money", decimal_value(Decimal("12.345"))},
                                                       {"rounded", decimal_value(Decimal("0.11"))},
                                                       {"exact", decimal_value(Decimal("1.500"))},
                                                       {"volume", 3},
                                                       {"needed", 0}}))));
}

}  // namespace twin
