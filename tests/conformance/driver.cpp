// SPDX-License-Identifier: BSD-3-Clause
#include "tests/conformance/driver.h"

#include <exception>
#include <istream>
#include <ostream>
#include <stdexcept>

#include "tests/conformance/tags.h"

#include "retort/json/json.h"

namespace retort::conformance {
namespace {

Value unsupported(std::string_view reason) { return Value::dict({{"unsupported", reason}}); }

// The answer without the id.
Value answer_case(const Table& table, const Value& test_case) {
  const Value* name = test_case.find("op");
  const Op op = name && name->is_string() ? table.find(name->as_string()) : nullptr;
  if (!op) return unsupported("no such operation");
  try {
    return Value::dict({{"got", encode_tags(op(decode_tags(test_case)))}});
  } catch (const Failure& failure) {
    return Value::dict({{"got", error_answer(failure)}});
  } catch (const Unsupported& nothing) {
    return unsupported(nothing.reason);
  } catch (const std::exception& error) {
    return Value::dict({{"got", error_answer({"RuntimeError", error.what()})}});
  }
}

}  // namespace

void Table::add(std::string_view name, Op op) {
  if (find(name)) throw std::logic_error("two operations are called " + std::string(name));
  ops_.emplace_back(name, op);
}

Op Table::find(std::string_view name) const {
  for (const auto& [known, op] : ops_) {
    if (known == name) return op;
  }
  return nullptr;
}

Value error_answer(const Failure& failure) {
  Value error = Value::dict({{"type", failure.type}, {"message", failure.message}});
  for (const Value::Entry& member : failure.members.entries())
    error.set(member.key, encode_tags(member.value));
  return Value::dict({{"error", error}});
}

std::string answer(const Table& table, std::string_view line) {
  JsonOptions ascii;
  ascii.ensure_ascii = true;
  const Result<Value> test_case = json::parse(line);
  if (!test_case) {
    Value out = unsupported("the case cannot be read: " + test_case.error().message);
    out.set("id", nullptr);
    return json::dump(out, ascii);
  }
  Value out = answer_case(table, *test_case);
  out.set("id", test_case->get("id"));
  try {
    return json::dump(out, ascii);
  } catch (const std::exception& error) {  // what JSON has no words for
    out = unsupported(error.what());
    out.set("id", test_case->get("id"));
    return json::dump(out, ascii);
  }
}

void run(const Table& table, std::istream& in, std::ostream& out) {
  std::string line;
  while (std::getline(in, line)) {
    if (line.empty()) continue;
    out << answer(table, line) << '\n' << std::flush;
  }
}

const Value& args(const Value& test_case) { return test_case.get("args"); }

bool has(const Value& dict, std::string_view name) {
  const Value* found = dict.find(name);
  return found && !found->is_none();
}

std::string_view text(const Value& dict, std::string_view name) {
  const Value* found = dict.find(name);
  if (found && found->is_string()) return found->as_string();
  throw Failure{"TypeError", "argument " + std::string(name) + " must be text"};
}

std::string_view text(const Value& dict, std::string_view name, std::string_view otherwise) {
  return has(dict, name) ? text(dict, name) : otherwise;
}

Value result(Value value) { return Value::dict({{"value", std::move(value)}}); }

}  // namespace retort::conformance
