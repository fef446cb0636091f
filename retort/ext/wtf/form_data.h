// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// FormData: what a form reads: the fields and files of a request, or a MultiDict that is at hand.
// Borrows them for the length of a call.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "retort/http/multidict.h"

namespace retort {
class FileStorage;
class Files;
class Request;
class Value;
}  // namespace retort

namespace retort::wtf {

class FormData {
 public:
  explicit FormData(const http::MultiDict& fields, Files* files = nullptr)
      : fields_(&fields), files_(files) {}
  FormData(const FormData&) = delete;
  FormData& operator=(const FormData&) = delete;

  bool contains(std::string_view name) const;
  /// All that was sent under the name, in order.
  std::vector<std::string> getlist(std::string_view name) const;
  /// The files, those without a filename as well; in order.
  std::vector<FileStorage*> getfiles(std::string_view name) const;
  /// The names that begin so; in no order.
  std::vector<std::string_view> names_with(std::string_view prefix) const;
  bool empty() const;

 private:
  const http::MultiDict* fields_;
  Files* files_;
  mutable std::vector<std::string_view> sorted_;  // all names, once somebody asks for some of them
};

/// Whether the request is one that sends a form: POST, PUT, PATCH, DELETE.
bool is_submitted(const Request& request);
/// A JSON object's members as a form's fields: text, numbers and lists of these; true and false as
/// "true" and "false"; null and anything nested as if it was not there.
http::MultiDict fields_of_json(const Value& body);

}  // namespace retort::wtf
