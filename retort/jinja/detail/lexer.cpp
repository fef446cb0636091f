// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/detail/lexer.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <fmt/format.h>

#include "retort/base/utf8.h"
#include "retort/jinja/detail/lexer_text.h"
#include "retort/value/value.h"

namespace retort::jinja {
namespace {

// What begins at a place of the text around tags. The order is that of the names of Jinja's
// tokens, by which it breaks ties between delimiters of one length.
enum class Start : std::uint8_t { block, comment, line_comment, line_statement, variable, raw };

struct StartRule {
  std::string_view text;
  Start start = Start::block;
};

struct StartMatch {
  std::size_t begin = 0;
  std::size_t end = 0;
  Start start = Start::block;
  char sign = 0;  // '-', '+' or 0
};

class Lexer {
 public:
  Lexer(std::string_view source, const Syntax& syntax, Arena& arena);

  std::vector<Token> run(LexerState state);

 private:
  struct Failure {};

  // Between tags.
  void add_rule(std::string_view text, Start start);
  bool lex_root();
  bool find_start(StartMatch& match) const;
  bool find_start_with_lines(StartMatch& match) const;
  bool match_start(std::size_t at, StartMatch& match) const;
  bool match_rule(const StartRule& rule, std::size_t at, StartMatch& match) const;
  bool match_raw(std::size_t at, StartMatch& match) const;
  bool at_line_start(std::size_t at) const { return at == 0 || source_[at - 1] == '\n'; }
  void add_data(std::size_t end, char sign, bool may_lstrip);
  std::string_view lstrip(std::string_view text) const;
  void lex_comment();
  void lex_line_comment();
  void lex_raw();
  bool match_end_raw(std::size_t at, char& sign, std::size_t& end) const;
  bool match_block_end(std::size_t at, std::string_view delimiter, bool trim, std::size_t& end) const;

  // In tags.
  void lex_tag(Start start);
  bool end_tag(Start start);
  bool match_line_end(std::size_t& end) const;
  void lex_token();
  void lex_number();
  void lex_integer();
  void lex_name();
  void lex_string();
  void lex_operator();
  void balance(char c);

  bool starts_with(std::size_t at, std::string_view text) const {
    return source_.compare(at, text.size(), text) == 0;
  }
  char byte(std::size_t at) const { return at < source_.size() ? source_[at] : '\0'; }
  char sign_at(std::size_t at) const {
    const char c = byte(at);
    return c == '-' || c == '+' ? c : '\0';
  }
  /// Adds the token from pos_ to end, and goes there.
  Token& add(TokenType type, std::size_t end);
  void go(std::size_t end) {
    count_lines(end);
    pos_ = end;
  }
  void count_lines(std::size_t end);
  [[noreturn]] void fail(std::string_view message);
  [[noreturn]] void fail_character();

  const std::string_view source_;
  const Syntax& syntax_;
  Arena& arena_;
  std::array<StartRule, 5> rules_;
  std::size_t rule_count_ = 0;
  bool starts_[256] = {};  // first bytes of the delimiters
  int single_start_ = -1;  // the first byte, where all delimiters share it
  std::vector<Token> tokens_;
  std::vector<char> brackets_;  // the closing ones that are due
  std::size_t pos_ = 0;
  int line_ = 1;
  std::size_t line_begin_ = 0;
  bool line_starting_ = true;  // what was matched last ended a line
};

Lexer::Lexer(std::string_view source, const Syntax& syntax, Arena& arena)
    : source_(source), syntax_(syntax), arena_(arena) {
  add_rule(syntax.comment_start, Start::comment);
  add_rule(syntax.block_start, Start::block);
  add_rule(syntax.variable_start, Start::variable);
  if (!syntax.line_statement_prefix.empty()) add_rule(syntax.line_statement_prefix, Start::line_statement);
  if (!syntax.line_comment_prefix.empty()) add_rule(syntax.line_comment_prefix, Start::line_comment);
  std::sort(rules_.begin(), rules_.begin() + static_cast<std::ptrdiff_t>(rule_count_),
            [](const StartRule& a, const StartRule& b) {
              if (a.text.size() != b.text.size()) return a.text.size() > b.text.size();
              return a.start > b.start;
            });
  if (std::count(std::begin(starts_), std::end(starts_), true) == 1) {
    single_start_ = static_cast<int>(std::find(std::begin(starts_), std::end(starts_), true) - starts_);
  }
  tokens_.reserve(source.size() / 12 + 8);
}

void Lexer::add_rule(std::string_view text, Start start) {
  rules_[rule_count_++] = {text, start};
  starts_[static_cast<unsigned char>(text.front())] = true;
}

std::vector<Token> Lexer::run(LexerState state) {
  try {
    if (state == LexerState::variable) lex_tag(Start::variable);
    while (lex_root()) {
    }
    const int line = tokens_.empty() ? 1 : tokens_.back().line;
    count_lines(source_.size());
    Token& end = tokens_.emplace_back();
    end.line = line;
    end.column = line == line_ ? static_cast<int>(source_.size() - line_begin_) + 1 : 0;
  } catch (const Failure&) {
  }
  return std::move(tokens_);
}

void Lexer::count_lines(std::size_t end) {
  const char* const begin = source_.data();
  const char* at = begin + pos_;
  const char* const stop = begin + end;
  while (at < stop && (at = static_cast<const char*>(
                           std::memchr(at, '\n', static_cast<std::size_t>(stop - at)))) != nullptr) {
    ++line_;
    ++at;
    line_begin_ = static_cast<std::size_t>(at - begin);
  }
}

Token& Lexer::add(TokenType type, std::size_t end) {
  Token& token = tokens_.emplace_back();
  token.type = type;
  token.line = line_;
  token.column = static_cast<int>(pos_ - line_begin_) + 1;
  token.text = source_.substr(pos_, end - pos_);
  pos_ = end;
  return token;
}

void Lexer::fail(std::string_view message) {
  Token& token = add(TokenType::error, pos_);
  token.text = arena_.copy(message);
  throw Failure();
}

void Lexer::fail_character() {
  fail(fmt::format("unexpected char {} at {}", Value(first_character(source_, pos_)).repr(),
                   utf8::count(source_.substr(0, pos_))));
}

// Between tags.

bool Lexer::lex_root() {
  if (pos_ >= source_.size()) return false;
  StartMatch match;
  if (!find_start(match)) {
    add_data(source_.size(), '+', false);
    return false;
  }
  add_data(match.begin, match.sign, match.start != Start::variable);
  switch (match.start) {
    case Start::comment:
      go(match.end);
      lex_comment();
      break;
    case Start::line_comment:
      go(match.end);
      lex_line_comment();
      break;
    case Start::raw:
      line_starting_ = source_[match.end - 1] == '\n';
      go(match.end);
      lex_raw();
      break;
    case Start::block:
    case Start::line_statement:
      add(TokenType::block_begin, pos_);
      go(match.end);
      lex_tag(match.start);
      break;
    case Start::variable:
      add(TokenType::variable_begin, pos_);
      go(match.end);
      lex_tag(match.start);
      break;
  }
  return true;
}

bool Lexer::find_start(StartMatch& match) const {
  if (!syntax_.line_statement_prefix.empty() || !syntax_.line_comment_prefix.empty()) {
    return find_start_with_lines(match);
  }
  if (single_start_ >= 0) {
    for (std::size_t at = pos_; at < source_.size(); ++at) {
      const void* found = std::memchr(source_.data() + at, single_start_, source_.size() - at);
      if (!found) return false;
      at = static_cast<std::size_t>(static_cast<const char*>(found) - source_.data());
      if (match_start(at, match)) return true;
    }
    return false;
  }
  for (std::size_t at = pos_; at < source_.size(); ++at) {
    if (starts_[static_cast<unsigned char>(source_[at])] && match_start(at, match)) return true;
  }
  return false;
}

// A line statement begins where its line does, a line comment there or after the last
// character that is no space: blanks before the prefix belong to them. So each run of blanks
// is looked at from its start only.
bool Lexer::find_start_with_lines(StartMatch& match) const {
  const bool comments = !syntax_.line_comment_prefix.empty();
  bool after_space = pos_ > 0 && space_ends_at(source_, pos_);
  for (std::size_t at = pos_; at < source_.size();) {
    const std::size_t space = space_at(source_, at);
    const bool blanks_begin = comments && space > 0 && !after_space;
    if ((blanks_begin || at_line_start(at) || starts_[static_cast<unsigned char>(source_[at])]) &&
        match_start(at, match)) {
      return true;
    }
    after_space = space > 0;
    at += space > 0 ? space : 1;
  }
  return false;
}

bool Lexer::match_start(std::size_t at, StartMatch& match) const {
  if (starts_with(at, syntax_.block_start) && match_raw(at, match)) return true;
  for (std::size_t i = 0; i < rule_count_; ++i) {
    if (match_rule(rules_[i], at, match)) return true;
  }
  return false;
}

bool Lexer::match_rule(const StartRule& rule, std::size_t at, StartMatch& match) const {
  std::size_t end = at;
  if (rule.start == Start::line_statement) {
    if (!at_line_start(at)) return false;
    while (byte(end) == ' ' || byte(end) == '\t' || byte(end) == '\v') ++end;
  } else if (rule.start == Start::line_comment) {
    if (!at_line_start(at) && space_ends_at(source_, at)) return false;
    while (end < source_.size() && source_[end] != '\n' && source_[end] != '\r') {
      const std::size_t space = space_at(source_, end);
      if (space == 0) break;
      end += space;
    }
  }
  if (!starts_with(end, rule.text)) return false;
  end += rule.text.size();
  match.begin = at;
  match.start = rule.start;
  match.sign = sign_at(end);
  match.end = match.sign ? end + 1 : end;
  return true;
}

bool Lexer::match_raw(std::size_t at, StartMatch& match) const {
  std::size_t end = at + syntax_.block_start.size();
  const char sign = sign_at(end);
  end = skip_space(source_, sign ? end + 1 : end);
  if (!starts_with(end, "raw")) return false;
  end = skip_space(source_, end + 3);
  if (byte(end) == '-' && starts_with(end + 1, syntax_.block_end)) {
    end = skip_space(source_, end + 1 + syntax_.block_end.size());
  } else if (starts_with(end, syntax_.block_end)) {
    end += syntax_.block_end.size();
  } else {
    return false;
  }
  match = {at, end, Start::raw, sign};
  return true;
}

// The text from pos_ to a tag, as the tag's sign and lstrip_blocks leave it.
void Lexer::add_data(std::size_t end, char sign, bool may_lstrip) {
  std::string_view text = source_.substr(pos_, end - pos_);
  if (sign == '-') {
    text = text.substr(0, rstrip_size(text));
  } else if (sign == 0 && may_lstrip && syntax_.lstrip_blocks) {
    text = lstrip(text);
  }
  if (!text.empty()) {
    Token& token = add(TokenType::data, pos_);
    token.text = with_newlines(text, syntax_.newline_sequence, arena_);
  }
  go(end);
}

std::string_view Lexer::lstrip(std::string_view text) const {
  const std::size_t begin = text.rfind('\n') + 1;  // npos + 1 == 0
  if (begin == 0 && !line_starting_) return text;
  return skip_space(text, begin) == text.size() ? text.substr(0, begin) : text;
}

void Lexer::lex_comment() {
  const std::size_t begin = pos_;
  if (begin >= source_.size()) return;
  std::size_t at = source_.find(syntax_.comment_end, begin);
  if (at == std::string_view::npos) fail("Missing end of comment tag");
  if (at > begin && sign_at(at - 1)) --at;
  std::size_t end = at;
  match_block_end(at, syntax_.comment_end, syntax_.trim_blocks, end);
  line_starting_ = source_[end - 1] == '\n';
  go(end);
}

void Lexer::lex_line_comment() {
  pos_ = std::min(source_.find('\n', pos_), source_.size());
  line_starting_ = false;
}

void Lexer::lex_raw() {
  if (pos_ >= source_.size()) return;
  std::size_t at = pos_;
  std::size_t end = 0;
  char sign = 0;
  while ((at = source_.find(syntax_.block_start, at)) != std::string_view::npos &&
         !match_end_raw(at, sign, end)) {
    ++at;
  }
  if (at == std::string_view::npos) fail("Missing end of raw directive");
  add_data(at, sign, true);
  line_starting_ = source_[end - 1] == '\n';
  go(end);
}

bool Lexer::match_end_raw(std::size_t at, char& sign, std::size_t& end) const {
  at += syntax_.block_start.size();
  sign = sign_at(at);
  at = skip_space(source_, sign ? at + 1 : at);
  if (!starts_with(at, "endraw")) return false;
  return match_block_end(skip_space(source_, at + 6), syntax_.block_end, syntax_.trim_blocks, end);
}

// `+%}`, `-%}` and the space after it, `%}` and, if it is to be trimmed, a newline after it.
bool Lexer::match_block_end(std::size_t at, std::string_view delimiter, bool trim, std::size_t& end) const {
  const char sign = sign_at(at);
  if (sign && starts_with(at + 1, delimiter)) {
    end = at + 1 + delimiter.size();
    if (sign == '-') end = skip_space(source_, end);
    return true;
  }
  if (!starts_with(at, delimiter)) return false;
  end = at + delimiter.size();
  if (trim && byte(end) == '\n') ++end;
  return true;
}

// In tags.

void Lexer::lex_tag(Start start) {
  brackets_.clear();
  while (!(brackets_.empty() && end_tag(start))) {
    if (pos_ >= source_.size()) return;
    const std::size_t after = skip_space(source_, pos_);
    if (after > pos_) {
      go(after);
    } else {
      lex_token();
    }
  }
}

bool Lexer::end_tag(Start start) {
  std::size_t end = 0;
  if (start == Start::variable) {
    const std::string_view delimiter = syntax_.variable_end;
    if (byte(pos_) == '-' && starts_with(pos_ + 1, delimiter)) {
      end = skip_space(source_, pos_ + 1 + delimiter.size());
    } else if (starts_with(pos_, delimiter)) {
      end = pos_ + delimiter.size();
    } else {
      return false;
    }
  } else if (start == Start::line_statement) {
    if (!match_line_end(end)) return false;
  } else if (!match_block_end(pos_, syntax_.block_end, syntax_.trim_blocks, end)) {
    return false;
  }
  if (end > pos_) line_starting_ = source_[end - 1] == '\n';
  const std::size_t begin = pos_;
  add(start == Start::variable ? TokenType::variable_end : TokenType::block_end, begin);
  go(end);
  return true;
}

// The end of the source, or the last newline of the space that follows.
bool Lexer::match_line_end(std::size_t& end) const {
  end = skip_space(source_, pos_);
  if (end == source_.size()) return true;
  const std::size_t newline = source_.substr(pos_, end - pos_).rfind('\n');
  if (newline == std::string_view::npos) return false;
  end = pos_ + newline + 1;
  return true;
}

void Lexer::lex_token() {
  const char c = source_[pos_];
  line_starting_ = false;
  if (c >= '0' && c <= '9') {
    lex_number();
  } else if (c == '\'' || c == '"') {
    lex_string();
  } else if (is_name_byte(c)) {
    lex_name();
  } else if (static_cast<unsigned char>(c) >= 0x80) {
    const bool after_dot = pos_ > 0 && source_[pos_ - 1] == '.';
    if (!after_dot && float_end(source_, pos_) > pos_) fail("invalid decimal literal");
    lex_name();
  } else {
    lex_operator();
  }
}

void Lexer::lex_number() {
  const bool after_dot = pos_ > 0 && source_[pos_ - 1] == '.';
  const std::size_t end = after_dot ? pos_ : float_end(source_, pos_);
  if (end == pos_) {
    lex_integer();
    return;
  }
  Token& token = add(TokenType::float_, end);
  if (!read_float(token.text, token.real)) {
    pos_ -= token.text.size();
    tokens_.pop_back();
    fail("invalid decimal literal");
  }
}

void Lexer::lex_integer() {
  std::int64_t value = 0;
  bool fits = true;
  const std::size_t end = read_integer(source_, pos_, value, fits);
  if (!fits) fail("integer literal out of range: it has to fit 64 bits");
  add(TokenType::integer, end).integer = value;
}

void Lexer::lex_name() {
  bool ascii = true;
  std::size_t end = pos_;
  while (end < source_.size()) {
    if (is_name_byte(source_[end])) {
      ++end;
      continue;
    }
    if (static_cast<unsigned char>(source_[end]) < 0x80) break;
    std::size_t next = end;
    if (!is_name_character(utf8::decode(source_, next))) break;
    ascii = false;
    end = next;
  }
  if (end == pos_) fail_character();
  if (!ascii && !is_identifier(source_.substr(pos_, end - pos_))) fail("Invalid character in identifier");
  add(TokenType::name, end);
}

void Lexer::lex_string() {
  const char quote = source_[pos_];
  bool plain = true;
  std::size_t end = pos_ + 1;
  for (; end < source_.size() && source_[end] != quote; ++end) {
    if (source_[end] == '\\') {
      plain = false;
      ++end;
    } else if (source_[end] == '\n') {
      plain = false;
    }
  }
  if (end >= source_.size()) fail_character();
  std::string_view text = source_.substr(pos_ + 1, end - pos_ - 1);
  if (!plain) {
    const char* message = nullptr;
    text = unescape(with_newlines(text, syntax_.newline_sequence, arena_), arena_, message);
    if (message) fail(message);
  }
  const std::size_t begin = pos_;
  add(TokenType::string, begin).text = text;
  if (plain) {
    pos_ = end + 1;
  } else {
    go(end + 1);
  }
}

void Lexer::lex_operator() {
  TokenType type = TokenType::error;
  const std::size_t size = read_operator(source_, pos_, type);
  if (size == 0) fail_character();
  balance(source_[pos_]);
  add(type, pos_ + size);
}

void Lexer::balance(char c) {
  if (c == '(') brackets_.push_back(')');
  if (c == '[') brackets_.push_back(']');
  if (c == '{') brackets_.push_back('}');
  if (c != ')' && c != ']' && c != '}') return;
  if (brackets_.empty()) fail(fmt::format("unexpected '{}'", c));
  const char expected = brackets_.back();
  brackets_.pop_back();
  if (expected != c) fail(fmt::format("unexpected '{}', expected '{}'", c, expected));
}

}  // namespace

std::vector<Token> tokenize(std::string_view source, const Syntax& syntax, Arena& arena, LexerState state) {
  return Lexer(source, syntax, arena).run(state);
}

}  // namespace retort::jinja
