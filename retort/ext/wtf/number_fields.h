// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Fields of numbers and the checkbox (WTForms: IntegerField, FloatField, DecimalField, BooleanField
// and what derives from them): data is an empty optional where there is no number, of a BooleanField
// true or false.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/base/decimal.h"
#include "retort/ext/wtf/field_of.h"

namespace retort::wtf {

extern template class FieldOf<std::int64_t>;
extern template class FieldOf<double>;
extern template class FieldOf<Decimal>;
extern template class FieldOf<bool>;

using IntegerOptions = OptionsOf<std::int64_t>;
using FloatOptions = OptionsOf<double>;

struct DecimalOptions {
  std::optional<int> places = 2;  ///< how many are shown; none: as many as it has
  Rounding rounding = Rounding::half_even;
  Default<Decimal> default_ = {};
  std::string description = {};
  Filters<Decimal> filters = {};
  Value render_kw = {};
  std::string id = {};
  std::string name = {};
  OwnWidget widget = {};
};

struct BooleanOptions {
  std::vector<std::string> false_values = {"false", ""};  ///< what is sent for "off"
  Default<bool> default_ = {};
  std::string description = {};
  Filters<bool> filters = {};
  Value render_kw = {};
  std::string id = {};
  std::string name = {};
  OwnWidget widget = {};
};

/// A whole number of 64 bits.
class IntegerField : public FieldOf<std::int64_t> {
 public:
  IntegerField(LabelText label = nullptr, std::initializer_list<Validator> validators = {},
               IntegerOptions options = {});
  IntegerField(LabelText label, IntegerOptions options);
  template <class V, std::enable_if_t<std::is_same_v<V, std::vector<Validator>>, int> = 0>
  IntegerField(LabelText label, V validators, IntegerOptions options = {})
      : FieldOf(std::move(label), std::move(validators), std::move(options)) {}

  std::string_view type() const override;
  Value value_text() const override;
  Owned<Field> clone() const override;

 protected:
  void process_data(const Value& value) override;
  void process_formdata(const std::vector<std::string>& values) override;
  const Widget& default_widget() const override;
};

class IntegerRangeField : public IntegerField {
 public:
  using IntegerField::IntegerField;
  std::string_view type() const override;
  Owned<Field> clone() const override;

 protected:
  const Widget& default_widget() const override;
};

class FloatField : public FieldOf<double> {
 public:
  FloatField(LabelText label = nullptr, std::initializer_list<Validator> validators = {},
             FloatOptions options = {});
  FloatField(LabelText label, FloatOptions options);
  template <class V, std::enable_if_t<std::is_same_v<V, std::vector<Validator>>, int> = 0>
  FloatField(LabelText label, V validators, FloatOptions options = {})
      : FieldOf(std::move(label), std::move(validators), std::move(options)) {}

  std::string_view type() const override;
  Value value_text() const override;
  Owned<Field> clone() const override;

 protected:
  void process_data(const Value& value) override;
  void process_formdata(const std::vector<std::string>& values) override;
  const Widget& default_widget() const override;
};

/// An exact number: money, measures.
class DecimalField : public FieldOf<Decimal> {
 public:
  DecimalField(LabelText label = nullptr, std::initializer_list<Validator> validators = {},
               DecimalOptions options = {});
  DecimalField(LabelText label, DecimalOptions options);
  template <class V, std::enable_if_t<std::is_same_v<V, std::vector<Validator>>, int> = 0>
  DecimalField(LabelText label, V validators, DecimalOptions options = {})
      : FieldOf(std::move(label), std::move(validators), options),
        places_(options.places),
        rounding_(options.rounding) {}

  std::string_view type() const override;
  Value value_text() const override;
  Owned<Field> clone() const override;

 protected:
  void process_data(const Value& value) override;
  void process_formdata(const std::vector<std::string>& values) override;
  const Widget& default_widget() const override;

 private:
  std::optional<int> places_;
  Rounding rounding_;
};

class DecimalRangeField : public DecimalField {
 public:
  using DecimalField::DecimalField;
  std::string_view type() const override;
  Owned<Field> clone() const override;

 protected:
  const Widget& default_widget() const override;
};

/// A checkbox: off when it is not sent.
class BooleanField : public FieldOf<bool> {
 public:
  BooleanField(LabelText label = nullptr, std::initializer_list<Validator> validators = {},
               BooleanOptions options = {});
  BooleanField(LabelText label, BooleanOptions options);
  template <class V, std::enable_if_t<std::is_same_v<V, std::vector<Validator>>, int> = 0>
  BooleanField(LabelText label, V validators, BooleanOptions options = {})
      : FieldOf(std::move(label), std::move(validators), options),
        false_values_(std::move(options.false_values)) {}

  std::string_view type() const override;
  Value value_text() const override;
  bool checked() const override { return data; }
  Owned<Field> clone() const override;
  void define(std::string_view name, bool immortal) override;

 protected:
  void process_data(const Value& value) override;
  void process_formdata(const std::vector<std::string>& values) override;
  const Widget& default_widget() const override;

 private:
  detail::Definition<std::vector<std::string>> false_values_;
};

/// A button: data is whether it was pressed.
class SubmitField : public BooleanField {
 public:
  using BooleanField::BooleanField;
  std::string_view type() const override;
  Owned<Field> clone() const override;

 protected:
  const Widget& default_widget() const override;
};

}  // namespace retort::wtf
