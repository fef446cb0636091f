// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/extension.h"

#include "retort/jinja/detail/parser.h"

namespace retort::jinja {

using namespace nodes;

std::string Extension::preprocess(std::string source, std::string_view, std::string_view) const {
  return source;
}

void Extension::filter_tokens(std::vector<Token>&, Arena&) const {}

NodeList Extension::parse(Parser&) const { return {}; }

Value Extension::attribute(std::string_view) const { return {}; }

namespace {

class Do : public Extension {
 public:
  std::string_view identifier() const override { return "jinja2.ext.ExprStmtExtension"; }
  std::vector<std::string_view> tags() const override { return {"do"}; }
  NodeList parse(Parser& parser) const override {
    auto* statement = parser.make<ExprStmt>(parser.next());
    statement->node = parser.parse_tuple();
    return parser.list({statement});
  }
};

class LoopControls : public Extension {
 public:
  std::string_view identifier() const override { return "jinja2.ext.LoopControlExtension"; }
  std::vector<std::string_view> tags() const override { return {"break", "continue"}; }
  NodeList parse(Parser& parser) const override {
    const Token& tag = parser.next();
    if (tag.text == "break") return parser.list({parser.make<Break>(tag)});
    return parser.list({parser.make<Continue>(tag)});
  }
};

class Debug : public Extension {
 public:
  std::string_view identifier() const override { return "jinja2.ext.DebugExtension"; }
  std::vector<std::string_view> tags() const override { return {"debug"}; }
  NodeList parse(Parser& parser) const override {
    const Token& tag = parser.next();
    auto* output = parser.make<Output>(tag);
    const NodeList context = parser.list({parser.make<ContextReference>(tag)});
    output->nodes = parser.list({parser.call_method(*this, "_render", context, tag)});
    return parser.list({output});
  }
};

}  // namespace

std::unique_ptr<Extension> do_extension() { return std::make_unique<Do>(); }
std::unique_ptr<Extension> loop_controls_extension() { return std::make_unique<LoopControls>(); }
std::unique_ptr<Extension> debug_extension() { return std::make_unique<Debug>(); }

}  // namespace retort::jinja
