// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Value::view: a program's own data as a Value, seen where it lies. Structs and the classes
// that list their members (members.h) have attributes; containers, pairs and tuples have
// items; maps have keys; text is borrowed; optionals, pointers and variants are what they
// hold, or none; enumerators are their names. What is looked at must outlive every value
// that came from it and not change under a loop. A view only reads: it belongs to its value's
// thread, what it looks at may be shared by all that only read. A struct of more than 24
// members also needs "retort/base/reflect_many.h".
//
//   page.render({{"posts", Value::view(posts)}});   // std::vector<Post> posts

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

#include "retort/base/reflect.h"
#include "retort/base/uuid.h"
#include "retort/value/detail/scalars.h"
#include "retort/value/detail/shapes.h"
#include "retort/value/members.h"
#include "retort/value/value.h"
#include "retort/value/view_type.h"

namespace retort {
namespace detail {

template <class T>
Value view_of(const T& target);

// The tables and functions that the compiler makes for a type; what reads them is compiled
// once, in view.cpp.

/// Where a name may lie in a table of 2^(32 - shift) slots.
constexpr std::size_t name_slot(std::string_view name, unsigned shift) {
  const std::size_t n = name.size();
  if (n == 0) return 0;
  const auto byte = [&](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(name[i])}; };
  const std::uint32_t mixed =
      static_cast<std::uint32_t>(n) ^ byte(0) << 8 ^ byte(n / 2) << 16 ^ byte(n - 1) << 24;
  return static_cast<std::size_t>(std::uint32_t{mixed * 0x9e3779b1u} >> shift);
}

/// The names of a record: open addressing over positions + 1, at most half full.
template <std::size_t count>
struct NameTable {
  static constexpr unsigned kBits = [] {
    unsigned bits = 1;
    while ((std::size_t{1} << bits) < 2 * count) ++bits;
    return bits;
  }();
  std::string_view names[count + 1];
  std::uint8_t slots[std::size_t{1} << kBits] = {};

  /// A name that comes twice is found where it comes first.
  constexpr void fill() {
    for (std::size_t i = 0; i < count; ++i) {
      std::size_t at = name_slot(names[i], 32 - kBits);
      while (slots[at] && names[slots[at] - 1] != names[i]) at = (at + 1) & (sizeof slots - 1);
      if (!slots[at]) slots[at] = static_cast<std::uint8_t>(i + 1);
    }
  }
};

class RecordView final : public ViewType {
 public:
  using Field = Value (*)(const void* target, std::size_t i);
  struct Range {
    std::size_t begin, end;
  };
  /// `shown`: which of the names a copy has, but for those of `hidden` (bits from shown.begin on).
  template <std::size_t count>
  constexpr RecordView(std::string_view type, const NameTable<count>& table, Range shown,
                       std::uint64_t hidden, Field field)
      : type_(type),
        names_(table.names),
        slots_(table.slots),
        shift_(32 - table.kBits),
        shown_(shown),
        hidden_(hidden),
        field_(field) {}

  Shape shape() const override;
  std::string_view type_name() const override { return type_; }
  Value copy(const void* target) const override;
  Value attribute(const void* target, std::string_view name) const override;

 private:
  std::string_view type_;
  const std::string_view* names_;
  const std::uint8_t* slots_;
  unsigned shift_;
  Range shown_;
  std::uint64_t hidden_;
  Field field_;
};

class SequenceView final : public ViewType {
 public:
  using Size = std::size_t (*)(const void* target);
  using At = Value (*)(const void* target, std::size_t i);
  using Walk = Owned<ValueIterator> (*)(const void* target);
  /// Without `walk` a loop goes by position.
  constexpr SequenceView(bool tuple, Size size, At at, Walk walk)
      : tuple_(tuple), size_(size), at_(at), walk_(walk) {}

  Shape shape() const override;
  std::string_view type_name() const override;
  Value copy(const void* target) const override;
  Value item(const void* target, const Value& key) const override;
  bool length(const void* target, std::size_t& out) const override;
  Owned<ValueIterator> iterate(const void* target) const override;

 private:
  bool tuple_;
  Size size_;
  At at_;
  Walk walk_;
};

class MappingView final : public ViewType {
 public:
  using Size = std::size_t (*)(const void* target);
  using Find = Value (*)(const void* target, const Value& key);
  using Walk = Owned<ValueIterator> (*)(const void* target);
  using Copy = Value (*)(const void* target);
  constexpr MappingView(Size size, Find find, Walk keys, Copy copy)
      : size_(size), find_(find), keys_(keys), copy_(copy) {}

  Shape shape() const override;
  std::string_view type_name() const override;
  Value copy(const void* target) const override { return copy_(target); }
  Value item(const void* target, const Value& key) const override { return find_(target, key); }
  bool length(const void* target, std::size_t& out) const override;
  Owned<ValueIterator> iterate(const void* target) const override { return keys_(target); }

 private:
  Size size_;
  Find find_;
  Walk keys_;
  Copy copy_;
};

/// Markup without a copy.
Value borrow_markup(const Markup& html);
/// The integer that a key equals, as Python has it (1 == 1.0 == True); false for others.
bool integer_key(const Value& key, std::int64_t& out);
/// "Post" of "blog::Post", and of "{anonymous}::Page<blog::Post>" "Page<blog::Post>".
constexpr std::string_view short_name(std::string_view type) {
  const std::size_t arguments = type.find('<');
  const std::size_t colon = type.substr(0, arguments).rfind(':');
  return colon == type.npos ? type : type.substr(colon + 1);
}

// Records.

template <class T>
concept ListsInside = requires {
  T::template_members.kOnly;
};
template <class T>
concept ListsBeside = requires(const T* t) {
  template_members(t).kOnly;
};
template <class T>
concept Listing = ListsInside<T> || ListsBeside<T>;

struct NoList {
  static constexpr bool kOnly = false;
  static constexpr std::size_t kSize = 0;
};

template <class T>
constexpr auto member_list() {
  if constexpr (ListsInside<T>) {
    return T::template_members;
  } else if constexpr (ListsBeside<T>) {
    return template_members(static_cast<const T*>(nullptr));
  } else {
    return NoList{};
  }
}

template <class T>
inline constexpr auto listed_members = member_list<T>();

/// How many members a struct shows of its own accord.
template <class T>
consteval std::size_t plain_members() {
  if constexpr (reflect::Aggregate<T> && !decltype(member_list<T>())::kOnly) {
    return reflect::member_count<T>;
  } else {
    return 0;
  }
}

/// Borrowed from what returned it, rather than from a temporary.
template <class T>
concept Borrowing = std::is_pointer_v<T> || std::is_same_v<T, std::string_view> || std::is_same_v<T, Value> ||
    ReferenceLike<T>;

template <class T, class Get>
Value listed_value(const T& target, Get get) {
  if constexpr (std::is_member_object_pointer_v<Get>) {
    return view_of(target.*get);
  } else {
    static constexpr bool kMethod = std::is_member_function_pointer_v<Get>;
    static constexpr bool kCallable = [] {
      if constexpr (kMethod) {
        return requires(const T& t, Get g) { (t.*g)(); };
      } else {
        return requires(const T& t, Get g) { g(t); };
      }
    }();
    static_assert(kCallable,
                  "retort::member: a listed member is a data member, a const member function without "
                  "parameters, or a function that takes the object");
    if constexpr (kCallable) {
      const auto call = [&]() -> decltype(auto) {
        if constexpr (kMethod) {
          return (target.*get)();
        } else {
          return get(target);
        }
      };
      using R = decltype(call());
      static_assert(!std::is_void_v<R>, "retort::member: a listed function returns nothing");
      if constexpr (std::is_reference_v<R> || Borrowing<R>) {
        return view_of<std::remove_cvref_t<R>>(call());
      } else if constexpr (!std::is_void_v<R>) {
        return view_of<R>(call()).deep_copy();
      }
    }
  }
}

// The listed names come first, then the members.
template <class T>
Value record_field(const void* pointer, std::size_t wanted) {
  const T& target = *static_cast<const T*>(pointer);
  Value out;
  std::size_t i = 0;
  if constexpr (Listing<T>) {
    const auto listed = [&](auto get) {
      if (i++ == wanted) out = listed_value(target, get);
    };
    listed_members<T>.listed.for_each([&](const auto& entry) { listed(entry.get); });
  }
  if constexpr (plain_members<T>() != 0) {
    reflect::detail::apply_members<plain_members<T>()>(target, [&](const auto&... members) {
      (void)((i++ == wanted && (out = view_of(members), true)) || ...);
    });
  }
  return out;
}

template <class T>
consteval auto name_table() {
  constexpr std::size_t listed = decltype(member_list<T>())::kSize;
  static_assert(listed <= 128, "retort::members: more than 128 members");
  NameTable<listed + plain_members<T>()> table{};
  if constexpr (listed != 0) {
    for (std::size_t i = 0; i < listed; ++i) table.names[i] = decltype(member_list<T>())::kNames[i];
  }
  [&]<std::size_t... i>(std::index_sequence<i...>) {
    ((table.names[listed + i] = reflect::member_name<T, i>), ...);
  }
  (std::make_index_sequence<plain_members<T>()>{});
  table.fill();
  return table;
}

template <class T>
inline constexpr auto kNameTable = name_table<T>();

template <class T>
constexpr RecordView::Range shown_members() {
  constexpr std::size_t listed = decltype(member_list<T>())::kSize, plain = plain_members<T>();
  return plain ? RecordView::Range{listed, listed + plain} : RecordView::Range{0, listed};
}

/// Members that lead to other objects, and so perhaps back: a copy goes without them.
template <class T>
consteval std::uint64_t hidden_members() {
  std::uint64_t hidden = 0;
  [&]<std::size_t... i>(std::index_sequence<i...>) {
    ((hidden |= std::uint64_t{LeadsElsewhere<reflect::member_type<T, i>>} << i), ...);
  }
  (std::make_index_sequence<plain_members<T>()>{});
  return hidden;
}

template <class T>
inline constexpr RecordView kRecordView{short_name(reflect::type_name<T>), kNameTable<T>, shown_members<T>(),
                                        hidden_members<T>(), &record_field<T>};

// Sequences and maps.

/// What a container's iterator gives: seen where it lies, or copied when it is made anew.
template <class R>
Value view_item(R&& item) {
  if constexpr (std::is_lvalue_reference_v<R> || Borrowing<R>) {
    return view_of<std::remove_cvref_t<R>>(item);
  } else {
    return view_of<std::remove_cvref_t<R>>(item).deep_copy();
  }
}

template <class T>
const T& target_of(const void* target) {
  return *static_cast<const T*>(target);
}

/// The items of a container, or of a map the keys.
template <class T>
class RangeIterator final : public ValueIterator {
 public:
  explicit RangeIterator(const T& range) : at_(range.begin()), end_(range.end()) {}
  bool next(Value& out) override {
    if (at_ == end_) return false;
    if constexpr (KeyedLike<T>) {
      out = view_of(at_->first);
    } else {
      out = view_item<decltype(*at_)>(*at_);
    }
    ++at_;
    return true;
  }

 private:
  decltype(std::declval<const T&>().begin()) at_;
  decltype(std::declval<const T&>().end()) end_;
};

template <class T>
Owned<ValueIterator> walk_range(const void* target) {
  return Owned<ValueIterator>(new RangeIterator<T>(target_of<T>(target)));
}

template <class T>
std::size_t range_size(const void* target) {
  if constexpr (std::is_array_v<T>) {
    return std::extent_v<T>;
  } else if constexpr (requires(const T& t) { t.size(); }) {
    return static_cast<std::size_t>(target_of<T>(target).size());
  } else {
    return std::tuple_size_v<T>;
  }
}

template <class T>
concept Indexed = std::is_array_v<T> || requires(const T& t) {
  t[std::size_t{0}];
};

template <class T>
Value range_at(const void* pointer, std::size_t i) {
  const T& target = target_of<T>(pointer);
  if constexpr (Indexed<T>) {
    return view_item<decltype(target[i])>(target[i]);
  } else {
    auto at = target.begin();
    while (i--) ++at;
    return view_item<decltype(*at)>(*at);
  }
}

template <class T>
Value tuple_at(const void* pointer, std::size_t wanted) {
  const T& target = target_of<T>(pointer);
  Value out;
  [&]<std::size_t... i>(std::index_sequence<i...>) {
    (void)((i == wanted && (out = view_of(get<i>(target)), true)) || ...);
  }
  (std::make_index_sequence<std::tuple_size_v<T>>{});
  return out;
}

template <class T>
consteval SequenceView::Walk range_walk() {
  if constexpr (Indexed<T>) {
    return nullptr;
  } else {
    return &walk_range<T>;
  }
}

template <class T>
inline constexpr SequenceView kListView{false, &range_size<T>, &range_at<T>, range_walk<T>()};
template <class T>
inline constexpr SequenceView kTupleView{true, &range_size<T>, &tuple_at<T>, nullptr};

// Text keys of other types than the map's are made into one, where the map does not find
// them as they are (std::less<>).
template <class T>
Value map_find(const void* pointer, const Value& key) {
  const T& target = target_of<T>(pointer);
  using Key = typename T::key_type;
  const auto value = [&](const auto& at) { return at == target.end() ? Value() : view_of(at->second); };
  if constexpr (std::is_enum_v<Key>) {
    Key wanted{};
    if (!key.is_string() || !reflect::enum_from_name(key.as_string(), wanted)) return {};
    return value(target.find(wanted));
  } else if constexpr (std::is_integral_v<Key>) {
    std::int64_t wanted = 0;
    if (!integer_key(key, wanted) || !std::in_range<Key>(wanted)) return {};
    return value(target.find(static_cast<Key>(wanted)));
  } else {
    if (!key.is_string()) return {};
    if constexpr (requires { target.find(std::string_view{}); }) {
      return value(target.find(key.as_string()));
    } else {
      return value(target.find(Key(key.as_string())));
    }
  }
}

template <class T>
Value map_copy(const void* target) {
  Value out = Value::dict();
  for (const auto& [key, value] : target_of<T>(target)) out.set(view_of(key), view_of(value));
  return out;
}

template <class T>
inline constexpr MappingView kMappingView{&range_size<T>, &map_find<T>, &walk_range<T>, &map_copy<T>};

template <class T>
Value view_map(const T& target) {
  using Key = typename T::key_type;
  static constexpr bool kText = TextLike<Key> && std::is_constructible_v<Key, std::string_view>;
  static constexpr bool kGood = kText || std::is_enum_v<Key> || std::is_integral_v<Key>;
  static_assert(kGood, "retort::Value::view: the keys of a map must be text, integers or enumerators");
  if constexpr (kGood) return Value::view(kMappingView<T>, &target);
}

// What holds something else, or nothing.
template <class T>
Value view_held(const T& target) {
  if constexpr (VariantLike<T>) {
    if (target.valueless_by_exception()) return Value(nullptr);
    return visit(
        []<class Held>(const Held& held) {
          if constexpr (std::is_empty_v<Held>) {
            return Value(nullptr);  // std::monostate
          } else {
            return view_of(held);
          }
        },
        target);  // std::visit, by its argument
  } else {
    return target ? view_of(*target) : Value(nullptr);
  }
}

template <class T>
Value view_scalar(const T& target) {
  if constexpr (std::is_enum_v<T>) {
    const std::string_view name = reflect::enum_name(target);
    return name.empty() ? Value(static_cast<std::int64_t>(target)) : Value::borrow(name);
  } else {
    return Value(target);
  }
}

template <class T>
concept DataPointer = std::is_pointer_v<T> && std::is_object_v<std::remove_pointer_t<T>>;

template <class T>
Value view_of(const T& target) {
  if constexpr (std::is_same_v<T, Value>) {
    return target;
  } else if constexpr (std::is_same_v<T, Markup>) {
    return borrow_markup(target);
  } else if constexpr (kIsScalarType<T>) {
    return scalar_value(target);
  } else if constexpr (std::is_enum_v<T> || std::is_arithmetic_v<T> || std::is_null_pointer_v<T>) {
    return view_scalar(target);
  } else if constexpr (Listing<T>) {
    return Value::view(kRecordView<T>, &target);
  } else if constexpr (TextLike<T>) {
    if constexpr (std::is_pointer_v<T>) {
      if (!target) return Value(nullptr);
    }
    return Value::borrow(std::string_view(target));
  } else if constexpr (ReferenceLike<T>) {
    return view_of<std::remove_cv_t<typename T::type>>(target.get());
  } else if constexpr (DataPointer<T>) {
    return target ? view_of<std::remove_cv_t<std::remove_pointer_t<T>>>(*target) : Value(nullptr);
  } else if constexpr (OptionalLike<T> || PointerLike<T> || VariantLike<T>) {
    return view_held(target);
  } else if constexpr (KeyedLike<T>) {
    return view_map(target);
  } else if constexpr (ListLike<T>) {
    return Value::view(kListView<T>, &target);
  } else if constexpr (TupleLike<T>) {
    return Value::view(kTupleView<T>, &target);
  } else if constexpr (LeadsElsewhere<T>) {
    return Value(nullptr);  // and is too large to be looked at
  } else {
    static_assert(
        reflect::Aggregate<T>,
        "retort::Value::view: templates cannot see this type: it is neither a number, text, an enum, "
        "Uuid, an optional, a pointer, a variant, a container, a map, a tuple, a plain struct, nor a "
        "class that lists its template_members");
    if constexpr (reflect::Aggregate<T>) return Value::view(kRecordView<T>, &target);
  }
}

}  // namespace detail

template <class T>
Value Value::view(const T& target) {
  return detail::view_of(target);
}

}  // namespace retort
