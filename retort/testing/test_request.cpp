// SPDX-License-Identifier: BSD-3-Clause
#include "retort/testing/test_request.h"

#include <fstream>
#include <iterator>
#include <stdexcept>

#include "retort/http/field_view.h"

namespace retort {

TestFields::TestFields(std::initializer_list<Field> fields) {
  for (const Field& field : fields) {
    for (const std::string& value : field.values) add(field.name, value);
  }
}

TestFile TestFile::from_path(std::string name, const std::string& path, std::string content_type) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("the test client cannot read '" + path + "'");
  TestFile file{std::move(name), path.substr(path.rfind('/') + 1), {}, std::move(content_type)};
  file.data.assign(std::istreambuf_iterator<char>(in), {});
  return file;
}

std::string_view TestSent::query_string() const {
  const std::size_t question = target.find('?');
  return question == std::string::npos ? std::string_view() : std::string_view(target).substr(question + 1);
}

std::string_view TestSent::server_name() const {
  const std::string_view name = host;
  if (name.starts_with('[')) return name.substr(1, name.find(']') - 1);
  return name.substr(0, name.find(':'));
}

std::string_view TestSent::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (http::iequals(key, name)) return value;
  }
  return {};
}

void TestSent::remove_header(std::string_view name) {
  std::erase_if(headers, [&](const auto& header) { return http::iequals(header.first, name); });
}

}  // namespace retort
