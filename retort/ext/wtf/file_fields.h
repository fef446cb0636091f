// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Fields of uploaded files (Flask-WTF: FileField, MultipleFileField): data is what request->files
// has, which lives as long as the request. A file input that was left empty has none.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/ext/wtf/field.h"

namespace retort {
class FileStorage;
}

namespace retort::wtf {

struct FileOptions {
  std::string description = {};
  Value render_kw = {};  ///< {{"accept", "image/*"}}
  std::string id = {};
  std::string name = {};
  OwnWidget widget = {};
};

/// One file; of several the first.
class FileField : public Field {
 public:
  FileField(LabelText label = nullptr, std::initializer_list<Validator> validators = {},
            FileOptions options = {})
      : FileField(std::move(label), std::vector<Validator>(validators), std::move(options)) {}
  FileField(LabelText label, FileOptions options)
      : FileField(std::move(label), std::vector<Validator>(), std::move(options)) {}
  template <class V, std::enable_if_t<std::is_same_v<V, std::vector<Validator>>, int> = 0>
  FileField(LabelText label, V validators, FileOptions options = {})
      : Field({.label = std::move(label.text()),
               .validators = std::move(validators),
               .description = std::move(options.description),
               .render_kw = std::move(options.render_kw),
               .id = std::move(options.id),
               .name = std::move(options.name),
               .widget = std::move(options.widget)}) {}

  FileStorage* data = nullptr;  ///< null without a file

  /// The files, one or none here; several of a MultipleFileField.
  virtual std::vector<FileStorage*> all() const;
  std::string_view type() const override;
  /// The filename.
  Value data_value() const override;
  Value value_text() const override { return Value(false); }  // browsers ignore it
  bool is_file() const override { return true; }
  Owned<Field> clone() const override;

 protected:
  void process_data(const Value& value) override;
  void process_formdata(const std::vector<std::string>& values) override;
  void read(const FormData& formdata) override;
  const Widget& default_widget() const override;
  virtual void take(std::vector<FileStorage*> files);
};

class MultipleFileField : public FileField {
 public:
  using FileField::FileField;
  std::vector<FileStorage*> data;

  std::vector<FileStorage*> all() const override { return data; }
  std::string_view type() const override;
  /// A list of the filenames.
  Value data_value() const override;
  Owned<Field> clone() const override;

 protected:
  void process_data(const Value& value) override;
  const Widget& default_widget() const override;
  void take(std::vector<FileStorage*> files) override;
};

}  // namespace retort::wtf
