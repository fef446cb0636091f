// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/detail/table_sql.h"

#include <algorithm>

#include "retort/base/text.h"

namespace retort::db::detail {
namespace {

struct Token {
  std::string text;   // an identifier without its quotes
  std::string upper;  // of a bare word, else ""
  std::size_t begin = 0;
  std::size_t end = 0;
};

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// The end of what is quoted from `at` on, behind the closing quote.
std::size_t quoted_end(std::string_view sql, std::size_t at, char close) {
  for (std::size_t i = at + 1; i < sql.size(); ++i) {
    if (sql[i] != close) continue;
    if (close != ']' && i + 1 < sql.size() && sql[i + 1] == close) {
      ++i;
      continue;
    }
    return i + 1;
  }
  return sql.size();
}

std::string unquoted(std::string_view quoted) {
  const char close = quoted[0] == '[' ? ']' : quoted[0];
  std::string out;
  for (std::size_t i = 1; i + 1 < quoted.size(); ++i) {
    out += quoted[i];
    if (quoted[i] == close) ++i;
  }
  return out;
}

std::size_t comment_end(std::string_view sql, std::size_t at) {
  const bool line = sql[at] == '-';
  const std::size_t end = line ? sql.find('\n', at) : sql.find("*/", at + 2);
  return end == sql.npos ? sql.size() : end + (line ? 1 : 2);
}

std::vector<Token> tokens_of(std::string_view sql) {
  std::vector<Token> out;
  std::size_t i = 0;
  while (i < sql.size()) {
    const char c = sql[i];
    const std::size_t begin = i;
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
      ++i;
    } else if (sql.substr(i, 2) == "--" || sql.substr(i, 2) == "/*") {
      i = comment_end(sql, i);
    } else if (c == '"' || c == '`' || c == '[' || c == '\'') {
      i = quoted_end(sql, i, c == '[' ? ']' : c);
      out.push_back({unquoted(sql.substr(begin, i - begin)), {}, begin, i});
    } else if (is_word(c)) {
      while (i < sql.size() && is_word(sql[i])) ++i;
      const std::string word(sql.substr(begin, i - begin));
      out.push_back({word, text::to_upper(word), begin, i});
    } else {
      ++i;
      out.push_back({std::string(1, c), std::string(1, c), begin, i});
    }
  }
  return out;
}

class Reader {
 public:
  explicit Reader(std::string_view sql) : sql_(sql), tokens_(tokens_of(sql)) {}

  TableSql read() {
    while (at_ < tokens_.size() && !is("(")) ++at_;
    ++at_;
    while (at_ < tokens_.size() && !is(")")) {
      element();
      if (is(",")) ++at_;
    }
    for (++at_; at_ < tokens_.size(); ++at_) {
      if (is("WITHOUT")) mark("WITHOUT ROWID");
      if (is("STRICT")) mark("STRICT");
    }
    return std::move(out_);
  }

 private:
  bool is(std::string_view upper) const { return at_ < tokens_.size() && tokens_[at_].upper == upper; }
  bool accept(std::string_view upper) {
    if (!is(upper)) return false;
    ++at_;
    return true;
  }
  std::string word() { return at_ < tokens_.size() ? tokens_[at_++].text : std::string(); }
  void mark(const char* what) {
    if (std::find(out_.marks.begin(), out_.marks.end(), what) == out_.marks.end()) out_.marks.push_back(what);
  }

  // At "(": steps behind its ")", and gives what is between.
  std::string group() {
    const std::size_t from = at_ + 1;
    int depth = 0;
    for (; at_ < tokens_.size(); ++at_) {
      if (is("(")) ++depth;
      if (is(")") && --depth == 0) break;
    }
    if (at_ >= tokens_.size()) return {};
    const std::size_t begin = tokens_[from - 1].end;
    const std::size_t end = tokens_[at_++].begin;
    std::string_view inside = sql_.substr(begin, end - begin);
    while (!inside.empty() && static_cast<unsigned char>(inside.front()) <= ' ') inside.remove_prefix(1);
    while (!inside.empty() && static_cast<unsigned char>(inside.back()) <= ' ') inside.remove_suffix(1);
    return std::string(inside);
  }

  std::vector<std::string> names() {
    std::vector<std::string> out;
    if (!accept("(")) return out;
    int depth = 1;
    bool first = true;
    for (; at_ < tokens_.size(); ++at_) {
      if (is("(")) ++depth;
      if (is(")") && --depth == 0) break;
      if (depth == 1 && is(",")) {
        first = true;
      } else if (first) {
        out.push_back(tokens_[at_].text);
        first = false;
      }
    }
    ++at_;
    return out;
  }

  // One column or constraint, up to the "," or ")" behind it.
  void element() {
    static constexpr std::string_view kStarts[] = {"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"};
    const bool constraint =
        std::any_of(std::begin(kStarts), std::end(kStarts), [&](auto w) { return is(w); });
    std::string column;
    if (!constraint) column = word();
    std::string name;
    while (at_ < tokens_.size() && !is(",") && !is(")")) {
      if (accept("CONSTRAINT")) {
        name = word();
        continue;
      }
      if (!part(column, name)) continue;
      name.clear();
    }
  }

  // True when what was read is a constraint, whose name was before it.
  bool part(const std::string& column, const std::string& name) {
    if (is("(")) return group(), false;
    if (accept("CHECK")) return out_.checks.push_back({name, group()}), true;
    if (accept("PRIMARY")) {
      accept("KEY");
      if (is("(")) names();
      out_.primary_key_name = name;
      return true;
    }
    if (accept("UNIQUE")) {
      std::vector<std::string> columns = is("(") ? names() : std::vector<std::string>{column};
      return out_.uniques.push_back({name, std::move(columns)}), true;
    }
    if (accept("FOREIGN")) {
      accept("KEY");
      foreign_ = names();
      foreign_name_ = name;
      return false;
    }
    if (accept("REFERENCES")) {
      ForeignKey key;
      key.name = column.empty() ? foreign_name_ : name;
      key.columns = column.empty() ? foreign_ : std::vector<std::string>{column};
      key.table = word();
      if (is("(")) key.referred = names();
      return out_.foreign_keys.push_back(std::move(key)), true;
    }
    if (is("NOT") && at_ + 1 < tokens_.size() && tokens_[at_ + 1].upper == "DEFERRABLE") {
      at_ += 2;
      return false;
    }
    if (is("AUTOINCREMENT")) mark("AUTOINCREMENT");
    if (is("COLLATE")) mark("COLLATE");
    if (is("DEFERRABLE")) mark("DEFERRABLE");
    if (is("CONFLICT")) mark("ON CONFLICT");
    if (is("GENERATED") || (is("AS") && !column.empty())) mark("GENERATED");
    const bool closes = is("NULL") || is("DEFAULT");  // NOT NULL, DEFAULT may have names too
    ++at_;
    return closes;
  }

  std::string_view sql_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  TableSql out_;
  std::vector<std::string> foreign_;
  std::string foreign_name_;
};

}  // namespace

TableSql read_table_sql(std::string_view create_table) { return Reader(create_table).read(); }

}  // namespace retort::db::detail
