// SPDX-License-Identifier: BSD-3-Clause
// urlize: links for the addresses in text. What jinja2.utils.urlize matches with regular
// expressions is matched by hand here, each word in one pass.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/utf8.h"
#include "retort/jinja/detail/filter_support.h"
#include "retort/jinja/detail/filters.h"
#include "retort/jinja/error.h"
#include "retort/value/arguments.h"
#include "retort/value/error.h"
#include "retort/value/iterate.h"
#include "retort/value/operators.h"
#include "retort/value/unicode.h"

namespace retort::jinja::detail {
namespace {

// Letters as Python's re.IGNORECASE sees them: four beyond ASCII match ASCII letters.
char32_t fold(char32_t c) {
  if (c >= 'A' && c <= 'Z') return c + ('a' - 'A');
  if (c == 0x130 || c == 0x131) return 'i';
  if (c == 0x17f) return 's';
  if (c == 0x212a) return 'k';
  return c;
}

/// Walks text by code points.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}
  bool at_end() const { return at_ == text_.size(); }
  std::string_view rest() const { return text_.substr(at_); }
  char32_t peek() const {
    std::size_t at = at_;
    return at_end() ? 0 : utf8::decode(text_, at);
  }
  char32_t take() { return utf8::decode(text_, at_); }
  /// Takes lower-case ASCII text, whatever its case here.
  bool take(std::string_view expected) {
    const std::size_t start = at_;
    for (const char c : expected) {
      if (at_end() || fold(take()) != static_cast<unsigned char>(c)) {
        at_ = start;
        return false;
      }
    }
    return true;
  }
  /// Takes up to `most` code points that fit.
  template <class Fits>
  std::size_t take_while(Fits fits, std::size_t most = SIZE_MAX) {
    std::size_t count = 0;
    while (count < most && !at_end() && fits(peek())) {
      take();
      ++count;
    }
    return count;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

bool is_label(char32_t c) { return c == '%' || c == '-' || is_word(c); }
bool is_tld(char32_t c) { return fold(c) >= 'a' && fold(c) <= 'z'; }
bool is_hex(char32_t c) { return unicode::is_decimal(c) || (fold(c) >= 'a' && fold(c) <= 'f'); }

template <class Fits>
bool all(std::string_view text, std::size_t least, std::size_t most, Fits fits) {
  Scanner scanner(text);
  const std::size_t count = scanner.take_while(fits);
  return scanner.at_end() && count >= least && count <= most;
}

/// Whether every label but the last of "a.b.c" has `least` to `most` code points.
bool labels_fit(std::string_view host, std::size_t least, std::size_t most) {
  for (std::size_t dot = host.find('.'); dot != host.npos; dot = host.find('.')) {
    if (!all(host.substr(0, dot), least, most, is_label)) return false;
    host.remove_prefix(dot + 1);
  }
  return true;
}

std::string_view last_label(std::string_view host) {
  const std::size_t dot = host.rfind('.');
  return dot == host.npos ? host : host.substr(dot + 1);
}

// After a scheme or www: any domain below any letters.
bool is_domain(std::string_view host) {
  const std::string_view tld = last_label(host);
  Scanner scanner(tld);
  const bool known =
      all(tld, 2, 63, is_tld) ||
      (scanner.take("xn--") && all(scanner.rest(), 2, 59, [](char32_t c) { return c == '%' || is_word(c); }));
  return known && labels_fit(host, 1, SIZE_MAX);
}

// On its own: below one of the first domains.
bool is_basic_domain(std::string_view host) {
  const std::string_view tld = last_label(host);
  if (tld.size() == host.size() || tld.size() > 16) return false;
  for (const std::string_view basic : {"com", "net", "int", "edu", "gov", "org", "info", "mil"}) {
    Scanner scanner(tld);
    if (scanner.take(basic) && scanner.at_end()) return labels_fit(host, 2, 63);
  }
  return false;
}

bool is_ipv4(std::string_view host) {
  Scanner scanner(host);
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && !scanner.take(".")) return false;
    if (scanner.take_while(unicode::is_decimal, 3) == 0) return false;
  }
  return scanner.at_end();
}

// Takes an address in brackets: two groups of up to four digits with their colons, then one
// to six whose colons may be missing.
bool take_ipv6(Scanner& scanner) {
  if (!scanner.take("[")) return false;
  for (int group = 0; group < 2; ++group) {
    scanner.take_while(is_hex, 4);
    if (!scanner.take(":")) return false;
  }
  for (int group = 0; group < 6; ++group) {
    scanner.take_while(is_hex, 4);
    scanner.take(":");
  }
  return scanner.take("]");
}

// ":" and one to five digits, or nothing.
bool is_port(std::string_view text) {
  return text.empty() || (text.front() == ':' && all(text.substr(1), 1, 5, unicode::is_decimal));
}

bool is_web_address(std::string_view word) {
  Scanner scanner(word);
  const bool scheme = scanner.take("https://") || scanner.take("http://");
  const bool www = !scheme && scanner.take("www.");
  const auto authority = [](std::string_view text) { return text.substr(0, text.find_first_of("/?#")); };
  const std::string_view rest = authority(scanner.rest());
  if (scheme) {
    Scanner literal(rest);
    if (take_ipv6(literal) && is_port(literal.rest())) return true;
  }
  const auto host_fits = [](std::string_view text, bool (*fits)(std::string_view)) {
    const std::size_t colon = text.find(':');
    return is_port(colon == text.npos ? std::string_view() : text.substr(colon)) &&
           fits(text.substr(0, colon));
  };
  if ((scheme || www) && host_fits(rest, is_domain)) return true;
  if (scheme) return host_fits(rest, is_ipv4);
  return host_fits(authority(word), is_basic_domain);
}

bool is_mail_address(std::string_view word) {
  const std::size_t at = word.rfind('@');
  if (at == word.npos || at == 0) return false;
  const std::string_view domain = word.substr(at + 1);
  const std::size_t dot = domain.rfind('.');
  if (dot == domain.npos || dot == 0) return false;
  Scanner scanner(domain);
  if (!is_word(scanner.take())) return false;
  const auto fits = [](char32_t c) { return c == '.' || c == '-' || is_word(c); };
  return all(domain.substr(0, dot), 1, SIZE_MAX, fits) && all(domain.substr(dot + 1), 1, SIZE_MAX, is_word);
}

// Words with what stands around them.

struct Word {
  std::string_view head;  // opening brackets
  std::string_view middle;
  std::string_view tail;  // closing brackets, full stops, commas
};

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

std::size_t opening_size(std::string_view word) {
  std::size_t at = 0;
  while (at < word.size()) {
    if (word[at] == '(' || word[at] == '<') {
      ++at;
    } else if (word.substr(at, 4) == "&lt;") {
      at += 4;
    } else {
      break;
    }
  }
  return at;
}

std::size_t closing_start(std::string_view word) {
  std::size_t end = word.size();
  while (end > 0) {
    const char last = word[end - 1];
    if (last == ')' || last == '>' || last == '.' || last == ',') {
      --end;
    } else if (word.substr(0, end).ends_with("&gt;")) {
      end -= 4;
    } else {
      break;
    }
  }
  return end;
}

Word take_apart(std::string_view text) {
  const std::size_t begin = opening_size(text);
  std::size_t end = begin + closing_start(text.substr(begin));
  // A closing bracket belongs to the address that has its opening one.
  static constexpr std::string_view kPairs[][2] = {{"(", ")"}, {"<", ">"}, {"&lt;", "&gt;"}};
  for (const auto& [open, close] : kPairs) {
    const std::string_view middle = text.substr(begin, end - begin);
    const std::size_t opened = count(middle, open);
    if (opened <= count(middle, close)) continue;
    const std::size_t moves = std::min(opened, count(text.substr(end), close));
    for (std::size_t i = 0; i < moves; ++i) end = text.find(close, end) + close.size();
  }
  return {text.substr(0, begin), text.substr(begin, end - begin), text.substr(end)};
}

struct LinkOptions {
  Value trim_limit;        // none: addresses are shown as they are
  std::string attributes;  // rel and target
  std::vector<Value> schemes;
};

class Linker {
 public:
  Linker(Render& render, const LinkOptions& options) : render_(render), options_(options), out_(render) {}

  void add_word(std::string_view text) {
    render_.step();
    const Word word = take_apart(text);
    append(word.head);
    add_middle(word.middle);
    append(word.tail);
  }
  void append(std::string_view text) { out_.append(text); }
  const std::string& result() const { return out_.text(); }

 private:
  void add_middle(std::string_view middle) {
    if (is_web_address(middle)) {
      const bool scheme = middle.starts_with("https://") || middle.starts_with("http://");
      add_link(scheme ? "" : "https://", middle, options_.attributes, middle, true);
    } else if (middle.starts_with("mailto:") && is_mail_address(middle.substr(7))) {
      add_link("", middle, "", middle.substr(7), false);
    } else if (middle.find('@') != middle.npos && !middle.starts_with("www.") && middle.front() != '@' &&
               middle.find(':') == middle.npos && is_mail_address(middle)) {
      add_link("mailto:", middle, "", middle, false);
    } else if (has_scheme(middle)) {
      add_link("", middle, options_.attributes, middle, false);
    } else {
      append(middle);
    }
  }

  bool has_scheme(std::string_view middle) {
    for (const Value& scheme : options_.schemes) {
      render_.step();
      const std::string_view start = scheme.as_string();
      if (middle.size() > start.size() && middle.starts_with(start)) return true;
    }
    return false;
  }

  void add_link(std::string_view scheme, std::string_view address, std::string_view attributes,
                std::string_view shown, bool trims) {
    append("<a href=\"");
    append(scheme);
    append(address);
    append("\"");
    append(attributes);
    append(">");
    if (trims) {
      add_trimmed(shown);
    } else {
      append(shown);
    }
    append("</a>");
  }

  void add_trimmed(std::string_view shown) {
    if (options_.trim_limit.is_none()) return append(shown);
    const Value text = Value::borrow(shown);
    const std::int64_t limit = options_.trim_limit.as_int();
    if (static_cast<std::int64_t>(text.size()) <= limit) return append(shown);
    append(ops::slice(text, nullptr, limit, nullptr, render_).as_string());
    append("...");
  }

  Render& render_;
  const LinkOptions& options_;
  TextOut out_;
};

std::string linked(Render& render, std::string_view text, const LinkOptions& options) {
  Linker linker(render, options);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const bool spaces = unicode::is_space(utf8::decode(text, at));
    while (at < text.size()) {
      std::size_t next = at;
      if (unicode::is_space(utf8::decode(text, next)) != spaces) break;
      at = next;
    }
    const std::string_view piece = text.substr(start, at - start);
    if (spaces) {
      linker.append(piece);
    } else {
      linker.add_word(piece);
    }
  }
  return linker.result();
}

// The call's and the policies' options.

void add_words(Render& render, std::vector<std::string>& out, const Value& text) {
  if (!text.truthy()) return;
  const Value words = call_method(render, text, "split");
  for (const Value& word : words.items()) out.emplace_back(word.as_string());
}

std::string rel_of(Render& render, const Value& given, bool nofollow) {
  std::vector<std::string> words;
  add_words(render, words, given);
  if (nofollow) words.emplace_back("nofollow");
  add_words(render, words, render.policy("urlize.rel"));
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  std::string out;
  for (const std::string& word : words) {
    if (!out.empty()) out += ' ';
    out += word;
  }
  return out;
}

bool is_scheme(std::string_view text) {
  Scanner scanner(text);
  const auto fits = [](char32_t c) { return c == '.' || c == '+' || c == '-' || is_word(c); };
  if (scanner.take_while(fits) < 2 || !scanner.take(":")) return false;
  return scanner.rest() == "" || scanner.rest() == "/" || scanner.rest() == "//";
}

void read_schemes(Render& render, const Value& given, std::vector<Value>& out) {
  if (!given.truthy()) return;
  for_each(given, render, [&](const Value& scheme) {
    if (!scheme.is_string()) {
      throw TypeError("expected string or bytes-like object, got '" + std::string(scheme.type_name()) + "'");
    }
    if (!is_scheme(scheme.as_string()))
      throw FilterArgumentError(scheme.repr() + " is not a valid URI scheme prefix.");
    render.charge(sizeof(Value));
    out.push_back(scheme);
    return true;
  });
}

}  // namespace

Value filter_urlize(Render& render, const CallArguments& call) {
  const Arguments args("do_urlize", {"value", "trim_url_limit", "nofollow", "target", "rel", "extra_schemes"},
                       1, call);
  LinkOptions options;
  options.trim_limit = args.given(1) ? Value(args.integer(1)) : Value(nullptr);
  const std::string rel = rel_of(render, args.get(4, nullptr), args.truthy(2, false));
  if (!rel.empty()) {
    const Value html = escaped(render, Value(rel));
    options.attributes += " rel=\"" + std::string(html.as_string()) + '"';
  }
  const Value target = args.given(3) ? args[3] : render.policy("urlize.target");
  if (target.truthy()) {
    const Value html = escaped(render, target);
    options.attributes += " target=\"" + std::string(html.as_string()) + '"';
  }
  read_schemes(render, args.given(5) ? args[5] : render.policy("urlize.extra_schemes"), options.schemes);
  const Value text = escaped(render, args[0]);
  return make_text(linked(render, text.as_string(), options), render.autoescape());
}

}  // namespace retort::jinja::detail
