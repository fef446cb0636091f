// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/view.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <memory>
#include <utility>

#include "retort/value/object.h"

namespace retort::db::detail {
namespace {

class ModelObject final : public Object {
 public:
  ModelObject(EntityBase& entity, const ViewType& type) : entity_(entity), type_(type) { retain(&entity_); }
  ModelObject(const ModelObject&) = delete;
  ModelObject& operator=(const ModelObject&) = delete;
  ~ModelObject() override { release(&entity_); }

  std::string_view type_name() const override { return type_.type_name(); }
  Value attribute(std::string_view name) const override { return type_.attribute(current(), name); }
  Value attribute_names() const override {
    Value names = Value::list();
    for (const MappedColumn& column : entity_.mapping->columns()) names.push_back(Value(column.member));
    return names;
  }
  void append_repr(std::string& out) const override {
    out += '<';
    out += type_name();
    for (const Datum& key : keys()) {
      out += ' ';
      out += key.kind == Datum::Kind::integer ? std::to_string(key.integer) : key.text;
    }
    out += '>';
  }
  Value to_json() const override { return type_.copy(current()).deep_copy(); }
  bool equals(const Object& other) const override {
    const auto* model = dynamic_cast<const ModelObject*>(&other);
    return model && &model->entity_ == &entity_;
  }
  std::size_t hash() const override { return std::hash<const void*>()(&entity_); }

 private:
  const void* current() const {
    if (entity_.expired) load_expired(entity_);
    return entity_.object();
  }
  Parameters keys() const {
    Parameters keys;
    for (const std::size_t column : entity_.mapping->key())
      keys.push_back(entity_.mapping->get(entity_.object(), column));
    return keys;
  }

  EntityBase& entity_;
  const ViewType& type_;
};

Value number_or_none(const std::optional<std::int64_t>& number) {
  return number ? Value(*number) : Value(nullptr);
}

/// pagination.iter_pages(left_edge=1, ...).
class IterPages final : public Object {
 public:
  explicit IterPages(const PageNumbers& numbers) : numbers_(numbers) {}
  std::string_view type_name() const override { return "iter_pages"; }
  bool is_callable() const override { return true; }
  Value call(const CallArguments& arguments) const override {
    if (!arguments.positional.empty()) throw TypeError("iter_pages() takes keyword arguments alone");
    int edges[] = {2, 2, 4, 2};
    for (const auto& [name, value] : arguments.named) {
      const auto* const found = std::find(std::begin(kNames), std::end(kNames), std::string_view(name));
      if (found == std::end(kNames))
        throw TypeError("iter_pages() got an unexpected keyword argument '" + std::string(name) + "'");
      if (!value.is_int() || value.as_int() < 0 || value.as_int() > 1'000'000)
        throw TypeError("iter_pages(): " + std::string(name) + " should be a small number, but is " +
                        value.repr());
      edges[found - std::begin(kNames)] = static_cast<int>(value.as_int());
    }
    Value out = Value::list();
    for (const std::int64_t page :
         page_numbers(numbers_.page, numbers_.pages, edges[0], edges[1], edges[2], edges[3]))
      out.push_back(page == 0 ? Value(nullptr) : Value(page));
    return out;
  }

 private:
  static constexpr std::string_view kNames[] = {"left_edge", "left_current", "right_current", "right_edge"};
  PageNumbers numbers_;
};

class PageObject final : public Object {
 public:
  PageObject(const PageNumbers& numbers, Value items) : numbers_(numbers), items_(std::move(items)) {}

  std::string_view type_name() const override { return "Pagination"; }
  Value attribute(std::string_view name) const override {
    const PageNumbers& n = numbers_;
    if (name == "items") return items_;
    if (name == "page") return n.page;
    if (name == "per_page") return n.per_page;
    if (name == "total") return number_or_none(n.total);
    if (name == "pages") return n.pages;
    if (name == "first") return n.first;
    if (name == "last") return n.last;
    if (name == "has_prev") return n.page > 1;
    if (name == "has_next") return n.page < n.pages;
    if (name == "prev_num") return n.page > 1 ? Value(n.page - 1) : Value(nullptr);
    if (name == "next_num") return n.page < n.pages ? Value(n.page + 1) : Value(nullptr);
    if (name == "iter_pages") return Value::object(std::make_unique<IterPages>(n));
    return {};
  }
  Value attribute_names() const override {
    return Value::list({"page", "per_page", "total", "pages", "items"});
  }
  Owned<ValueIterator> iterate() const override { return Owned<ValueIterator>(new Items(items_)); }
  bool length(std::size_t& out) const override {
    out = items_.size();
    return true;
  }
  bool truthy() const override { return true; }
  Value to_json() const override {
    Value out = Value::dict();
    for (const char* name : {"page", "per_page", "total", "pages", "items"})
      out.set(name, std::string_view(name) == "items" ? items_.deep_copy() : attribute(name));
    return out;
  }

 private:
  class Items final : public ValueIterator {
   public:
    explicit Items(const Value& items) : items_(items) {}
    bool next(Value& out) override {
      if (at_ == items_.size()) return false;
      out = items_.items()[at_++];
      return true;
    }

   private:
    Value items_;
    std::size_t at_ = 0;
  };

  PageNumbers numbers_;
  Value items_;
};

}  // namespace

Value page_value(const PageNumbers& numbers, Value items) {
  return Value::object(std::make_unique<PageObject>(numbers, std::move(items)));
}

Value object_value(EntityBase& entity, const ViewType& type) {
  return Value::object(std::make_unique<ModelObject>(entity, type));
}

}  // namespace retort::db::detail
