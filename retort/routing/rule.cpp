// SPDX-License-Identifier: BSD-3-Clause
#include "retort/routing/rule.h"

#include "retort/routing/detail/rule_data.h"

namespace retort::routing {

Rule::Rule(std::unique_ptr<detail::RuleData> data) : data_(data.release()) {}
Rule::~Rule() = default;

std::string_view Rule::rule() const { return data_->rule; }
std::string_view Rule::endpoint() const { return data_->endpoint; }
const std::optional<std::vector<std::string>>& Rule::methods() const { return data_->options.methods; }
const std::vector<RuleVariable>& Rule::variables() const { return data_->variables; }
const Variables& Rule::defaults() const { return data_->options.defaults; }
const std::string& Rule::subdomain() const { return *data_->options.subdomain; }
const std::optional<std::string>& Rule::host() const { return data_->options.host; }
bool Rule::strict_slashes() const { return data_->strict_slashes(); }
bool Rule::merge_slashes() const { return data_->merge_slashes(); }
bool Rule::build_only() const { return data_->options.build_only; }
bool Rule::alias() const { return data_->options.alias; }
bool Rule::websocket() const { return data_->options.websocket; }
bool Rule::has_redirect_to() const { return data_->has_redirect_to(); }
std::size_t Rule::index() const { return data_->index; }
bool Rule::expects(std::string_view name) const { return data_->expects(name); }

}  // namespace retort::routing
