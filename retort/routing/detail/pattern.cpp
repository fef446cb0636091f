// SPDX-License-Identifier: BSD-3-Clause
#include "retort/routing/detail/pattern.h"

#include <algorithm>
#include <new>
#include <stdexcept>

#include <re2/re2.h>

#include "retort/base/text.h"

namespace retort::routing::detail {
namespace {

using Kind = NativeSpec::Kind;

using text::is_digit;
bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

}  // namespace

// A backtracking walk over the elements. It stays linear because the rest of the pattern
// fails or succeeds at a position whatever came before it: ends of an element that were
// once found to fail are not tried again, and a run of characters is measured once.
struct Pattern::Run {
  struct Span {
    std::size_t from = 1, to = 0;
  };
  struct Memory {
    std::size_t low = 1, high = 0;  // ends known to fail, inclusive; none at first
    Span run, whole;                // runs of characters that it takes; whole: before a point
  };

  const std::vector<Element>& elements;
  std::string_view text;
  std::string_view* captures;
  Memory* memory;
  std::size_t last_newline = kUnknown;

  static constexpr std::size_t kUnknown = std::string_view::npos - 1;

  bool known_to_fail(std::size_t element, std::size_t end) const {
    return memory[element].low <= end && end <= memory[element].high;
  }

  void note_failure(std::size_t element, std::size_t low, std::size_t high) {
    Memory& f = memory[element];
    if (f.low <= f.high && low <= f.high + 1 && f.low <= high + 1) {
      f.low = std::min(f.low, low);
      f.high = std::max(f.high, high);
    } else {
      f.low = low;
      f.high = high;
    }
  }

  bool from(std::size_t element, std::size_t variable, std::size_t at) {
    while (element < elements.size() && !elements[element].spec) {
      const std::string& literal = elements[element].literal;
      if (text.compare(at, literal.size(), literal) != 0) return false;
      at += literal.size();
      ++element;
    }
    if (element == elements.size()) return at == text.size();
    const NativeSpec& spec = *elements[element].spec;
    switch (spec.kind) {
      case Kind::string:
        return string(element, variable, at, spec);
      case Kind::path:
        return path(element, variable, at);
      case Kind::integer:
        return digits(element, variable, at, number_start(spec, at));
      case Kind::real:
        return real(element, variable, at, spec);
      case Kind::uuid:
        return uuid(element, variable, at);
      case Kind::any:
        return any(element, variable, at, spec);
    }
    return false;
  }

  bool take(std::size_t element, std::size_t variable, std::size_t at, std::size_t end) {
    captures[variable] = text.substr(at, end - at);
    return from(element + 1, variable + 1, end);
  }

  // Ends from high down to low, each at a character's boundary.
  bool greedy(std::size_t element, std::size_t variable, std::size_t at, std::size_t low, std::size_t high) {
    for (std::size_t end = high + 1; end-- > low;) {
      if (known_to_fail(element, end)) {
        const std::size_t below = memory[element].low;
        if (below <= low) break;
        end = below;
        continue;
      }
      if (end < text.size() && is_continuation(text[end])) continue;
      if (take(element, variable, at, end)) return true;
    }
    note_failure(element, low, high);
    return false;
  }

  // The end of the run that holds `at`; `measure` finds it when it is not known.
  template <class Measure>
  static std::size_t run_end(Span& known, std::size_t at, Measure measure) {
    if (at < known.from || at > known.to) known = {at, measure()};
    return known.to;
  }

  std::size_t next_character(std::size_t at) const {
    ++at;
    while (at < text.size() && is_continuation(text[at])) ++at;
    return at;
  }

  // [^/]{min,max}
  bool string(std::size_t element, std::size_t variable, std::size_t at, const NativeSpec& spec) {
    const std::size_t run =
        run_end(memory[element].run, at, [&] { return std::min(text.find('/', at), text.size()); });
    std::size_t low = at, count = 0;
    for (; count < spec.min_length && low < run; ++count) low = next_character(low);
    if (count < spec.min_length) return false;
    std::size_t high = low;
    if (spec.max_length == NativeSpec::kUnbounded) high = run;
    for (; count < spec.max_length && high < run; ++count) high = next_character(high);
    return greedy(element, variable, at, low, high);
  }

  // [^/].*?
  bool path(std::size_t element, std::size_t variable, std::size_t at) {
    if (at >= text.size() || text[at] == '/') return false;
    const std::size_t low = at + 1;
    if (element + 1 == elements.size()) {  // the rest, or nothing: no need to try each end
      if (last_newline == kUnknown) last_newline = text.rfind('\n');
      if (last_newline != std::string_view::npos && last_newline >= low) return false;
      captures[variable] = text.substr(at);
      return true;
    }
    std::size_t end = low;
    for (;; ++end) {
      if (known_to_fail(element, end))
        end = memory[element].high;
      else if (!(end < text.size() && is_continuation(text[end])) && take(element, variable, at, end))
        return true;
      if (end >= text.size() || text[end] == '\n') break;
    }
    note_failure(element, low, end);
    return false;
  }

  std::size_t number_start(const NativeSpec& spec, std::size_t at) const {
    return spec.is_signed && at < text.size() && text[at] == '-' ? at + 1 : at;
  }

  // \d+ of which the first stands at `first`
  bool digits(std::size_t element, std::size_t variable, std::size_t at, std::size_t first) {
    const std::size_t end = run_end(memory[element].run, first, [&] { return skip_digits(text, first); });
    return end > first && greedy(element, variable, at, first + 1, end);
  }

  // \d+\.\d+
  bool real(std::size_t element, std::size_t variable, std::size_t at, const NativeSpec& spec) {
    const std::size_t first = number_start(spec, at);
    const std::size_t point = run_end(memory[element].whole, first, [&] { return skip_digits(text, first); });
    if (point == first || point >= text.size() || text[point] != '.') return false;
    return digits(element, variable, at, point + 1);
  }

  bool uuid(std::size_t element, std::size_t variable, std::size_t at) {
    Uuid ignored;
    return Uuid::parse(text.substr(at, Uuid::kTextSize), ignored) &&
           take(element, variable, at, at + Uuid::kTextSize);
  }

  bool any(std::size_t element, std::size_t variable, std::size_t at, const NativeSpec& spec) {
    if (spec.items.empty()) return take(element, variable, at, at);
    for (const std::string& item : spec.items) {
      if (text.compare(at, item.size(), item) == 0 && take(element, variable, at, at + item.size()))
        return true;
    }
    return false;
  }
};

Pattern::Pattern() = default;
Pattern::~Pattern() = default;
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;

void Pattern::add_literal(std::string_view text) {
  if (text.empty()) return;
  if (elements_.empty() || elements_.back().converter) elements_.emplace_back();
  elements_.back().literal += text;
}

void Pattern::add_variable(const Converter& converter) {
  Element element;
  element.converter = &converter;
  if (const auto* native = dynamic_cast<const NativeConverter*>(&converter)) element.spec = &native->spec();
  elements_.push_back(std::move(element));
  ++variables_;
}

bool Pattern::make_suffixed() {
  if (elements_.empty() || elements_.back().converter || elements_.back().literal.back() != '/') return false;
  elements_.back().literal.pop_back();
  if (elements_.back().literal.empty()) elements_.pop_back();
  suffixed_ = true;
  return true;
}

void Pattern::finish() {
  for (const Element& element : elements_) {
    if (element.converter && !element.spec) {
      compile_regex();
      shape_ = Shape::regex;
      return;
    }
  }
  if (elements_.size() != 1 || suffixed_ || !elements_[0].spec) return;
  const NativeSpec& spec = *elements_[0].spec;
  if (spec.is_plain_string()) shape_ = Shape::plain_string;
  if (spec.kind == Kind::integer && !spec.is_signed) shape_ = Shape::integer;
}

void Pattern::compile_regex() {
  std::string pattern;
  int group = 1;
  re2::RE2::Options options;
  options.set_log_errors(false);
  for (const Element& element : elements_) {
    if (!element.converter) {
      pattern += re2::RE2::QuoteMeta(element.literal);
      continue;
    }
    const std::string regex = element.converter->regex();
    const re2::RE2 alone(regex, options);
    if (!alone.ok()) throw std::invalid_argument("has the regex '" + regex + "': " + alone.error());
    groups_.push_back(group);
    group += 1 + alone.NumberOfCapturingGroups();
    pattern += "(" + regex + ")";
  }
  regex_ = std::make_unique<re2::RE2>(pattern, options);
  if (!regex_->ok()) throw std::invalid_argument("makes the regex '" + pattern + "': " + regex_->error());
}

bool Pattern::match_general(std::string_view text, std::string_view* captures, bool& slash_suffix) const {
  if (suffixed_) {  // (?<!/)(/?)
    if (!text.empty() && text.back() == '/') {
      slash_suffix = true;
      text.remove_suffix(1);
    }
    if (!text.empty() && text.back() == '/') return false;
  }
  return shape_ == Shape::regex ? match_regex(text, captures) : match_elements(text, captures);
}

bool Pattern::match_elements(std::string_view text, std::string_view* captures) const {
  if (elements_.size() <= kMaxInline) {
    struct Memories {
      union {  // only as many are made as there are elements
        Run::Memory items[kMaxInline];
      };
      Memories() {}
    } memory;
    for (std::size_t i = 0; i < elements_.size(); ++i) new (&memory.items[i]) Run::Memory();
    return Run{elements_, text, captures, memory.items}.from(0, 0, 0);
  }
  std::vector<Run::Memory> memory(elements_.size());
  return Run{elements_, text, captures, memory.data()}.from(0, 0, 0);
}

bool Pattern::match_regex(std::string_view text, std::string_view* captures) const {
  std::vector<re2::StringPiece> found(static_cast<std::size_t>(regex_->NumberOfCapturingGroups()) + 1);
  const re2::StringPiece subject(text.data(), text.size());
  if (!regex_->Match(subject, 0, text.size(), re2::RE2::ANCHOR_BOTH, found.data(),
                     static_cast<int>(found.size()))) {
    return false;
  }
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    const re2::StringPiece& piece = found[static_cast<std::size_t>(groups_[i])];
    captures[i] = piece.data() ? std::string_view(piece.data(), piece.size()) : text.substr(0, 0);
  }
  return true;
}

}  // namespace retort::routing::detail
