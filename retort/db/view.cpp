// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/view.h"

#include <functional>
#include <memory>

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

}  // namespace

Value object_value(EntityBase& entity, const ViewType& type) {
  return Value::object(std::make_unique<ModelObject>(entity, type));
}

}  // namespace retort::db::detail
