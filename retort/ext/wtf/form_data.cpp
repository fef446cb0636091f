// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/form_data.h"

#include <algorithm>

#include "retort/message/files.h"
#include "retort/message/request.h"
#include "retort/value/value.h"

namespace retort::wtf {
namespace {

/// False for what stands for nothing in a form.
bool as_text(const Value& value, std::string& out) {
  if (value.is_bool()) {
    out = value.as_bool() ? "true" : "false";
  } else if (value.is_string() || value.is_number()) {
    out = value.str();
  } else {
    return false;
  }
  return true;
}

}  // namespace

bool FormData::contains(std::string_view name) const {
  return fields_->contains(name) || (files_ && files_->contains(name));
}

std::vector<std::string> FormData::getlist(std::string_view name) const {
  std::vector<std::string> out;
  std::string_view value;
  for (std::size_t i = 0; fields_->nth(name, i, value); ++i) out.emplace_back(value);
  return out;
}

std::vector<FileStorage*> FormData::getfiles(std::string_view name) const {
  return files_ ? files_->getlist(name) : std::vector<FileStorage*>();
}

std::vector<std::string_view> FormData::names_with(std::string_view prefix) const {
  if (sorted_.empty()) {
    sorted_ = fields_->keys();
    if (files_) {
      for (const FileStorage& file : *files_) sorted_.push_back(file.name);
    }
    std::sort(sorted_.begin(), sorted_.end());
  }
  const auto first = std::lower_bound(sorted_.begin(), sorted_.end(), prefix);
  auto last = first;
  while (last != sorted_.end() && last->starts_with(prefix)) ++last;
  return {first, last};
}

bool FormData::empty() const { return fields_->empty() && (!files_ || files_->empty()); }

bool is_submitted(const Request& request) {
  const std::string_view method = request.method;
  return method == "POST" || method == "PUT" || method == "PATCH" || method == "DELETE";
}

http::MultiDict fields_of_json(const Value& body) {
  http::MultiDict out;
  if (!body.is_dict()) return out;
  std::string text;
  for (const Value::Entry& entry : body.entries()) {
    const std::string name = entry.key.str();
    if (entry.value.is_list()) {
      for (const Value& item : entry.value.items()) {
        if (as_text(item, text)) out.add(std::string_view(name), std::string_view(text));
      }
    } else if (as_text(entry.value, text)) {
      out.add(std::string_view(name), std::string_view(text));
    }
  }
  return out;
}

}  // namespace retort::wtf
