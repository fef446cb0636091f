// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// FieldList: any number of fields of one kind (WTForms: FieldList): "tags-0", "tags-1", ...
//
//   wtf::FieldList<wtf::StringField> tags{wtf::StringField("Tag"), "Tags", {}, {.min_entries = 2}};
//   for (wtf::StringField& tag : form->tags) use(tag.data);
//
// What is sent may have gaps in its numbers; the entries are numbered anew, from 0 on.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/base/memory.h"
#include "retort/ext/wtf/field.h"

namespace retort::wtf {

struct FieldListOptions {
  std::size_t min_entries = 0;     ///< empty ones are added
  std::size_t max_entries = 1000;  ///< what is sent beyond is not read; 0: any number
  std::string separator = "-";
  Value default_ = {};  ///< a list of the entries' data
  std::string description = {};
  Value render_kw = {};
  std::string id = {};
  std::string name = {};
  OwnWidget widget = {};
};

/// What it is whatever its entries are.
class FieldListBase : public Field {
 public:
  FieldListBase(const FieldListBase& o) : Field(o), own_(o.own_) { copy_entries(o); }
  FieldListBase& operator=(const FieldListBase& o) {
    if (this == &o) return *this;
    Field::operator=(o);
    own_ = o.own_;
    copy_entries(o);
    return *this;
  }

  std::size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  /// Another one at the end, with the data or the entry's default. Throws std::length_error beyond
  /// max_entries.
  Field& append_entry(const Value* data = nullptr);
  Field& append_entry(const Value& data) { return append_entry(&data); }
  /// The same before the i-th.
  Field& insert_entry(std::size_t i, const Value* data = nullptr);
  Field& insert_entry(std::size_t i, const Value& data) { return insert_entry(i, &data); }
  /// Takes out the last one, or the i-th. Throws IndexError.
  Owned<Field> pop_entry();
  Owned<Field> pop_entry(std::size_t i);

  std::string_view type() const override { return "FieldList"; }
  /// A list of the entries' data.
  Value data_value() const override;
  /// A list of the entries' errors when there are any, and then the list's own.
  Value errors_value() const override;
  bool has_errors() const override;
  Value value_text() const override { return Value(""); }
  bool is_list() const override { return true; }
  std::size_t subfield_count() const override { return entries_.size(); }
  Subfield subfield(std::size_t i) const override { return {entries_[i].get(), {}}; }
  void process(const FormData* formdata, const Value* data) override;
  bool validate(BaseForm& form, const std::vector<Validator>& extra = {}) override;
  void define(std::string_view name, bool immortal) override;

 protected:
  FieldListBase(Owned<Field> entry, LabelText label, std::vector<Validator> validators,
                FieldListOptions options);
  Field& entry(std::size_t i) const;
  [[noreturn]] static void throw_wrong_copy(const Field& entry);
  void process_data(const Value&) override {}
  void process_formdata(const std::vector<std::string>&) override {}
  const Widget& default_widget() const override;
  void on_bound() override;

 private:
  // The field that entries are copies of.
  struct Entry {
    Entry() = default;
    explicit Entry(Owned<Field> own) : field(std::move(own)) {}
    Entry(const Entry& o) : field(o.field ? o.field->clone() : Owned<Field>()) {}
    Entry(Entry&&) noexcept = default;
    Entry& operator=(Entry o) noexcept {
      field = std::move(o.field);
      return *this;
    }
    Owned<Field> field;
  };
  struct Own {
    Entry entry = {};
    std::size_t min_entries = 0;
    std::size_t max_entries = 0;
    std::string separator = "-";
    Value default_ = {};
  };
  void copy_entries(const FieldListBase& from);
  std::vector<std::uint64_t> sent_numbers(const FormData& formdata) const;
  void add(const FormData* formdata, const Value* data, std::uint64_t number);
  void bind_entry(Field& entry, std::uint64_t number);
  void number_anew();

  detail::Definition<Own> own_;
  std::vector<Owned<Field>> entries_;
};

template <class F>
class FieldList : public FieldListBase {
 public:
  FieldList(F entry, LabelText label = nullptr, std::initializer_list<Validator> validators = {},
            FieldListOptions options = {})
      : FieldListBase(copy_of(entry), std::move(label), validators, std::move(options)) {}
  FieldList(F entry, LabelText label, FieldListOptions options)
      : FieldListBase(copy_of(entry), std::move(label), {}, std::move(options)) {}

  /// Throws IndexError: how many there are is up to who sends the form.
  F& operator[](std::size_t i) const { return static_cast<F&>(entry(i)); }
  class Iterator {
   public:
    Iterator(const FieldList& list, std::size_t at) : list_(&list), at_(at) {}
    F& operator*() const { return (*list_)[at_]; }
    F* operator->() const { return &**this; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    const FieldList* list_;
    std::size_t at_;
  };
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size()}; }
  Owned<Field> clone() const override { return std::make_unique<FieldList>(*this); }

 private:
  /// Throws SetupError for a kind that leaves clone() to what it derives from: its copies are no F.
  static Owned<Field> copy_of(const F& entry) {
    Owned<Field> out = entry.clone();
    if (!dynamic_cast<F*>(out.get())) throw_wrong_copy(entry);
    return out;
  }
};

}  // namespace retort::wtf
