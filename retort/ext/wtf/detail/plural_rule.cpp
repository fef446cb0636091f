// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/detail/plural_rule.h"

#include <utility>

#include "retort/base/text.h"

namespace retort::wtf::detail {

namespace {

constexpr std::size_t kLongest = 1000;
constexpr int kDeepest = 20;

}  // namespace

// Recursive descent; false and a position once something does not fit.
class PluralParser {
 public:
  explicit PluralParser(std::string_view text) : text_(text) {}

  Result<PluralRule> run() {
    if (text_.size() > kLongest) return Error{"a plural form's expression is too long"};
    if (!choice(0) || !at_end()) return Error{"a plural form's expression cannot be read", at_};
    return PluralRule(std::move(steps_));
  }

 private:
  using Op = PluralRule::Op;
  struct Binary {
    std::string_view text;
    Op op;
    int rank;
  };
  // Longer ones first: "<=" is not "<".
  static constexpr Binary kBinaries[] = {
      {"||", Op::logical_or, 0}, {"&&", Op::logical_and, 1}, {"==", Op::equal, 2},
      {"!=", Op::not_equal, 2},  {"<=", Op::less_equal, 3},  {">=", Op::greater_equal, 3},
      {"<", Op::less, 3},        {">", Op::greater, 3},      {"+", Op::add, 4},
      {"-", Op::subtract, 4},    {"*", Op::multiply, 5},     {"/", Op::divide, 5},
      {"%", Op::modulo, 5},
  };
  static constexpr int kRanks = 6;

  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  bool at_end() {
    skip_space();
    return at_ == text_.size();
  }
  bool accept(std::string_view token) {
    skip_space();
    if (text_.substr(at_, token.size()) != token) return false;
    at_ += token.size();
    return true;
  }

  bool choice(int depth) {
    if (depth > kDeepest || !binary(0, depth)) return false;
    if (!accept("?")) return true;
    if (!choice(depth + 1) || !accept(":") || !choice(depth + 1)) return false;
    steps_.push_back({Op::choose});
    return true;
  }

  const Binary* binary_operator(int rank) {
    for (const Binary& candidate : kBinaries) {
      skip_space();
      if (text_.substr(at_, candidate.text.size()) != candidate.text) continue;
      if (candidate.rank != rank) return nullptr;
      at_ += candidate.text.size();
      return &candidate;
    }
    return nullptr;
  }

  bool binary(int rank, int depth) {
    if (rank == kRanks) return unary(depth);
    if (!binary(rank + 1, depth)) return false;
    while (const Binary* found = binary_operator(rank)) {
      if (!binary(rank + 1, depth)) return false;
      steps_.push_back({found->op});
    }
    return true;
  }

  bool unary(int depth) {
    if (depth > kDeepest) return false;
    if (accept("!")) {
      if (!unary(depth + 1)) return false;
      steps_.push_back({Op::logical_not});
      return true;
    }
    if (accept("(")) return choice(depth + 1) && accept(")");
    if (accept("n")) {
      steps_.push_back({Op::n});
      return true;
    }
    return number();
  }

  bool number() {
    std::uint64_t value = 0;
    constexpr std::size_t kDigits = 18;  // that fit
    const std::size_t start = at_;
    for (; at_ < text_.size() && text::is_digit(text_[at_]); ++at_)
      value = value * 10 + static_cast<std::uint64_t>(text_[at_] - '0');
    if (at_ == start || at_ - start > kDigits) return false;
    steps_.push_back({Op::number, value});
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<PluralRule::Step> steps_;
};

PluralRule::PluralRule() : steps_{{Op::n}, {Op::number, 1}, {Op::not_equal}} {}

Result<PluralRule> PluralRule::parse(std::string_view expression) { return PluralParser(expression).run(); }

std::uint64_t PluralRule::operator()(std::int64_t n) const {
  std::vector<std::uint64_t> stack;
  stack.reserve(steps_.size());
  const auto pop = [&stack] {
    const std::uint64_t top = stack.back();
    stack.pop_back();
    return top;
  };
  const auto apply = [](Op op, std::uint64_t a, std::uint64_t b) -> std::uint64_t {
    switch (op) {
      case Op::multiply:
        return a * b;
      case Op::divide:
        return b == 0 ? 0 : a / b;
      case Op::modulo:
        return b == 0 ? 0 : a % b;
      case Op::add:
        return a + b;
      case Op::subtract:
        return a - b;
      case Op::less:
        return a < b;
      case Op::less_equal:
        return a <= b;
      case Op::greater:
        return a > b;
      case Op::greater_equal:
        return a >= b;
      case Op::equal:
        return a == b;
      case Op::not_equal:
        return a != b;
      case Op::logical_and:
        return a != 0 && b != 0;
      default:
        return a != 0 || b != 0;
    }
  };
  for (const Step& step : steps_) {
    if (step.op == Op::number) {
      stack.push_back(step.number);
    } else if (step.op == Op::n) {
      stack.push_back(static_cast<std::uint64_t>(n));
    } else if (step.op == Op::logical_not) {
      stack.back() = stack.back() == 0;
    } else {
      const std::uint64_t b = pop(), a = pop();
      if (step.op != Op::choose) {
        stack.push_back(apply(step.op, a, b));
      } else {
        const std::uint64_t condition = pop();
        stack.push_back(condition != 0 ? a : b);
      }
    }
  }
  return stack.back();
}

}  // namespace retort::wtf::detail
