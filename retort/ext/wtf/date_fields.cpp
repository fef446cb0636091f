// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/date_fields.h"

#include "retort/app/scaffold.h"
#include "retort/ext/wtf/detail/field_kind.h"
#include "retort/ext/wtf/detail/time_format.h"
#include "retort/ext/wtf/widgets.h"

namespace retort::wtf {
namespace {

DateTime whole(const DateTime& time) { return time; }
DateTime whole(const Date& date) { return {date.year, date.month, date.day}; }
DateTime whole(const Time& time) {
  return {1900, 1, 1, time.hour, time.minute, time.second, time.microsecond};
}

void take_part(const DateTime& from, DateTime& out) { out = from; }
void take_part(const DateTime& from, Date& out) { out = from.date(); }
void take_part(const DateTime& from, Time& out) { out = from.time(); }

/// Several values are one, with a space between: a date's field and a time's.
std::string joined(const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) {
    if (&value != &values.front()) out += ' ';
    out += value;
  }
  return out;
}

}  // namespace

template class FieldOf<Date>;
template class FieldOf<Time>;
template class FieldOf<DateTime>;

namespace detail {

template <class T>
Value FormattedField<T>::value_text() const {
  if (!this->raw_data.empty()) return joined(this->raw_data);
  return this->data ? Value(write_time(whole(*this->data), formats_->list.front())) : Value("");
}

template <class T>
void FormattedField<T>::process_formdata(const std::vector<std::string>& values) {
  if (values.empty()) return;
  const std::string text = joined(values);
  for (const std::string& format : formats_->list) {
    if (read_one(text, format)) return;
  }
  this->put_none();
  throw ValueError(this->gettext(formats_->message));
}

template <class T>
bool FormattedField<T>::read_one(const std::string& text, const std::string& format) {
  const bool monday = formats_->week && format.find("%w") == std::string::npos;
  const auto time = monday ? read_time(text + "-1", format + "-%w") : read_time(text, format);
  if (!time) return false;
  T part{};
  take_part(*time, part);
  this->put(part);
  return true;
}

template <class T>
void FormattedField<T>::define_formats(std::string_view name, bool immortal,
                                       std::initializer_list<const char*> otherwise, std::string_view message,
                                       bool week) {
  FieldOf<T>::define(name, immortal);
  Formats& own = formats_.own();
  if (own.list.empty()) own.list.assign(otherwise.begin(), otherwise.end());
  own.message = message;
  own.week = week;
  for (const std::string& format : own.list) {
    if (!is_time_format(format))
      throw SetupError("the field '" + std::string(name) + "' has the format '" + format +
                       "': it knows %Y %y %m %d %j %H %I %p %M %S %f %a %A %b %B %w %u %U %W %G %V %z");
  }
  if (immortal) formats_.make_immortal();
}

template class FormattedField<Date>;
template class FormattedField<Time>;
template class FormattedField<DateTime>;

}  // namespace detail

DateTimeField::DateTimeField(LabelText label, std::initializer_list<Validator> validators, Options options)
    : DateTimeField(std::move(label), std::vector<Validator>(validators), std::move(options)) {}

DateTimeField::DateTimeField(LabelText label, Options options)
    : DateTimeField(std::move(label), std::vector<Validator>(), std::move(options)) {}

DateField::DateField(LabelText label, std::initializer_list<Validator> validators, Options options)
    : DateField(std::move(label), std::vector<Validator>(validators), std::move(options)) {}

DateField::DateField(LabelText label, Options options)
    : DateField(std::move(label), std::vector<Validator>(), std::move(options)) {}

TimeField::TimeField(LabelText label, std::initializer_list<Validator> validators, Options options)
    : TimeField(std::move(label), std::vector<Validator>(validators), std::move(options)) {}

TimeField::TimeField(LabelText label, Options options)
    : TimeField(std::move(label), std::vector<Validator>(), std::move(options)) {}

void DateTimeField::define(std::string_view name, bool immortal) {
  define_formats(name, immortal, {"%Y-%m-%d %H:%M:%S"}, "Not a valid datetime value.");
}

void DateTimeLocalField::define(std::string_view name, bool immortal) {
  define_formats(name, immortal,
                 {"%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"},
                 "Not a valid datetime value.");
}

void DateField::define(std::string_view name, bool immortal) {
  define_formats(name, immortal, {"%Y-%m-%d"}, "Not a valid date value.");
}

void MonthField::define(std::string_view name, bool immortal) {
  define_formats(name, immortal, {"%Y-%m"}, "Not a valid date value.");
}

void WeekField::define(std::string_view name, bool immortal) {
  define_formats(name, immortal, {"%Y-W%W"}, "Not a valid week value.", true);
}

void TimeField::define(std::string_view name, bool immortal) {
  define_formats(name, immortal, {"%H:%M"}, "Not a valid time value.");
}

std::string_view DateTimeField::type() const { return "DateTimeField"; }
Owned<Field> DateTimeField::clone() const { return detail::copy_of(*this); }
const Widget& DateTimeField::default_widget() const { return detail::widget_of<DateTimeInput>(); }

std::string_view DateTimeLocalField::type() const { return "DateTimeLocalField"; }
Owned<Field> DateTimeLocalField::clone() const { return detail::copy_of(*this); }
const Widget& DateTimeLocalField::default_widget() const { return detail::widget_of<DateTimeLocalInput>(); }

std::string_view DateField::type() const { return "DateField"; }
Owned<Field> DateField::clone() const { return detail::copy_of(*this); }
const Widget& DateField::default_widget() const { return detail::widget_of<DateInput>(); }

std::string_view MonthField::type() const { return "MonthField"; }
Owned<Field> MonthField::clone() const { return detail::copy_of(*this); }
const Widget& MonthField::default_widget() const { return detail::widget_of<MonthInput>(); }

std::string_view WeekField::type() const { return "WeekField"; }
Owned<Field> WeekField::clone() const { return detail::copy_of(*this); }
const Widget& WeekField::default_widget() const { return detail::widget_of<WeekInput>(); }

std::string_view TimeField::type() const { return "TimeField"; }
Owned<Field> TimeField::clone() const { return detail::copy_of(*this); }
const Widget& TimeField::default_widget() const { return detail::widget_of<TimeInput>(); }

}  // namespace retort::wtf
