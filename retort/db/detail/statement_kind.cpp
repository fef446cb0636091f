// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/detail/statement_kind.h"

#include "retort/base/text.h"
#include "retort/db/detail/node.h"
#include "retort/db/error.h"

namespace retort::db::detail {
namespace {

// The one database that a statement's tables are in.
class BindOf {
 public:
  explicit BindOf(const SelectData& data) { add(data); }
  const Mapping* mapping() const { return mapping_; }

 private:
  void add(const Mapping* mapping) {
    if (!mapping) return;
    if (!mapping_) mapping_ = mapping;
    if (mapping_->bind_key() != mapping->bind_key())
      throw ArgumentError("the tables " + text::repr(mapping_->name()) + " and " +
                          text::repr(mapping->name()) + " of one statement are in different databases");
  }
  void add(const std::shared_ptr<const SelectData>& select) {
    if (select) add(*select);
  }
  void add(const Clause& clause) {
    const Node* const node = clause.node();
    if (!node) return;
    if (node->kind == Node::Kind::column) add(node->mapping);
    add(node->select);
    for (const Clause& child : node->children) add(child);
  }
  void add(const Source& source) {
    add(source.mapping);
    add(source.subquery);
  }
  void add(const SelectData& data) {
    for (const auto* clauses : {&data.columns, &data.group_by, &data.order_by}) {
      for (const Clause& clause : *clauses) add(clause);
    }
    add(data.where);
    add(data.having);
    for (const Source& source : data.sources) add(source);
    for (const JoinItem& join : data.joins) {
      add(join.source);
      add(join.on);
    }
    add(data.head);
    for (const auto& compound : data.compounds) add(compound.select);
    for (const auto& cte : data.ctes) add(cte.select);
  }

  const Mapping* mapping_ = nullptr;
};

/// Words of a statement, without what is quoted or a comment.
class Words {
 public:
  explicit Words(std::string_view sql) : sql_(sql) {}
  /// In capitals; "" at the end.
  std::string next() {
    while (at_ < sql_.size()) {
      const char c = sql_[at_];
      if (is_letter(c)) return word();
      if (c == '\'' || c == '"' || c == '`') {
        skip_past(sql_.substr(at_, 1), 1);
      } else if (sql_.substr(at_, 2) == "--") {
        skip_past("\n", 2);
      } else if (sql_.substr(at_, 2) == "/*") {
        skip_past("*/", 2);
      } else {
        ++at_;
      }
    }
    return {};
  }

 private:
  static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
  std::string word() {
    std::string out;
    for (; at_ < sql_.size() && (is_letter(sql_[at_]) || (sql_[at_] >= '0' && sql_[at_] <= '9')); ++at_)
      out += text::to_upper(sql_.substr(at_, 1));
    return out;
  }
  void skip_past(std::string_view end, std::size_t from) {
    const std::size_t found = sql_.find(end, at_ + from);
    at_ = found == sql_.npos ? sql_.size() : found + end.size();
  }
  std::string_view sql_;
  std::size_t at_ = 0;
};

}  // namespace

const std::string& bind_of(const SelectData& data) {
  static const std::string none;
  const BindOf bind(data);
  return bind.mapping() ? bind.mapping()->bind_key() : none;
}

bool only_reads(std::string_view sql) {
  Words words(sql);
  const std::string first = words.next();
  if (first != "SELECT" && first != "VALUES" && first != "EXPLAIN" && first != "WITH") return false;
  for (std::string word = words.next(); !word.empty(); word = words.next()) {
    for (const char* writing : {"INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "INTO", "SHARE"}) {
      if (word == writing) return false;
    }
  }
  return true;
}

}  // namespace retort::db::detail
