// SPDX-License-Identifier: BSD-3-Clause
#include "forms.h"
#include <retort/ext/wtf/choice_fields.h>
#include <retort/ext/wtf/date_fields.h>
#include <retort/ext/wtf/validators.h>
#include <retort/value/decimal_time.h>
#include <retort/value/uuid_time.h>

using namespace retort;

namespace twin {

namespace {

Date leap_day() { return {2024, 2, 29}; }

struct Times {
  wtf::DateField date{nullptr, {wtf::optional()}};
  wtf::DateField german{nullptr, {.format = "%d.%m.%Y"}};
  wtf::TimeField time;
  wtf::DateTimeField moment{nullptr, {wtf::input_required()}};
  wtf::DateTimeField either{nullptr, {.format = {"%Y-%m-%d %H:%M", "%Y%m%d%H%M"}}};
  wtf::DateTimeLocalField local;
  wtf::MonthField month;
  wtf::DateField standard{nullptr, {.default_ = leap_day}};
};

struct Choices {
  wtf::SelectField select{nullptr, {.choices = {{"a", "Alpha"}, {"b", "Beta & <Co>"}}}};
  wtf::SelectField plain{nullptr, {wtf::input_required()}, {.choices = {"x", "y"}, .default_ = "y"}};
  wtf::SelectFieldOf<std::int64_t> number{nullptr, {.choices = {{1, "one"}, {2, "two"}}}};
  wtf::SelectField free{nullptr, {.choices = {"x"}, .validate_choice = false}};
  wtf::SelectField grouped{
      nullptr, {.choices = wtf::groups({{"G & 1", {{"a", "A"}}}, {"G2", {{"b", "B"}, {"c", "C"}}}})}};
  wtf::SelectMultipleField several{nullptr, {.choices = {{"a", "Alpha"}, {"b", "Beta"}, {"c", "Gamma"}}}};
  wtf::SelectMultipleFieldOf<std::int64_t> numbers{nullptr, {.choices = {{1, "one"}, {2, "two"}}}};
  wtf::RadioField radio{nullptr, {wtf::input_required()}, {.choices = {{"a", "Alpha"}, {"b", "Be'ta"}}}};
};

}  // namespace

std::string times() {
  return shown(wtf::form<Times>(
      options(Value::dict({{"date", date_value({2024, 5, 6})},
                           {"german", date_value({1999, 5, 6})},
                           {"time", time_value(Time{7, 8})},
                           {"moment", datetime_value(*parse_iso_datetime("2024-05-06T07:08:09"))},
                           {"either", datetime_value(*parse_iso_datetime("2024-05-06T07:08:00"))},
                           {"local", datetime_value(*parse_iso_datetime("2024-05-06T07:08:09"))},
                           {"month", date_value({2024, 5, 1})}}))));
}

std::string choices() {
  return shown(wtf::form<Choices>(options(Value::dict({{"select", "b"},
                                                       {"number", 2},
                                                       {"several", Value::list({"a", "c"})},
                                                       {"numbers", Value::list({2})},
                                                       {"radio", "b"}}))));
}

}  // namespace twin
