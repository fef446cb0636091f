// SPDX-License-Identifier: BSD-3-Clause
// wordwrap: Python's textwrap without its regular expressions, in one pass.
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "retort/base/utf8.h"
#include "retort/jinja/detail/filter_support.h"
#include "retort/jinja/detail/filters.h"
#include "retort/jinja/environment.h"
#include "retort/jinja/extension.h"
#include "retort/value/arguments.h"
#include "retort/value/error.h"
#include "retort/value/unicode.h"

namespace retort::jinja::detail {
namespace {

struct WrapOptions {
  std::size_t width = 79;
  bool break_long_words = true;
  bool split_on_hyphens = true;       // between chunks
  bool break_long_on_hyphens = true;  // within a chunk that fits no line
};

/// Positions of code points.
struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t size() const { return end - begin; }
};

/// A paragraph by its code points.
class Paragraph {
 public:
  explicit Paragraph(std::string_view text) : text_(text) {
    for (std::size_t at = 0; at < text.size();) {
      starts_.push_back(at);
      points_.push_back(utf8::decode(text, at));
    }
    starts_.push_back(text.size());
  }

  std::size_t size() const { return points_.size(); }
  char32_t operator[](std::size_t i) const { return points_[i]; }
  std::string_view text(Range range) const {
    return text_.substr(starts_[range.begin], starts_[range.end] - starts_[range.begin]);
  }

 private:
  std::string_view text_;
  std::vector<std::size_t> starts_;
  std::vector<char32_t> points_;
};

bool is_blank(char32_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_letter(char32_t c) { return is_word(c) && !unicode::is_decimal(c); }
bool is_word_or_punctuation(char32_t c) {
  return c == '!' || c == '"' || c == '\'' || c == '&' || c == '.' || c == ',' || c == '?' || is_word(c);
}

/// Cuts a paragraph into what lines are made of: blanks, words, parts of hyphenated words,
/// dashes between words.
class Chunks {
 public:
  Chunks(const Paragraph& text, bool hyphens) : text_(text), hyphens_(hyphens) {}

  bool next(Range& out) {
    if (at_ == text_.size()) return false;
    out.begin = at_;
    if (is_blank(text_[at_])) {
      while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    } else if (!hyphens_) {
      while (!ends_word(at_)) ++at_;
    } else if (const std::size_t dash = dash_end(at_)) {
      at_ = dash;
    } else {
      at_ = part_end(at_);
    }
    out.end = at_;
    return true;
  }

 private:
  bool ends_word(std::size_t i) const { return i == text_.size() || is_blank(text_[i]); }
  bool letter(std::size_t i) const { return i < text_.size() && is_letter(text_[i]); }
  bool hyphen(std::size_t i) const { return i < text_.size() && text_[i] == '-'; }

  // The end of two or more hyphens between words that begin at i; 0 when there are none.
  std::size_t dash_end(std::size_t i) const {
    if (i == 0 || !hyphen(i) || !is_word_or_punctuation(text_[i - 1])) return 0;
    std::size_t end = i;
    while (hyphen(end)) ++end;
    return end - i >= 2 && end < text_.size() && is_word(text_[end]) ? end : 0;
  }

  // A hyphen at i with two letters before it ("ab-" or "a-b-") and two after it.
  bool breaks_after_hyphen(std::size_t i) const {
    if (!hyphen(i) || i < 2 || !letter(i - 1)) return false;
    const bool before = letter(i - 2) || (i >= 3 && hyphen(i - 2) && letter(i - 3));
    return before && letter(i + 1) && (letter(i + 2) || (hyphen(i + 2) && letter(i + 3)));
  }

  std::size_t part_end(std::size_t begin) const {
    for (std::size_t i = begin + 1;; ++i) {
      if (ends_word(i)) return i;
      if (breaks_after_hyphen(i)) return i + 1;
      if (dash_end(i)) return i;
    }
  }

  const Paragraph& text_;
  bool hyphens_;
  std::size_t at_ = 0;
};

class Wrapper {
 public:
  Wrapper(Render& render, std::string_view text, const WrapOptions& options)
      : render_(render), options_(options), text_(text), chunks_(text_, options.split_on_hyphens) {
    more_ = chunks_.next(chunk_);
  }

  /// The next line; false at the end.
  bool next(std::string_view& out) {
    while (more_) {
      if (begun_ && all_spaces(chunk_)) advance();
      Range line{chunk_.begin, chunk_.begin};
      Range last;  // what was put into the line at last; may be empty
      bool any = false;
      while (more_ && line.size() + chunk_.size() <= options_.width) {
        last = chunk_;
        line.end = chunk_.end;
        any = true;
        advance();
      }
      if (more_ && chunk_.size() > options_.width) handle_long_word(line, last, any);
      if (any && all_spaces(last)) line.end = last.begin;
      if (line.size() == 0) continue;
      begun_ = true;
      out = text_.text(line);
      return true;
    }
    return false;
  }

 private:
  void advance() {
    render_.step();
    more_ = chunks_.next(chunk_);
  }

  // Whether str.strip() leaves nothing. Ranges are asked for from left to right, so that each
  // code point is looked at once, however often a word is cut.
  bool all_spaces(Range range) {
    if (visible_ < range.begin) visible_ = range.begin;
    while (visible_ < text_.size() && unicode::is_space(text_[visible_])) ++visible_;
    return visible_ >= range.end;
  }

  void handle_long_word(Range& line, Range& last, bool& any) {
    if (!options_.break_long_words) {
      if (any) return;
      last = chunk_;
      line.end = chunk_.end;
      any = true;
      advance();
      return;
    }
    const std::size_t room = options_.width - line.size();
    last = {chunk_.begin, chunk_.begin + room};
    if (options_.break_long_on_hyphens) last.end = hyphen_end(room);
    line.end = last.end;
    chunk_.begin = last.end;
    any = true;
  }

  // After the last hyphen that the room has, if something else comes before it.
  std::size_t hyphen_end(std::size_t room) const {
    std::size_t at = room;
    while (at > 0 && text_[chunk_.begin + at - 1] != '-') --at;
    if (at < 2) return chunk_.begin + room;
    for (std::size_t i = 0; i + 1 < at; ++i) {
      if (text_[chunk_.begin + i] != '-') return chunk_.begin + at;
    }
    return chunk_.begin + room;
  }

  Render& render_;
  const WrapOptions& options_;
  Paragraph text_;
  Chunks chunks_;
  Range chunk_;
  bool more_ = false;
  bool begun_ = false;  // a line was made
  std::size_t visible_ = 0;
};

// Glues lines with str.join or Markup.join: only a separator of Markup makes Markup.
class LineJoin {
 public:
  LineJoin(Render& render, const Value& separator) : render_(render), separator_(separator), out_(render) {}

  void add(std::string_view line) {
    if (begun_) out_.append(separator_.as_string());
    begun_ = true;
    if (!separator_.is_markup()) return out_.append(line);
    const Value safe = escaped(render_, Value::borrow(line));
    out_.append(safe.as_string());
  }
  Value result() const { return make_text(out_.text(), separator_.is_markup()); }

 private:
  Render& render_;
  const Value& separator_;
  TextOut out_;
  bool begun_ = false;
};

WrapOptions wrap_options(const Arguments& args) {
  WrapOptions options;
  const std::int64_t width = args.integer(1, 79);
  options.width = width > 0 ? static_cast<std::size_t>(width) : 0;
  options.break_long_words = args.truthy(2, true);
  options.break_long_on_hyphens = args.truthy(4, true);
  options.split_on_hyphens = !args.has(4) || (args[4].is_bool() && args[4].as_bool());
  return options;
}

}  // namespace

Value filter_wordwrap(Render& render, const CallArguments& call) {
  const Arguments args("do_wordwrap", {"s", "width", "break_long_words", "wrapstring", "break_on_hyphens"}, 1,
                       call);
  const Value& text = args[0];
  const WrapOptions options = wrap_options(args);
  const Value separator =
      args.given(3) ? args[3] : Value(render.environment().options().syntax.newline_sequence);
  if (!text.is_string()) fail_attribute(text, "splitlines");
  if (!separator.is_string()) fail_attribute(separator, "join");
  LineJoin join(render, separator);
  const std::string_view whole = text.as_string();
  for (std::size_t at = 0; at < whole.size();) {
    const std::string_view paragraph = next_line(whole, at);
    if (options.width == 0) throw ValueError(fmt::format("invalid width {} (must be > 0)", args.integer(1)));
    render.charge(paragraph.size() * (sizeof(std::size_t) + sizeof(char32_t)));
    Wrapper wrapper(render, paragraph, options);
    std::string_view line;
    if (!wrapper.next(line)) {
      join.add({});
      continue;
    }
    do join.add(line);
    while (wrapper.next(line));
  }
  return join.result();
}

}  // namespace retort::jinja::detail
