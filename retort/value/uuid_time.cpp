// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/uuid_time.h"

#include <cstring>

#include <fmt/format.h>

#include "retort/base/http_date.h"
#include "retort/value/object.h"

namespace retort {
namespace {

class UuidObject final : public Object {
 public:
  explicit UuidObject(const Uuid& held) : uuid(held) {}
  std::string_view type_name() const override { return "UUID"; }
  Value attribute(std::string_view name) const override {
    if (name == "hex") return hex();
    if (name == "version") return uuid.version();
    return {};
  }
  void append_str(std::string& out) const override { out += uuid.str(); }
  void append_repr(std::string& out) const override { out += fmt::format("UUID('{}')", uuid.str()); }
  Value to_json() const override { return uuid.str(); }
  bool equals(const Object& other) const override {
    const auto* o = dynamic_cast<const UuidObject*>(&other);
    return o && o->uuid == uuid;
  }
  std::size_t hash() const override {
    std::size_t out = 0;
    std::memcpy(&out, uuid.bytes().data(), sizeof out);
    return out;
  }

  const Uuid uuid;

 private:
  std::string hex() const {
    std::string out;
    for (const char c : uuid.str()) {
      if (c != '-') out += c;
    }
    return out;
  }
};

class DateTimeObject final : public Object {
 public:
  explicit DateTimeObject(const DateTime& held) : time(held) {}
  std::string_view type_name() const override { return "datetime"; }
  Value attribute(std::string_view name) const override {
    if (name == "year") return time.year;
    if (name == "month") return time.month;
    if (name == "day") return time.day;
    if (name == "hour") return time.hour;
    if (name == "minute") return time.minute;
    if (name == "second") return time.second;
    if (name == "microsecond") return time.microsecond;
    return {};
  }
  void append_str(std::string& out) const override {
    std::string text = iso_format(time);
    text[text.find('T')] = ' ';
    out += text;
  }
  void append_repr(std::string& out) const override {
    out += fmt::format("datetime.datetime({}, {}, {}, {}, {}", time.year, time.month, time.day, time.hour,
                       time.minute);
    if (time.second != 0 || time.microsecond != 0) out += fmt::format(", {}", time.second);
    if (time.microsecond != 0) out += fmt::format(", {}", time.microsecond);
    if (time.offset_seconds == 0) {
      out += ", tzinfo=datetime.timezone.utc";
    } else if (time.offset_seconds) {
      const int days = *time.offset_seconds < 0 ? -1 : 0;
      out += ", tzinfo=datetime.timezone(datetime.timedelta(";
      if (days != 0) out += "days=-1, ";
      out += fmt::format("seconds={}))", *time.offset_seconds - days * 86400);
    }
    out += ')';
  }
  Value to_json() const override { return http_date(unix_seconds(time)); }
  // Two instants, or two naive times; one of each is never equal.
  bool equals(const Object& other) const override {
    const auto* o = dynamic_cast<const DateTimeObject*>(&other);
    return o && o->time.offset_seconds.has_value() == time.offset_seconds.has_value() &&
           unix_seconds(o->time) == unix_seconds(time) && o->time.microsecond == time.microsecond;
  }
  std::size_t hash() const override {
    return static_cast<std::size_t>(unix_seconds(time)) * 1'000'003 +
           static_cast<std::size_t>(time.microsecond);
  }

  const DateTime time;
};

class DateObject final : public Object {
 public:
  explicit DateObject(const Date& held) : date(held) {}
  std::string_view type_name() const override { return "date"; }
  Value attribute(std::string_view name) const override {
    if (name == "year") return date.year;
    if (name == "month") return date.month;
    if (name == "day") return date.day;
    return {};
  }
  void append_str(std::string& out) const override { out += iso_format(date); }
  void append_repr(std::string& out) const override {
    out += fmt::format("datetime.date({}, {}, {})", date.year, date.month, date.day);
  }
  Value to_json() const override { return http_date(days_since_epoch(date) * 86400); }
  bool equals(const Object& other) const override {
    const auto* o = dynamic_cast<const DateObject*>(&other);
    return o && o->date == date;
  }
  std::size_t hash() const override { return static_cast<std::size_t>(days_since_epoch(date)); }

  const Date date;
};

template <class T>
const T* object_in(const Value& value) {
  return value.is_object() ? dynamic_cast<const T*>(&value.as_object()) : nullptr;
}

}  // namespace

Value uuid_value(const Uuid& uuid) { return Value::object(std::make_unique<UuidObject>(uuid)); }
Value datetime_value(const DateTime& time) { return Value::object(std::make_unique<DateTimeObject>(time)); }
Value date_value(const Date& date) { return Value::object(std::make_unique<DateObject>(date)); }

const Uuid* as_uuid(const Value& value) {
  const auto* object = object_in<UuidObject>(value);
  return object ? &object->uuid : nullptr;
}

const DateTime* as_datetime(const Value& value) {
  const auto* object = object_in<DateTimeObject>(value);
  return object ? &object->time : nullptr;
}

const Date* as_date(const Value& value) {
  const auto* object = object_in<DateObject>(value);
  return object ? &object->date : nullptr;
}

}  // namespace retort
