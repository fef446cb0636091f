// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/file_fields.h"

#include "retort/ext/wtf/detail/field_kind.h"
#include "retort/ext/wtf/form_data.h"
#include "retort/ext/wtf/widgets.h"
#include "retort/message/files.h"

namespace retort::wtf {

std::vector<FileStorage*> FileField::all() const {
  return data ? std::vector<FileStorage*>{data} : std::vector<FileStorage*>();
}

// Of the names that were kept, not of the file: a template may outlive the request.
Value FileField::data_value() const {
  if (!data) return Value(nullptr);
  return raw_data.empty() ? data->filename : raw_data.front();  // empty: a view has assigned the file
}

void FileField::process_data(const Value&) { data = nullptr; }

void FileField::process_formdata(const std::vector<std::string>&) {}

void FileField::read(const FormData& formdata) {
  raw_data.clear();
  std::vector<FileStorage*> files;
  for (FileStorage* const file : formdata.getfiles(name())) {
    if (!*file) continue;
    files.push_back(file);
    raw_data.push_back(file->filename);
  }
  take(std::move(files));
}

void FileField::take(std::vector<FileStorage*> files) { data = files.empty() ? nullptr : files.front(); }

std::string_view FileField::type() const { return "FileField"; }
Owned<Field> FileField::clone() const { return detail::copy_of(*this); }
const Widget& FileField::default_widget() const { return detail::widget_of<FileInput>(); }

Value MultipleFileField::data_value() const {
  if (data.empty()) return Value(nullptr);
  Value out = Value::list();
  for (const std::string& filename : raw_data) out.push_back(filename);
  return out;
}

void MultipleFileField::process_data(const Value&) { data.clear(); }

void MultipleFileField::take(std::vector<FileStorage*> files) { data = std::move(files); }

std::string_view MultipleFileField::type() const { return "MultipleFileField"; }
Owned<Field> MultipleFileField::clone() const { return detail::copy_of(*this); }
const Widget& MultipleFileField::default_widget() const {
  static const FileInput widget(true);
  return widget;
}

}  // namespace retort::wtf
