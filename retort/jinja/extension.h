// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Extension: an application's own tags and changes to template source (jinja2.ext.Extension).
// What is in use by an environment is shared by its threads: every member is const.
//
// class Now : public jinja::Extension {
//   std::string_view identifier() const override { return "now"; }
//   std::vector<std::string_view> tags() const override { return {"now"}; }
//   nodes::NodeList parse(Parser& parser) const override {
//     const Token& tag = parser.next();
//     auto* output = parser.make<nodes::Output>(tag);
//     output->nodes = parser.list({parser.call_method(*this, "now", {}, tag)});
//     return parser.list({output});
//   }
//   Value attribute(std::string_view name) const override;  // of "now": a function
// };

#include <string>
#include <string_view>
#include <vector>

#include "retort/base/memory.h"
#include "retort/jinja/detail/nodes.h"
#include "retort/value/value.h"

namespace retort::jinja {

class Arena;
class Parser;
struct Token;

class Extension {
 public:
  Extension() = default;
  Extension(const Extension&) = delete;
  Extension& operator=(const Extension&) = delete;
  virtual ~Extension() = default;

  /// A name of its own, as Jinja's import name: "jinja2.ext.do".
  virtual std::string_view identifier() const = 0;
  /// Lower comes first.
  virtual int priority() const { return 100; }
  /// The names of the tags that parse() reads. They must live as long as the extension.
  virtual std::vector<std::string_view> tags() const { return {}; }
  /// The source that is parsed in place of this one.
  virtual std::string preprocess(std::string source, std::string_view name, std::string_view filename) const;
  /// Changes the tokens before they are parsed. New texts go to the arena.
  virtual void filter_tokens(std::vector<Token>& tokens, Arena& arena) const;
  /// Whether preprocess() or filter_tokens() do anything.
  virtual bool filters() const { return false; }
  /// Reads one of its tags; the current token is the tag's name. Stops before the tag's end.
  virtual nodes::NodeList parse(Parser& parser) const;
  /// What an ExtensionAttribute node of that name evaluates to.
  virtual Value attribute(std::string_view name) const;
};

/// `{% do expression %}`.
std::unique_ptr<Extension> do_extension();
/// `{% break %}` and `{% continue %}`.
std::unique_ptr<Extension> loop_controls_extension();
/// `{% debug %}`: a call of the extension's attribute "_render" with the context.
std::unique_ptr<Extension> debug_extension();

}  // namespace retort::jinja
