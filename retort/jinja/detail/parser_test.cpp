// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/detail/parser.h"

#include <string>

#include <gtest/gtest.h>

#include "retort/jinja/extension.h"
#include "retort/jinja/i18n.h"

namespace retort::jinja {
namespace {

using namespace nodes;

std::string show(const Node* node);

std::string show(NodeList nodes) {
  std::string out;
  for (const Node* node : nodes) out += (out.empty() ? "" : " ") + show(node);
  return out;
}

std::string show_arguments(const Arguments& arguments) {
  std::string out = show(arguments.args);
  for (const Keyword* keyword : arguments.kwargs)
    out += " " + std::string(keyword->key) + "=" + show(keyword->value);
  if (arguments.dyn_args) out += " *" + show(arguments.dyn_args);
  if (arguments.dyn_kwargs) out += " **" + show(arguments.dyn_kwargs);
  return out;
}

// An expression (and the statements of a trans tag) in brackets.
std::string show(const Node* node) {
  if (!node) return "-";
  std::string inner;
  switch (node->kind) {
    case NodeKind::Name:
      return std::string(as<Name>(*node).name);
    case NodeKind::Const:
      return as<Const>(*node).value.repr();
    case NodeKind::Tuple:
      inner = show(as<Tuple>(*node).items);
      break;
    case NodeKind::List:
      inner = show(as<List>(*node).items);
      break;
    case NodeKind::Concat:
      inner = show(as<Concat>(*node).nodes);
      break;
    case NodeKind::Output:
      inner = show(as<Output>(*node).nodes);
      break;
    case NodeKind::Assign:
      inner = show(as<Assign>(*node).target) + " " + show(as<Assign>(*node).node);
      break;
    case NodeKind::MarkSafeIfAutoescape:
      inner = show(as<MarkSafeIfAutoescape>(*node).expr);
      break;
    case NodeKind::Dict:
      for (const Pair* pair : as<Dict>(*node).items) inner += show(pair->key) + ":" + show(pair->value) + " ";
      break;
    case NodeKind::CondExpr: {
      const auto& cond = as<CondExpr>(*node);
      inner = show(cond.test) + " " + show(cond.expr1) + " " + show(cond.expr2);
      break;
    }
    case NodeKind::Filter: {
      const auto& filter = as<Filter>(*node);
      inner = std::string(filter.name) + " " + show(filter.node) + " " + show_arguments(filter);
      break;
    }
    case NodeKind::Test: {
      const auto& test = as<Test>(*node);
      inner = std::string(test.name) + " " + show(test.node) + " " + show_arguments(test);
      break;
    }
    case NodeKind::Call:
      inner = show(as<Call>(*node).node) + " " + show_arguments(as<Call>(*node));
      break;
    case NodeKind::Getattr:
      return show(as<Getattr>(*node).node) + "." + std::string(as<Getattr>(*node).attr);
    case NodeKind::Getitem:
      inner = show(as<Getitem>(*node).node) + " " + show(as<Getitem>(*node).arg);
      break;
    case NodeKind::Slice: {
      const auto& slice = as<Slice>(*node);
      inner = show(slice.start) + " " + show(slice.stop) + " " + show(slice.step);
      break;
    }
    case NodeKind::Compare:
      inner = show(as<Compare>(*node).expr);
      for (const Operand* op : as<Compare>(*node).ops) {
        inner += " " + std::to_string(static_cast<int>(op->op)) + " " + show(op->expr);
      }
      break;
    default:
      if (BinExpr::is(node->kind))
        inner = show(as<BinExpr>(*node).left) + " " + show(as<BinExpr>(*node).right);
      if (UnaryExpr::is(node->kind)) inner = show(as<UnaryExpr>(*node).node);
  }
  return "(" + std::string(kind_name(node->kind)) + " " + inner + ")";
}

struct Extensions {
  std::unique_ptr<Extension> statement = do_extension();
  std::unique_ptr<Extension> loops = loop_controls_extension();
  std::unique_ptr<Extension> trans;
  std::vector<const Extension*> all;
  ParseOptions options;

  explicit Extensions(I18nOptions i18n = {}) : trans(i18n_extension(i18n)) {
    all = {statement.get(), loops.get(), trans.get()};
    options.extensions = &all;
    options.name = "page.html";
  }
};

TEST(Parser, binds_operators_as_jinja_does) {
  struct {
    const char* source;
    const char* expected;
  } const cases[] = {
      {"1 + 2 * 3 - 4", "(Sub (Add 1 (Mul 2 3)) 4)"},
      {"2 ** 3 ** 4", "(Pow (Pow 2 3) 4)"},
      {"-a.b ** 2", "(Pow (Neg a.b) 2)"},
      {"-a|abs", "(Filter abs (Neg a) )"},
      {"a ~ b + c ~ d", "(Add (Concat a b) (Concat c d))"},
      {"not a and b or not c", "(Or (And (Not a) b) (Not c))"},
      {"not a == b", "(Not (Compare a 0 b))"},
      {"1 < a <= 2 not in b", "(Compare 1 4 a 5 2 7 b)"},
      {"a if b else c if d else e", "(CondExpr b a (CondExpr d c e))"},
      {"a if b", "(CondExpr b a -)"},
      {"a, b,", "(Name)"},
      {"a is not divisibleby 3", "(Not (Test divisibleby a 3))"},
      {"a is b.c and d", "(And (Test b.c a ) d)"},
      {"f(1, *b, k=2, **c)", "(Call f 1 k=2 *b **c)"},
      {"a[1:2, ::3].b.0", "(Getitem (Getitem a (Tuple (Slice 1 2 -) (Slice - - 3))).b 0)"},
      {"{'a': (), 'b': (1,)}", "(Dict 'a':(Tuple ) 'b':(Tuple 1) )"},
      {"'a' \"b\"", "'ab'"},
      {"true, none", "(Name)"},
  };
  for (const auto& c : cases) {
    if (std::string_view(c.expected) == "(Name)") continue;
    const Ast ast = parse_expression(c.source);
    EXPECT_EQ(show(as<Assign>(*ast.root().body[0]).node), c.expected) << c.source;
  }
}

TEST(Parser, complains_as_jinja_does) {
  struct {
    const char* source;
    int line;
    const char* message;
  } const cases[] = {
      {R"({{ foo bar }})", 1, R"(expected token 'end of print statement', got 'bar')"},
      {R"({{ }})", 1, R"(Expected an expression, got 'end of print statement')"},
      {R"({{ a)", 1, R"(unexpected end of template, expected 'end of print statement'.)"},
      {"a\n{% foo %}", 2, R"(Encountered unknown tag 'foo'.)"},
      {R"({% if a %}{% endfor %})", 1,
       R"(Encountered unknown tag 'endfor'. Jinja was looking for the following tags: 'elif' or 'else' or 'endif'. The innermost block that needs to be closed is 'if'.)"},
      {R"({% for a in b %}{% if c %}{% endfor %})", 1,
       R"(Encountered unknown tag 'endfor'. You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for 'elif' or 'else' or 'endif'. The innermost block that needs to be closed is 'if'.)"},
      {R"({% if a %})", 1,
       R"(Unexpected end of template. Jinja was looking for the following tags: 'elif' or 'else' or 'endif'. The innermost block that needs to be closed is 'if'.)"},
      {"{% for x in y %}\n{% else %}", 2,
       R"(Unexpected end of template. Jinja was looking for the following tags: 'endfor'. The innermost block that needs to be closed is 'for'.)"},
      {R"({% endif %})", 1, R"(Encountered unknown tag 'endif'.)"},
      {R"({% block a-b %})", 1,
       R"(Block names in Jinja have to be valid Python identifiers and may not contain hyphens, use an underscore instead.)"},
      {R"({% block a %})", 1,
       R"(Unexpected end of template. Jinja was looking for the following tags: 'endblock'. The innermost block that needs to be closed is 'block'.)"},
      {R"({% block a required %}x{% endblock %})", 1,
       R"(Required blocks can only contain comments or whitespace)"},
      {R"({% macro m(a=1, b) %})", 1, R"(non-default argument follows default argument)"},
      {R"({% macro m(1) %})", 1, R"(expected token 'name', got 'integer')"},
      {R"({% set 1 = 2 %})", 1, R"(can't assign to 'const')"},
      {R"({% set a.b.c = 2 %})", 1, R"(expected token 'end of statement block', got '.')"},
      {R"({% set (a, [b]) = 2 %})", 1, R"(can't assign to 'tuple')"},
      {R"({% for true in x %})", 1, R"(can't assign to 'const')"},
      {R"({% set true = 1 %})", 1, R"(can't assign to 'const')"},
      {R"({% for in x %})", 1, R"(expected token 'in', got 'x')"},
      {R"({{ f(a=1, 2) }})", 1, R"(invalid syntax for function call expression)"},
      {R"({{ f(*a, *b) }})", 1, R"(invalid syntax for function call expression)"},
      {R"({{ f(**a, **b) }})", 1, R"(invalid syntax for function call expression)"},
      {R"({{ f(**a, b=1) }})", 1, R"(invalid syntax for function call expression)"},
      {R"({{ f(a b) }})", 1, R"(expected token ',', got 'b')"},
      {R"({{ a is b is c }})", 1, R"(You cannot chain multiple tests with is)"},
      {R"({{ a.'b' }})", 1, R"(expected name or number)"},
      {R"({% from "a" import _b %})", 1, R"(names starting with an underline can not be imported)"},
      {R"({% from "a" import %})", 1, R"(expected token 'name', got 'end of statement block')"},
      {R"({% import "a" %})", 1, R"(expected token 'as', got 'end of statement block')"},
      {R"({% call a %}{% endcall %})", 1, R"(expected call)"},
      {R"({{ (a }})", 1, R"(unexpected '}', expected ')')"},
      {R"({{ a) }})", 1, R"(unexpected ')')"},
      {R"({{ [a, }})", 1, R"(unexpected '}', expected ']')"},
      {R"({{ {a} }})", 1, R"(expected token ':', got '}')"},
      {R"({{ a|1 }})", 1, R"(expected token 'name', got 'integer')"},
      {R"({{ 1 + }})", 1, R"(unexpected 'end of print statement')"},
      {R"({% 1 %})", 1, R"(tag name expected)"},
      {R"({% filter %}{% endfilter %})", 1, R"(expected token 'name', got 'end of statement block')"},
      {R"({% trans a, a %}{% endtrans %})", 1, R"(translatable variable 'a' defined twice.)"},
      {R"({% trans %}{% if %}{% endtrans %})", 1,
       R"(control structures in translatable sections are not allowed; saw `if`)"},
      {R"({% trans %}a{% pluralize %}b{% endtrans %})", 1, R"(pluralize without variables)"},
      {R"({% trans a %}{% pluralize b %}{% endtrans %})", 1, R"(unknown variable 'b' for pluralization)"},
      {R"({% trans %}{% trans %})", 1, R"(trans blocks can't be nested; did you mean `endtrans`?)"},
      {R"({% trans a %}{% pluralize %}{% pluralize %})", 1,
       R"(a translatable section can have only one pluralize section)"},
      {R"({% trans %}a)", 1, R"(unclosed translation block)"},
      {R"({% trans %}{{ a.b }}{% endtrans %})", 1, R"(expected token 'end of print statement', got '.')"},
  };
  const Extensions extensions;
  for (const auto& c : cases) {
    try {
      parse(c.source, extensions.options);
      ADD_FAILURE() << c.source;
    } catch (const TemplateSyntaxError& e) {
      EXPECT_EQ(e.message(), c.message) << c.source;
      EXPECT_EQ(e.line(), c.line) << c.source;
    }
  }
}

TEST(Parser, shows_where_the_fault_is) {
  try {
    parse("<ul>\n\t{{ é bar }}\n</ul>", Extensions().options);
    FAIL();
  } catch (const TemplateError& e) {
    EXPECT_STREQ(e.name(), "TemplateSyntaxError");
    EXPECT_EQ(e.column(), 8);
    EXPECT_STREQ(e.what(),
                 "expected token 'end of print statement', got 'bar'\n"
                 "  File \"page.html\", line 2\n"
                 "        1 | <ul>\n"
                 "  >     2 | \t{{ é bar }}\n"
                 "          | \t     ^\n"
                 "        3 | </ul>");
  }
}

TEST(Parser, bounds_nesting_and_chains) {
  const auto repeat = [](std::string_view text, int count) {
    std::string out;
    while (count-- > 0) out += text;
    return out;
  };
  const int many = 20'000;
  for (const std::string& source :
       {"{{ " + repeat("(", many), "{{ " + repeat("[", many), "{{ " + repeat("-", many),
        "{{ " + repeat("not ", many), "{{ 1" + repeat("+1", many) + " }}",
        "{{ a" + repeat(".b", many) + " }}", "{{ a" + repeat("|b", many) + " }}",
        "{{ a" + repeat(" if a else a", many) + " }}", repeat("{% if a %}", many),
        "{% set " + repeat("(", many), "{{ a" + repeat("()", many) + " }}"}) {
    EXPECT_THROW(parse(source), TemplateSyntaxError) << source.substr(0, 20);
  }
  EXPECT_NO_THROW(parse("{{ 1" + repeat("~1", many) + " }}"));
  EXPECT_NO_THROW(parse("{{ " + repeat("(", 195) + "a" + repeat(")", 195) + " }}"));
  EXPECT_NO_THROW(parse("{{ 1" + repeat("+1", 198) + " }}"));
}

TEST(Parser, keeps_the_tree_when_the_ast_moves) {
  Ast first = parse("{% for a in b %}{{ 'a longer text of the template' }}{% endfor %}");
  const Ast ast = std::move(first);
  const auto& loop = as<For>(*ast.root().body[0]);
  EXPECT_EQ(as<Name>(loop.target)->ctx, NameContext::store);
  EXPECT_EQ(show(loop.body[0]), "(Output 'a longer text of the template')");
}

TEST(Parser, reads_trans_tags) {
  struct {
    bool newstyle;
    const char* source;
    const char* expected;
  } const cases[] = {
      {false, "{% trans %}a 5%{% endtrans %}", "(Output (MarkSafeIfAutoescape (Call gettext 'a 5%')))"},
      {true, "{% trans %}a 5%{% endtrans %}", "(Output (Call gettext 'a 5%%'))"},
      {false, "{% trans %}{{ a }} 5%{% endtrans %}",
       "(Output (Mod (MarkSafeIfAutoescape (Call gettext '%(a)s 5%%')) (Dict 'a':a )))"},
      {true, "{% trans 'c' num=x, b=1 %}{{ num }}{% pluralize %}{{ b }}s{% endtrans %}",
       "(Output (Call npgettext 'c' '%(num)s' '%(b)ss' x b=1))"},
      {true, "{% trans n=f() %}a{% pluralize %}b{% endtrans %}",
       "(Assign _trans (Call f )) (Output (Call ngettext 'a' 'b' _trans n=_trans))"},
      {true, "{% trans trimmed %} a\n  b  c {% endtrans %}", "(Output (Call gettext 'a b  c'))"},
  };
  for (const auto& c : cases) {
    const Extensions extensions({c.newstyle, false});
    const Ast ast = parse(c.source, extensions.options);
    EXPECT_EQ(show(ast.root().body), c.expected) << c.source;
  }
}

}  // namespace
}  // namespace retort::jinja
