// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/field_list.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "retort/app/scaffold.h"
#include "retort/ext/wtf/base_form.h"
#include "retort/ext/wtf/detail/field_kind.h"
#include "retort/ext/wtf/form_data.h"
#include "retort/ext/wtf/widgets.h"

namespace retort::wtf {

FieldListBase::FieldListBase(Owned<Field> entry, LabelText label, std::vector<Validator> validators,
                             FieldListOptions options)
    : Field({.label = std::move(label.text()),
             .validators = std::move(validators),
             .description = std::move(options.description),
             .render_kw = std::move(options.render_kw),
             .id = std::move(options.id),
             .name = std::move(options.name),
             .widget = std::move(options.widget)}),
      own_({Entry(std::move(entry)), options.min_entries, options.max_entries, std::move(options.separator),
            std::move(options.default_)}) {}

Field& FieldListBase::entry(std::size_t i) const {
  if (i >= entries_.size())
    throw IndexError("the field list '" + std::string(name()) + "' has no such entry");
  return *entries_[i];
}

void FieldListBase::throw_wrong_copy(const Field& entry) {
  throw SetupError("a FieldList of " + std::string(entry.type()) +
                   ": its class needs a clone() of its own, which returns a copy of it");
}

void FieldListBase::define(std::string_view name, bool immortal) {
  Field::define(name, immortal);
  Own& own = own_.own();
  if (own.max_entries != 0 && own.min_entries > own.max_entries)
    throw SetupError("the field list '" + std::string(name) + "' has min_entries above max_entries");
  own.entry.field->define(name, immortal);
  if (!immortal) return;
  own.default_.freeze();
  own_.make_immortal();
}

void FieldListBase::copy_entries(const FieldListBase& from) {
  entries_.clear();
  for (const Owned<Field>& entry : from.entries_) entries_.push_back(entry->clone());
}

void FieldListBase::bind_entry(Field& entry, std::uint64_t number) {
  const std::string tail = own_->separator + std::to_string(number);
  const std::string_view prefix = name().substr(0, name().size() - short_name().size());
  entry.bind(form(), prefix, std::string(short_name()) + tail, std::string(id()) + tail);
}

void FieldListBase::on_bound() { number_anew(); }

void FieldListBase::number_anew() {
  for (std::size_t i = 0; i < entries_.size(); ++i) bind_entry(*entries_[i], i);
}

void FieldListBase::add(const FormData* formdata, const Value* data, std::uint64_t number) {
  entries_.push_back(own_->entry.field->clone());
  bind_entry(*entries_.back(), number);
  entries_.back()->process(formdata, data);
}

std::vector<std::uint64_t> FieldListBase::sent_numbers(const FormData& formdata) const {
  std::vector<std::uint64_t> out;
  const std::string prefix = std::string(name()) + own_->separator;
  for (const std::string_view sent : formdata.names_with(prefix)) {
    const char* const first = sent.data() + prefix.size();
    const char* const last = sent.data() + sent.size();
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(first, last, number);
    if (error != std::errc() || (end != last && *end >= '0')) continue;  // "-", or another separator
    out.push_back(number);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  if (own_->max_entries != 0 && out.size() > own_->max_entries) out.resize(own_->max_entries);
  return out;
}

void FieldListBase::process(const FormData* formdata, const Value* data) {
  process_errors.clear();
  entries_.clear();
  object_data_ = data && data->truthy() ? *data : own_->default_;
  const Value::Items from = object_data_.is_sequence() ? object_data_.items() : Value::Items();
  if (formdata && !formdata->empty()) {
    const std::vector<std::uint64_t> numbers = sent_numbers(*formdata);
    for (const std::uint64_t number : numbers)
      add(formdata, number < from.size() ? &from[static_cast<std::size_t>(number)] : nullptr, number);
    if (!numbers.empty() && numbers.back() + 1 != numbers.size()) number_anew();
  } else {
    for (const Value& each : from) {
      if (own_->max_entries != 0 && entries_.size() == own_->max_entries) break;
      add(formdata, &each, entries_.size());
    }
  }
  while (entries_.size() < own_->min_entries) add(formdata, nullptr, entries_.size());
}

Field& FieldListBase::append_entry(const Value* data) {
  if (own_->max_entries != 0 && entries_.size() >= own_->max_entries)
    throw std::length_error("You cannot have more than max_entries entries in this FieldList");
  add(nullptr, data, entries_.size());
  return *entries_.back();
}

Field& FieldListBase::insert_entry(std::size_t i, const Value* data) {
  Field& added = append_entry(data);
  i = std::min(i, entries_.size() - 1);
  std::rotate(entries_.begin() + static_cast<std::ptrdiff_t>(i), entries_.end() - 1, entries_.end());
  number_anew();
  return added;
}

Owned<Field> FieldListBase::pop_entry() { return pop_entry(entries_.size() - 1); }

Owned<Field> FieldListBase::pop_entry(std::size_t i) {
  if (i >= entries_.size()) throw IndexError("pop_entry(): there is no such entry");
  Owned<Field> out = std::move(entries_[i]);
  entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(i));
  number_anew();
  return out;
}

Value FieldListBase::data_value() const {
  Value out = Value::list();
  for (const Owned<Field>& entry : entries_) out.push_back(entry->data_value());
  return out;
}

bool FieldListBase::has_errors() const {
  return !errors.empty() || std::any_of(entries_.begin(), entries_.end(),
                                        [](const Owned<Field>& entry) { return entry->has_errors(); });
}

Value FieldListBase::errors_value() const {
  Value out = Value::list();
  const bool any = std::any_of(entries_.begin(), entries_.end(),
                               [](const Owned<Field>& entry) { return entry->has_errors(); });
  for (std::size_t i = 0; any && i < entries_.size(); ++i) out.push_back(entries_[i]->errors_value());
  for (const std::string& error : errors) out.push_back(error);
  return out;
}

bool FieldListBase::validate(BaseForm& form, const std::vector<Validator>& extra) {
  errors.clear();
  for (const Owned<Field>& entry : entries_) entry->validate(form);
  if (!run_validators(form, validators())) run_validators(form, extra);
  return !has_errors();
}

const Widget& FieldListBase::default_widget() const { return detail::widget_of<ListWidget>(); }

}  // namespace retort::wtf
