// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/i18n.h"

#include <unordered_map>

#include <fmt/format.h>

#include "retort/jinja/detail/lexer_text.h"
#include "retort/jinja/detail/parser.h"
#include "retort/jinja/detail/parser_support.h"

namespace retort::jinja {

using namespace nodes;

namespace {

struct Variable {
  std::string_view name;
  Node* value;
};

// A part of the tag as a message, and the variables it prints.
struct Message {
  std::string text;
  std::vector<std::string_view> names;
};

std::string replace_all(std::string_view text, std::string_view from, std::string_view to) {
  std::string out;
  std::size_t at = 0;
  while (true) {
    const std::size_t found = text.find(from, at);
    out += text.substr(at, found - at);
    if (found == std::string_view::npos) return out;
    out += to;
    at = found + from.size();
  }
}

// Stripped, and each run of white space with a newline in it made one blank.
std::string trim(std::string_view text) {
  text = text.substr(0, rstrip_size(text));
  std::string out;
  for (std::size_t at = skip_space(text, 0); at < text.size();) {
    const std::size_t after = skip_space(text, at);
    if (after > at) {
      const std::string_view space = text.substr(at, after - at);
      out += space.find('\n') == std::string_view::npos ? space : std::string_view(" ");
      at = after;
    } else {
      out += text[at++];
    }
  }
  return out;
}

// Reads one tag.
class TransTag {
 public:
  TransTag(Parser& parser, const I18nOptions& options)
      : parser_(parser), options_(options), tag_(parser.next()) {}

  NodeList parse();

 private:
  void parse_variables();
  Node* parse_variable(const Token& name);
  void choose_plural(Variable& variable);
  Message parse_message(bool allow_pluralize);
  [[noreturn]] void refuse_tag(const Token& tag);
  void parse_pluralize();
  void add_names(const Message& message);
  Variable* find(std::string_view name);
  Variable& add(std::string_view name, Node* value);
  Node* make_output();
  Call* make_call();
  Node* make_text(const std::string& text) { return parser_.make_text(parser_.copy(text), tag_); }

  Parser& parser_;
  const I18nOptions& options_;
  const Token& tag_;
  const Token* context_ = nullptr;
  std::vector<Variable> variables_;
  std::unordered_map<std::string_view, std::size_t> indices_;  // of variables_, by name
  bool trimmed_set_ = false;
  bool trimmed_ = false;
  Node* plural_expr_ = nullptr;
  bool num_called_num_ = false;
  Assign* plural_assignment_ = nullptr;
  Message singular_;
  Message plural_;
  bool have_plural_ = false;
};

Variable* TransTag::find(std::string_view name) {
  const auto found = indices_.find(name);
  return found == indices_.end() ? nullptr : &variables_[found->second];
}

Variable& TransTag::add(std::string_view name, Node* value) {
  indices_.emplace(name, variables_.size());
  return variables_.emplace_back(Variable{name, value});
}

void TransTag::parse_variables() {
  while (!parser_.at(TokenType::block_end)) {
    if (!variables_.empty()) parser_.expect(TokenType::comma);
    if (parser_.skip_if(TokenType::colon)) break;
    const Token& name = parser_.expect(TokenType::name);
    if (find(name.text)) {
      parser_.fail_assertion(fmt::format("translatable variable {} defined twice.", quoted(name.text)), name);
    }
    if (!parser_.at(TokenType::assign) && !trimmed_set_ &&
        (name.text == "trimmed" || name.text == "notrimmed")) {
      trimmed_set_ = true;
      trimmed_ = name.text == "trimmed";
      continue;
    }
    Node* value =
        parser_.skip_if(TokenType::assign) ? parser_.parse_expression() : parser_.make_name(name.text, tag_);
    Variable& variable = add(name.text, value);
    if (!plural_expr_) choose_plural(variable);
  }
  parser_.expect(TokenType::block_end);
}

// The first variable is the number. A call's result is kept, so that it is called once.
void TransTag::choose_plural(Variable& variable) {
  if (as_if<Call>(variable.value)) {
    plural_assignment_ = parser_.make<Assign>(tag_);
    plural_assignment_->target = parser_.make_name("_trans", tag_, NameContext::store);
    plural_assignment_->node = variable.value;
    variable.value = parser_.make_name("_trans", tag_);
  }
  plural_expr_ = variable.value;
  num_called_num_ = variable.name == "num";
}

Message TransTag::parse_message(bool allow_pluralize) {
  Message out;
  while (true) {
    if (parser_.at(TokenType::data)) {
      out.text += replace_all(parser_.next().text, "%", "%%");
    } else if (parser_.skip_if(TokenType::variable_begin)) {
      const std::string_view name = parser_.expect(TokenType::name).text;
      out.names.push_back(name);
      out.text += fmt::format("%({})s", name);
      parser_.expect(TokenType::variable_end);
    } else if (parser_.skip_if(TokenType::block_begin)) {
      if (parser_.at_name("endtrans") || (allow_pluralize && parser_.at_name("pluralize"))) return out;
      refuse_tag(parser_.current());
    } else {
      parser_.fail("unclosed translation block");
    }
  }
}

void TransTag::refuse_tag(const Token& tag) {
  if (tag.is_name("pluralize")) {
    parser_.fail("a translatable section can have only one pluralize section");
  }
  if (tag.is_name("trans")) parser_.fail("trans blocks can't be nested; did you mean `endtrans`?");
  parser_.fail(fmt::format("control structures in translatable sections are not allowed; saw `{}`",
                           tag.type == TokenType::name ? tag.text : "None"));
}

void TransTag::parse_pluralize() {
  have_plural_ = true;
  parser_.next();
  if (!parser_.at(TokenType::block_end)) {
    const Token& name = parser_.expect(TokenType::name);
    const Variable* variable = find(name.text);
    if (!variable) {
      parser_.fail_assertion(fmt::format("unknown variable {} for pluralization", quoted(name.text)), name);
    }
    plural_expr_ = variable->value;
    num_called_num_ = name.text == "num";
  }
  parser_.expect(TokenType::block_end);
  plural_ = parse_message(false);
}

void TransTag::add_names(const Message& message) {
  for (const std::string_view name : message.names) {
    if (!find(name)) add(name, parser_.make_name(name, tag_));
  }
}

NodeList TransTag::parse() {
  if (parser_.at(TokenType::string)) context_ = &parser_.next();
  parse_variables();
  singular_ = parse_message(true);
  if (!singular_.names.empty() && !plural_expr_) {
    plural_expr_ = parser_.make_name(singular_.names.front(), tag_);
    num_called_num_ = singular_.names.front() == "num";
  }
  if (parser_.at_name("pluralize")) parse_pluralize();
  parser_.next();  // `endtrans`
  add_names(singular_);
  add_names(plural_);
  if (!have_plural_) {
    plural_expr_ = nullptr;
  } else if (!plural_expr_) {
    parser_.fail("pluralize without variables", tag_);
  }
  if (trimmed_set_ ? trimmed_ : options_.trimmed) {
    singular_.text = trim(singular_.text);
    plural_.text = trim(plural_.text);
  }
  Node* output = make_output();
  return plural_assignment_ ? parser_.list({plural_assignment_, output}) : parser_.list({output});
}

Call* TransTag::make_call() {
  // A message that is never formatted has its percent signs as they are.
  if (singular_.names.empty() && plural_.names.empty() && !options_.newstyle) {
    singular_.text = replace_all(singular_.text, "%%", "%");
    plural_.text = replace_all(plural_.text, "%%", "%");
  }
  std::vector<Node*> args;
  if (context_) args.push_back(parser_.make_text(context_->text, tag_));
  args.push_back(make_text(singular_.text));
  if (plural_expr_) {
    args.push_back(make_text(plural_.text));
    args.push_back(plural_expr_);
  }
  const std::string_view function =
      context_ ? (plural_expr_ ? "npgettext" : "pgettext") : (plural_expr_ ? "ngettext" : "gettext");
  return parser_.make_call(parser_.make_name(function, tag_), parser_.list(args), tag_);
}

Node* TransTag::make_output() {
  Call* call = make_call();
  auto* output = parser_.make<Output>(tag_);
  if (options_.newstyle) {
    std::vector<Keyword*> keywords;
    for (const Variable& variable : variables_) {
      if (num_called_num_ && have_plural_ && variable.name == "num") continue;  // ngettext adds it
      auto* keyword = parser_.make<Keyword>(tag_);
      keyword->key = variable.name;
      keyword->value = variable.value;
      keywords.push_back(keyword);
      parser_.finish(call, {variable.value});
    }
    call->kwargs = parser_.arena().copy(keywords.data(), keywords.size());
    output->nodes = parser_.list({call});
    return output;
  }
  auto* safe = parser_.make<MarkSafeIfAutoescape>(tag_);
  safe->expr = call;
  parser_.finish(safe, {call});
  if (variables_.empty()) {
    output->nodes = parser_.list({safe});
    return output;
  }
  auto* dict = parser_.make<Dict>(tag_);
  std::vector<Pair*> pairs;
  for (const Variable& variable : variables_) {
    auto* pair = parser_.make<Pair>(tag_);
    pair->key = parser_.make_text(variable.name, tag_);
    pair->value = variable.value;
    pairs.push_back(pair);
    parser_.finish(dict, {variable.value});
  }
  dict->items = parser_.arena().copy(pairs.data(), pairs.size());
  output->nodes = parser_.list({parser_.make_binary(NodeKind::Mod, safe, dict, tag_)});
  return output;
}

class I18n : public Extension {
 public:
  explicit I18n(I18nOptions options) : options_(options) {}
  std::string_view identifier() const override { return "jinja2.ext.InternationalizationExtension"; }
  std::vector<std::string_view> tags() const override { return {"trans"}; }
  NodeList parse(Parser& parser) const override { return TransTag(parser, options_).parse(); }

 private:
  I18nOptions options_;
};

}  // namespace

std::unique_ptr<Extension> i18n_extension(I18nOptions options) { return std::make_unique<I18n>(options); }

}  // namespace retort::jinja
