// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// TaggedJSONSerializer: JSON that gives tuples, bytes, Markup, Uuid and DateTime back as
// what they were, in Flask's form: `{" t":[1,2]}`. Sessions are written with it. Tags of a
// program's own are registered while an app is set up; afterwards it is thread-safe.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/base/owned.h"
#include "retort/signing/serializer.h"
#include "retort/value/value.h"

namespace retort {

class TaggedJSONSerializer;

/// One type that JSON has no words for. Derive from it, and register_ it.
class JSONTag {
 public:
  virtual ~JSONTag() = default;
  /// What marks it: by Flask's custom a space and a letter or two.
  virtual std::string_view key() const = 0;
  /// Whether `value` is of this type.
  virtual bool check(const Value& value) const = 0;
  /// A value that JSON can write; what it holds is tagged by `serializer.tag`.
  virtual Value to_json(const Value& value, const TaggedJSONSerializer& serializer) const = 0;
  /// The value that `json` stands for (Flask: to_python). Throws ValueError for another.
  virtual Value to_value(const Value& json) const = 0;
};

struct RegisterTagOptions {
  bool force = false;                     ///< instead of a tag with the same key
  std::optional<std::size_t> index = {};  ///< where in the order of checks; by default the end
};

class TaggedJSONSerializer : public signing::PayloadSerializer {
 public:
  TaggedJSONSerializer();
  TaggedJSONSerializer(const TaggedJSONSerializer&) = delete;
  TaggedJSONSerializer& operator=(const TaggedJSONSerializer&) = delete;
  ~TaggedJSONSerializer() override;

  /// Adds a tag, a std::unique_ptr to a JSONTag or what derives from it (Flask: register).
  /// Throws KeyError for a key that is taken, unless forced.
  template <class P, class = decltype(std::declval<P&>().release())>
  void register_(P tag, RegisterTagOptions options = {}) {
    add(Owned<const JSONTag>(tag.release()), options);
  }

  /// A value that JSON can write.
  Value tag(const Value& value) const;
  /// What a dict of one entry stands for, if its key is a tag's; else itself.
  Value untag(const Value& dict) const;

  /// Compact, with sorted keys. Throws TypeError for what has no tag and no JSON.
  std::string dumps(const Value& value) const override;
  Result<Value> loads(std::string_view text) const override;

 private:
  void add(Owned<const JSONTag> tag, const RegisterTagOptions& options);
  Value tag(const Value& value, int depth) const;
  const JSONTag* find(std::string_view key) const;
  bool needs_tag(const Value& value, int depth) const;
  bool has_tag(const Value& value) const;
  Value untag_scan(const Value& value) const;

  struct Step;  // a tag in the order of checks
  std::vector<Step> order_;
  std::vector<Owned<const JSONTag>> tags_;
  bool has_own_tags_ = false;
};

}  // namespace retort
