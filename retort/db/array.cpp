// SPDX-License-Identifier: BSD-3-Clause
// PostgreSQL's literals of arrays: "{1,NULL,\"a \\\"word\\\"\",{...}}".
#include <fmt/format.h>

#include "retort/base/text.h"
#include "retort/base/time_delta.h"
#include "retort/db/types.h"

namespace retort::db::detail {
namespace {

// As deep as PostgreSQL's arrays are (MAXDIM).
constexpr int kMaxDimensions = 6;

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

void append_hex(std::string& out, std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  out += "\"\\\\x";
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
  }
  out += '"';
}

// By days and seconds as Python's timedelta has them: PostgreSQL keeps the two apart.
void append_interval(std::string& out, std::int64_t microseconds) {
  const std::int64_t days = microseconds / TimeDelta::kDay - (microseconds % TimeDelta::kDay < 0 ? 1 : 0);
  const auto rest =
      static_cast<std::int64_t>(static_cast<std::uint64_t>(microseconds) -
                                static_cast<std::uint64_t>(days) * std::uint64_t{TimeDelta::kDay});
  const std::int64_t seconds = rest / TimeDelta::kSecond;
  out += fmt::format("\"{} days +{:02}:{:02}:{:02}.{:06}\"", days, seconds / 3600, seconds / 60 % 60,
                     seconds % 60, rest % TimeDelta::kSecond);
}

int hex_digit(char c) {
  if (text::is_digit(c)) return c - '0';
  const char lower = text::lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool read_hex(std::string_view text, std::string& out) {
  if (!text.starts_with("\\x") || text.size() % 2 != 0) return false;
  out.clear();
  for (std::size_t i = 2; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]), low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return false;
    out += static_cast<char>(high * 16 + low);
  }
  return true;
}

// Reads the literal of one dimension; `at` moves over it.
class ArrayReader {
 public:
  ArrayReader(std::string_view text, const ColumnType& element, ElementSink sink)
      : text_(text), element_(element), sink_(sink) {}

  bool read() {
    skip_bounds();
    if (!take('{')) return false;
    if (take('}')) return at_ == text_.size();
    do {
      if (!read_element()) return false;
    } while (take(','));
    return take('}') && at_ == text_.size();
  }

 private:
  bool take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  // "[0:1][1:2]=" before an array that does not begin at 1.
  void skip_bounds() {
    if (text_.empty() || text_.front() != '[') return;
    const std::size_t end = text_.find("]=");
    if (end != text_.npos && text_.find('{') > end) at_ = end + 2;
  }

  bool read_element() {
    if (at_ == text_.size()) return false;
    if (text_[at_] == '{') return read_nested();
    if (take('"')) return read_quoted();
    const std::size_t begin = at_;
    for (; at_ < text_.size() && text_[at_] != ',' && text_[at_] != '}'; ++at_) {
      if (text_[at_] == '"' || text_[at_] == '{' || text_[at_] == '\\') return false;
    }
    const std::string_view word = text_.substr(begin, at_ - begin);
    if (word.empty()) return false;
    if (word == "NULL") {
      sink_.take(sink_.list, Cell{}, element_);
    } else {
      give(word);
    }
    return true;
  }

  bool read_quoted() {
    std::string text;
    for (; at_ < text_.size(); ++at_) {
      char c = text_[at_];
      if (c == '"') {
        ++at_;
        give(text);
        return true;
      }
      if (c == '\\') {
        if (++at_ == text_.size()) return false;
        c = text_[at_];
      }
      text += c;
    }
    return false;
  }

  // An inner array is handed on as its own literal.
  bool read_nested() {
    const std::size_t begin = at_;
    int depth = 0;
    bool quoted = false;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\\') {
        ++at_;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && c == '{') {
        if (++depth >= kMaxDimensions) return false;
      } else if (!quoted && c == '}' && --depth == 0) {
        ++at_;
        give(text_.substr(begin, at_ - begin));
        return true;
      }
    }
    return false;
  }

  void give(std::string_view text) {
    Cell cell{Cell::Kind::text, 0, 0, text};
    std::string bytes;
    if (element_.kind == ColumnType::Kind::large_binary) {
      if (!read_hex(text, bytes)) refuse(cell, "bytes in hexadecimal");
      cell.kind = Cell::Kind::bytes;
      cell.text = bytes;
    }
    sink_.take(sink_.list, cell, element_);
  }

  std::string_view text_;
  const ColumnType& element_;
  ElementSink sink_;
  std::size_t at_ = 0;
};

}  // namespace

void read_array(const Cell& cell, const ColumnType& element, ElementSink sink) {
  if (cell.kind != Cell::Kind::text || !ArrayReader(cell.text, element, sink).read())
    refuse(cell, "an array");
}

void append_element(std::string& literal, const Datum& element) {
  if (literal.size() > 1) literal += ',';
  switch (element.kind) {
    case Datum::Kind::null:
      literal += "NULL";
      return;
    case Datum::Kind::boolean:
      literal += element.integer != 0 ? 't' : 'f';
      return;
    case Datum::Kind::integer:
      literal += fmt::format("{}", element.integer);
      return;
    case Datum::Kind::real:
      literal += fmt::format("{}", element.real);
      return;
    case Datum::Kind::interval:
      append_interval(literal, element.integer);
      return;
    case Datum::Kind::bytes:
      append_hex(literal, element.text);
      return;
    case Datum::Kind::array:
      literal += element.text;
      return;
    default:
      append_quoted(literal, element.text);
      return;
  }
}

}  // namespace retort::db::detail
