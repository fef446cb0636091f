// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <simdjson.h>

#include "retort/json/detail/diagnose.h"
#include "retort/json/json.h"

namespace retort {
namespace {

namespace dom = simdjson::dom;

Value convert(dom::element element);

Value convert_list(dom::array array) {
  Value out = Value::list();
  out.reserve(array.size());
  for (const dom::element item : array) out.push_back(convert(item));
  return out;
}

Value convert_dict(dom::object object) {
  Value out = Value::dict();
  out.reserve(object.size());
  for (const auto& [key, item] : object) out.set(std::string_view(key), convert(item));
  return out;
}

// The depth is bounded by the parser, whose limit is at most kMaxValueDepth.
Value convert(dom::element element) {
  switch (element.type()) {
    case dom::element_type::ARRAY:
      return convert_list(element.get_array().value_unsafe());
    case dom::element_type::OBJECT:
      return convert_dict(element.get_object().value_unsafe());
    case dom::element_type::INT64:
      return Value(element.get_int64().value_unsafe());
    case dom::element_type::UINT64:
      return Value(element.get_uint64().value_unsafe());  // ValueError: beyond 64 bits
    case dom::element_type::DOUBLE:
      return Value(element.get_double().value_unsafe());
    case dom::element_type::STRING:
      return Value(element.get_string().value_unsafe());
    case dom::element_type::BOOL:
      return Value(element.get_bool().value_unsafe());
    default:
      return Value(nullptr);
  }
}

/// A parser and the padded copy that it needs, kept by each thread for the next document
/// as long as they are small.
struct Workspace {
  dom::parser parser;
  std::size_t depth = 0;
  std::unique_ptr<char[]> text;
  std::size_t capacity = 0;
};

constexpr std::size_t kKeptBytes = 256 * 1024;

std::unique_ptr<Workspace>& kept() {
  thread_local std::unique_ptr<Workspace> workspace;
  return workspace;
}

/// Taken while it is in use, so that a parse inside a parse gets its own.
struct Taken {
  Taken() : work(std::move(kept())) {
    if (!work) work = std::make_unique<Workspace>();
  }
  Taken(const Taken&) = delete;
  Taken& operator=(const Taken&) = delete;
  ~Taken() {
    if (work->capacity <= kKeptBytes) kept() = std::move(work);
  }
  std::unique_ptr<Workspace> work;
};

// False when there is not enough memory.
bool prepare(Workspace& work, std::string_view text, std::size_t depth) {
  if (work.parser.capacity() < text.size() || work.depth != depth) {
    const std::size_t capacity = std::max<std::size_t>(text.size(), 4096);
    if (work.parser.allocate(capacity, depth) != simdjson::SUCCESS) return false;
    work.depth = depth;
  }
  if (work.capacity < text.size()) {
    work.capacity = std::max<std::size_t>(text.size(), 4096);
    work.text = std::make_unique<char[]>(work.capacity + simdjson::SIMDJSON_PADDING);
  }
  std::memcpy(work.text.get(), text.data(), text.size());
  std::memset(work.text.get() + text.size(), ' ', simdjson::SIMDJSON_PADDING);
  return true;
}

}  // namespace

bool json::read(std::string_view text, const JsonLimits& limits, Value& out, Error& error) {
  Result<Value> result = parse(text, limits);
  if (result) {
    out = std::move(*result);
  } else {
    error = result.error();
  }
  return result.ok();
}

Result<bool> json::parse_into(std::string_view text, void* out, detail::ReadInto into, FieldErrors& errors,
                              const JsonLimits& limits) {
  const Result<Value> value = parse(text, limits);
  if (!value) return value.error();
  return into(*value, out, errors);
}

Result<Value> json::parse(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.max_bytes)
    return Error{fmt::format("JSON of more than {} bytes", limits.max_bytes), limits.max_bytes};
  const std::size_t depth = std::clamp<std::size_t>(limits.max_depth, 1, kMaxValueDepth);
  if (text.empty()) return Error{"Expecting value", 0};
  const Taken taken;
  const std::unique_ptr<Workspace>& work = taken.work;
  if (!prepare(*work, text, depth)) return Error{"out of memory"};
  dom::element root;
  const auto error = work->parser.parse(work->text.get(), text.size(), false).get(root);
  if (error) return json_detail::diagnose(text, depth, simdjson::error_message(error));
  try {
    return convert(root);
  } catch (const ValueError&) {
    return json_detail::diagnose(text, depth, "an integer does not fit 64 bits");
  }
}

}  // namespace retort
