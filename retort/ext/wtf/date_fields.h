// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Fields of dates and times (WTForms: DateField, TimeField, DateTimeField and what derives from
// them): data is an empty optional where there is none. What is sent may be of any of the field's
// formats (Python's strptime); the first one is shown.

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/base/civil_time.h"
#include "retort/ext/wtf/field_of.h"

namespace retort::wtf {

/// One format, or several: "%Y-%m-%d", {"%Y-%m-%d", "%d.%m.%Y"}.
class TimeFormats {
 public:
  TimeFormats() = default;
  TimeFormats(const char* format) : formats_{format} {}                            // NOLINT
  TimeFormats(std::string format) : formats_{std::move(format)} {}                 // NOLINT
  TimeFormats(std::vector<std::string> formats) : formats_(std::move(formats)) {}  // NOLINT
  TimeFormats(std::initializer_list<const char*> formats) : formats_(formats.begin(), formats.end()) {}
  const std::vector<std::string>& list() const { return formats_; }

 private:
  std::vector<std::string> formats_;
};

template <class T>
struct TimeOptions {
  TimeFormats format = {};  ///< empty: the kind's own
  Default<T> default_ = {};
  std::string description = {};
  Filters<T> filters = {};
  Value render_kw = {};
  std::string id = {};
  std::string name = {};
  OwnWidget widget = {};
};

extern template class FieldOf<Date>;
extern template class FieldOf<Time>;
extern template class FieldOf<DateTime>;

namespace detail {

/// What the kinds have in common; T is Date, Time or DateTime.
template <class T>
class FormattedField : public FieldOf<T> {
 public:
  Value value_text() const override;

 protected:
  template <class Options>
  FormattedField(LabelText label, std::vector<Validator> validators, Options options)
      : FieldOf<T>(std::move(label), std::move(validators), options), formats_(options.format.list()) {}

  void process_formdata(const std::vector<std::string>& values) override;
  /// Sets the formats unless there are some. Throws SetupError for one that nobody can read.
  void define_formats(std::string_view name, bool immortal, std::initializer_list<const char*> otherwise,
                      std::string_view message, bool week = false);

 private:
  struct Formats {
    std::vector<std::string> list = {};
    std::string message = {};  // of what is none
    bool week = false;         // which day of it, where that is not said: Monday
    Formats() = default;
    Formats(std::vector<std::string> formats) : list(std::move(formats)) {}  // NOLINT
  };
  bool read_one(const std::string& text, const std::string& format);

  Definition<Formats> formats_;
};

extern template class FormattedField<Date>;
extern template class FormattedField<Time>;
extern template class FormattedField<DateTime>;

}  // namespace detail

class DateTimeField : public detail::FormattedField<DateTime> {
 public:
  using Options = TimeOptions<DateTime>;
  DateTimeField(LabelText label = nullptr, std::initializer_list<Validator> validators = {},
                Options options = {});
  DateTimeField(LabelText label, Options options);
  template <class V, std::enable_if_t<std::is_same_v<V, std::vector<Validator>>, int> = 0>
  DateTimeField(LabelText label, V validators, Options options = {})
      : FormattedField(std::move(label), std::move(validators), std::move(options)) {}

  std::string_view type() const override;
  Owned<Field> clone() const override;
  void define(std::string_view name, bool immortal) override;

 protected:
  const Widget& default_widget() const override;
};

class DateTimeLocalField : public DateTimeField {
 public:
  using DateTimeField::DateTimeField;
  std::string_view type() const override;
  Owned<Field> clone() const override;
  void define(std::string_view name, bool immortal) override;

 protected:
  const Widget& default_widget() const override;
};

class DateField : public detail::FormattedField<Date> {
 public:
  using Options = TimeOptions<Date>;
  DateField(LabelText label = nullptr, std::initializer_list<Validator> validators = {},
            Options options = {});
  DateField(LabelText label, Options options);
  template <class V, std::enable_if_t<std::is_same_v<V, std::vector<Validator>>, int> = 0>
  DateField(LabelText label, V validators, Options options = {})
      : FormattedField(std::move(label), std::move(validators), std::move(options)) {}

  std::string_view type() const override;
  Owned<Field> clone() const override;
  void define(std::string_view name, bool immortal) override;

 protected:
  const Widget& default_widget() const override;
};

/// A month, as its first day.
class MonthField : public DateField {
 public:
  using DateField::DateField;
  std::string_view type() const override;
  Owned<Field> clone() const override;
  void define(std::string_view name, bool immortal) override;

 protected:
  const Widget& default_widget() const override;
};

/// A week, as its first day. The format "%Y-W%W" is WTForms'; browsers count as "%G-W%V" does.
class WeekField : public DateField {
 public:
  using DateField::DateField;
  std::string_view type() const override;
  Owned<Field> clone() const override;
  void define(std::string_view name, bool immortal) override;

 protected:
  const Widget& default_widget() const override;
};

class TimeField : public detail::FormattedField<Time> {
 public:
  using Options = TimeOptions<Time>;
  TimeField(LabelText label = nullptr, std::initializer_list<Validator> validators = {},
            Options options = {});
  TimeField(LabelText label, Options options);
  template <class V, std::enable_if_t<std::is_same_v<V, std::vector<Validator>>, int> = 0>
  TimeField(LabelText label, V validators, Options options = {})
      : detail::FormattedField<Time>(std::move(label), std::move(validators), std::move(options)) {}

  std::string_view type() const override;
  Owned<Field> clone() const override;
  void define(std::string_view name, bool immortal) override;

 protected:
  const Widget& default_widget() const override;
};

}  // namespace retort::wtf
