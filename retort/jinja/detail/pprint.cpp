// SPDX-License-Identifier: BSD-3-Clause
// pprint: Python's pprint.pformat in 80 columns.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/base/utf8.h"
#include "retort/jinja/detail/filter_support.h"
#include "retort/jinja/detail/filters.h"
#include "retort/value/arguments.h"
#include "retort/value/error.h"
#include "retort/value/operators.h"
#include "retort/value/unicode.h"
#include "retort/value/view_type.h"

namespace retort::jinja::detail {
namespace {

constexpr std::int64_t kWidth = 80;

struct Pair {
  Value key;
  Value value;
};

// Python's order of unlike keys: by the names of their types. Numbers of all types have an
// order among them, and go as int.
std::string_view order_name(const Value& key) {
  return key.is_number() || key.is_bool() ? std::string_view("int") : key.type_name();
}

bool key_less(const Value& a, const Value& b) {
  const std::string_view x = order_name(a), y = order_name(b);
  if (x != y && !(a.is_string() && b.is_string())) return x < y;
  try {
    return ops::less(a, b);
  } catch (const TypeError&) {
    return false;  // Python goes by their addresses
  }
}

// A merge sort, which no order that contradicts itself can lead astray.
void sort_pairs(std::vector<Pair>& pairs) {
  std::vector<Pair> from;
  for (std::size_t width = 1; width < pairs.size(); width *= 2) {
    from.swap(pairs);
    pairs.clear();
    for (std::size_t start = 0; start < from.size(); start += 2 * width) {
      const std::size_t middle = std::min(start + width, from.size());
      const std::size_t end = std::min(start + 2 * width, from.size());
      std::size_t left = start, right = middle;
      while (left < middle || right < end) {
        const bool takes_right = left == middle || (right < end && key_less(from[right].key, from[left].key));
        pairs.push_back(std::move(from[takes_right ? right++ : left++]));
      }
    }
  }
}

std::vector<Pair> sorted_pairs(Render& render, const Value& dict) {
  render.charge(dict.size() * sizeof(Pair) * 2);
  std::vector<Pair> pairs;
  for (const Value::Entry& entry : dict.entries()) pairs.push_back({entry.key, entry.value});
  sort_pairs(pairs);
  return pairs;
}

std::int64_t width_of(std::string_view text) { return static_cast<std::int64_t>(utf8::count(text)); }

// Writes repr, with dicts in order, until it is wider than asked for.
class ShortRepr {
 public:
  /// Containers at `deepest` and below show as "..."; 0: none do.
  ShortRepr(Render& render, std::int64_t most, int deepest)
      : render_(render), most_(most), deepest_(deepest) {}

  /// False when the repr is wider; its beginning is in text() then.
  bool write(const Value& value, int depth) {
    if (depth > kMaxValueDepth) throw RecursionError("values are nested too deeply");
    render_.step();
    if (value.is_view() && value.view_type().shape() != ViewType::Shape::record)
      return write(value.view_type().copy(value.view_target()), depth);
    if (deepest_ > 0 && depth >= deepest_ && (value.is_sequence() || value.is_dict()) && !value.empty())
      return append(value.is_dict()     ? "{...}"
                    : value.is_list()   ? "[...]"
                    : value.size() == 1 ? "(...,)"
                                        : "(...)");
    if (value.is_sequence()) return write_items(value, depth);
    if (value.is_dict()) return write_dict(value, depth);
    if (value.is_string() || value.is_bytes()) {
      // Each code point shows as one at least.
      const std::size_t size = value.is_bytes() ? value.as_bytes().size() : value.as_string().size();
      if (most_ < 0 || size / 4 > static_cast<std::size_t>(most_)) return false;
    }
    return append(value.repr());
  }
  const std::string& text() const { return text_; }

 private:
  bool append(std::string_view piece) {
    width_ += width_of(piece);
    text_ += piece;
    return width_ <= most_;
  }
  bool could_fit(std::size_t size, std::int64_t each) const {
    return most_ >= 0 && size <= static_cast<std::size_t>(most_ / each + 1);
  }
  bool write_items(const Value& value, int depth) {
    const auto items = value.items();
    if (!could_fit(items.size(), 3)) return false;
    if (!append(value.is_list() ? "[" : "(")) return false;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i && !append(", ")) return false;
      if (!write(items[i], depth + 1)) return false;
    }
    if (value.is_tuple() && items.size() == 1 && !append(",")) return false;
    return append(value.is_list() ? "]" : ")");
  }
  bool write_dict(const Value& dict, int depth) {
    if (!could_fit(dict.size(), 6)) return false;
    if (!append("{")) return false;
    bool begun = false;
    for (const Pair& pair : sorted_pairs(render_, dict)) {
      if (begun && !append(", ")) return false;
      begun = true;
      if (!write(pair.key, depth + 1) || !append(": ") || !write(pair.value, depth + 1)) return false;
    }
    return append("}");
  }

  Render& render_;
  std::int64_t most_;
  int deepest_;
  std::int64_t width_ = 0;
  std::string text_;
};

class Printer {
 public:
  Printer(Render& render, int deepest, bool compact)
      : render_(render), deepest_(deepest), compact_(compact), out_(render) {}

  /// `indent` columns stand before the value, `allowance` are needed after it.
  void format(const Value& value, std::int64_t indent, std::int64_t allowance, int level);
  const std::string& result() const { return out_.text(); }

 private:
  void put(std::string_view text) { out_.append(text); }
  void new_line(std::int64_t indent) {
    put("\n");
    out_.append(static_cast<std::size_t>(indent), ' ');
  }
  std::string whole_repr(const Value& value, int level) {
    ShortRepr repr(render_, static_cast<std::int64_t>(kMaxResultBytes), deepest_);
    repr.write(value, level);
    render_.charge(repr.text().size());
    return repr.text();
  }
  void format_items(Value::Items items, std::int64_t indent, std::int64_t allowance, int level);
  void format_dict(const Value& dict, std::int64_t indent, std::int64_t allowance, int level);
  void format_record(const Value& record, std::int64_t indent, std::int64_t allowance, int level);
  void format_text(const Value& text, std::int64_t indent, std::int64_t allowance, int level);
  void format_bytes(const Value& bytes, std::int64_t indent, std::int64_t allowance, int level);

  Render& render_;
  int deepest_;
  bool compact_;
  TextOut out_;
};

void Printer::format(const Value& value, std::int64_t indent, std::int64_t allowance, int level) {
  if (level > kMaxValueDepth) throw RecursionError("values are nested too deeply");
  if (value.is_view() && value.view_type().shape() != ViewType::Shape::record)
    return format(value.view_type().copy(value.view_target()), indent, allowance, level);
  ShortRepr repr(render_, kWidth - indent - allowance, deepest_);
  if (repr.write(value, level)) return put(repr.text());
  if (value.is_dict()) return format_dict(value, indent, allowance, level + 1);
  if (value.is_list()) {
    put("[");
    format_items(value.items(), indent, allowance + 1, level + 1);
    return put("]");
  }
  if (value.is_tuple()) {
    const std::string_view end = value.size() == 1 ? ",)" : ")";
    put("(");
    format_items(value.items(), indent, allowance + static_cast<std::int64_t>(end.size()), level + 1);
    return put(end);
  }
  if (value.is_string() && !value.is_markup()) return format_text(value, indent, allowance, level + 1);
  if (value.is_bytes()) return format_bytes(value, indent, allowance, level + 1);
  if (value.is_view()) return format_record(value, indent, allowance, level + 1);
  put(value.repr());
}

// Below one another; compact: as many in a line as fit.
void Printer::format_items(Value::Items items, std::int64_t indent, std::int64_t allowance, int level) {
  ++indent;
  std::int64_t whole_width = kWidth - indent + 1, width = whole_width;
  bool in_line = false;  // the next item that fits goes on in this line
  for (std::size_t i = 0; i < items.size(); ++i) {
    const bool last = i + 1 == items.size();
    if (last) {
      whole_width -= allowance;
      width -= allowance;
    }
    if (compact_) {
      ShortRepr repr(render_, whole_width - 2, deepest_);
      const bool fits = repr.write(items[i], level);
      const std::int64_t needed = fits ? width_of(repr.text()) + 2 : whole_width + 1;
      if (width < needed) {
        width = whole_width;
        in_line = false;
      }
      if (fits) {
        width -= needed;
        if (i) put(in_line ? ", " : ",");
        if (i && !in_line) new_line(indent);
        in_line = true;
        put(repr.text());
        continue;
      }
    }
    if (i) put(in_line ? ", " : ",");
    if (i && !in_line) new_line(indent);
    in_line = false;
    format(items[i], indent, last ? allowance : 1, level);
  }
}

void Printer::format_dict(const Value& dict, std::int64_t indent, std::int64_t allowance, int level) {
  put("{");
  const std::vector<Pair> pairs = sorted_pairs(render_, dict);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (i) {
      put(",");
      new_line(indent + 1);
    }
    const std::string key = whole_repr(pairs[i].key, level);
    put(key);
    put(": ");
    format(pairs[i].value, indent + 1 + width_of(key) + 2, i + 1 == pairs.size() ? allowance + 1 : 1, level);
  }
  put("}");
}

// As a dataclass: Post(id=1, title='x').
void Printer::format_record(const Value& record, std::int64_t indent, std::int64_t allowance, int level) {
  const std::string_view name = record.view_type().type_name();
  put(name);
  put("(");
  indent += width_of(name) + 1;
  const Value fields = record.view_type().copy(record.view_target());
  const auto entries = fields.entries();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (i) {
      put(",");
      new_line(indent);
    }
    const std::string key = entries[i].key.str();
    put(key);
    put("=");
    format(entries[i].value, indent + width_of(key) + 1, i + 1 == entries.size() ? allowance : 1, level);
  }
  put(")");
}

// The next run of visible characters with the spaces after it.
std::string_view next_part(std::string_view line, std::size_t& at) {
  const std::size_t start = at;
  bool spaces = false;
  while (at < line.size()) {
    std::size_t next = at;
    const bool space = unicode::is_space(utf8::decode(line, next));
    if (spaces && !space) break;
    spaces = space;
    at = next;
  }
  return line.substr(start, at - start);
}

bool fits(std::string_view text, std::int64_t width, std::string& repr) {
  repr = Value::borrow(text).repr();
  return width_of(repr) <= width;
}

// The reprs that stand below one another for one line of text.
void add_line_chunks(std::string_view line, std::int64_t width, std::int64_t allowance,
                     std::vector<std::string>& chunks) {
  std::string current, repr;
  for (std::size_t at = 0; at < line.size();) {
    const std::string_view part = next_part(line, at);
    if (at == line.size()) width -= allowance;
    std::string candidate = current + std::string(part);
    if (!fits(candidate, width, repr)) {
      if (!current.empty()) chunks.push_back(Value::borrow(current).repr());
      current = part;
    } else {
      current = std::move(candidate);
    }
  }
  if (!current.empty()) chunks.push_back(Value::borrow(current).repr());
}

void Printer::format_text(const Value& text, std::int64_t indent, std::int64_t allowance, int level) {
  const std::string_view whole = text.as_string();
  if (whole.empty()) return put(text.repr());
  render_.charge(whole.size());
  if (level == 1) {
    ++indent;
    ++allowance;
  }
  const std::int64_t width = kWidth - indent;
  std::vector<std::string> chunks;
  std::string repr;
  for (std::size_t at = 0; at < whole.size();) {
    const std::string_view line = next_line(whole, at, true);
    const std::int64_t needed = at == whole.size() ? allowance : 0;
    if (fits(line, width - needed, repr)) {
      chunks.push_back(repr);
    } else {
      add_line_chunks(line, width, needed, chunks);
    }
  }
  if (chunks.size() == 1) return put(repr);
  if (level == 1) put("(");
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    if (i) new_line(indent);
    put(chunks[i]);
  }
  if (level == 1) put(")");
}

void Printer::format_bytes(const Value& bytes, std::int64_t indent, std::int64_t allowance, int level) {
  const std::string_view whole = bytes.as_bytes();
  if (whole.size() <= 4) return put(bytes.repr());
  const bool parentheses = level == 1;
  if (parentheses) {
    ++indent;
    ++allowance;
    put("(");
  }
  std::int64_t width = kWidth - indent;
  const std::size_t last = whole.size() / 4 * 4;
  std::string current;
  bool begun = false;
  const auto flush = [&] {
    if (current.empty()) return;
    if (begun) new_line(indent);
    begun = true;
    put(Value::bytes(current).repr());
  };
  for (std::size_t at = 0; at < whole.size(); at += 4) {
    const std::string_view part = whole.substr(at, 4);
    if (at == last) width -= allowance;
    const std::string candidate = current + std::string(part);
    if (width_of(Value::bytes(candidate).repr()) > width) {
      flush();
      current = part;
    } else {
      current = candidate;
    }
  }
  flush();
  if (parentheses) put(")");
}

}  // namespace

std::string pretty_text(Render& render, const Value& value, int depth, bool compact) {
  Printer printer(render, depth, compact);
  printer.format(value, 0, 0, 0);
  return printer.result();
}

Value filter_pprint(Render& render, const CallArguments& call) {
  const Arguments args("do_pprint", {"value"}, 1, call);
  return Value(pretty_text(render, args[0], 0, false));
}

}  // namespace retort::jinja::detail
