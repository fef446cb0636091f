// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Value: the dynamic value that JSON, templates and sessions share. 16 bytes; text of up
// to 14 bytes, numbers and constants live inside it. Longer text, containers and objects
// are counted references: as in Python, copying a list or dict shares it (copy() and
// deep_copy() do not). Equality, order, hash, truth, str and repr are Python's. A cycle
// (a list inside itself) is never freed.
//
// Counts are not atomic: a Value belongs to one thread, which debug builds check. freeze()
// makes a value immutable, immortal, and shareable between threads.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "retort/value/error.h"
#include "retort/value/markup.h"

namespace retort {

class Object;
class Undefined;
class Value;
class ViewType;

namespace detail {
struct Box;
struct BoxHead {
  std::uint32_t count;  // kImmortal: frozen, never touched again
  std::uint32_t owner;  // number of the thread that made it, for the debug check
};
inline constexpr std::uint32_t kImmortal = 0xffffffffu;
void check_owner(const BoxHead& head);
void destroy_box(Box* box);
}  // namespace detail

/// How deep equality, repr, hash, copying, freezing and JSON descend before they throw
/// RecursionError. Chosen so that the deepest descent fits a fiber's stack.
inline constexpr int kMaxValueDepth = 200;

/// A borrowed run of values or entries; valid until the container changes.
template <class T>
class ValueSpan {
 public:
  ValueSpan() = default;
  ValueSpan(const T* data, std::size_t size) : data_(data), size_(size) {}
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const T& operator[](std::size_t i) const { return data_[i]; }

 private:
  const T* data_ = nullptr;
  std::size_t size_ = 0;
};

class Value {
 public:
  enum class Kind : std::uint8_t {
    undefined,  ///< what a lookup without a result gives; Value()
    none,
    boolean,
    integer,  ///< std::int64_t
    real,     ///< double
    string,   ///< UTF-8
    markup,   ///< a string that is safe HTML
    bytes,
    list,
    tuple,
    dict,
    object,
    view,  ///< a program's own data, seen where it lies: view()
  };

  struct Entry;
  struct Member;
  using Items = ValueSpan<Value>;
  using Entries = ValueSpan<Entry>;

  Value() noexcept = default;
  Value(std::nullptr_t) noexcept : kind_(Kind::none) {}  // NOLINT: implicit by design, as all below
  /// Integers and bool. Throws ValueError for an unsigned number beyond std::int64_t.
  template <class T, std::enable_if_t<std::is_integral_v<T>, int> = 0>
  Value(T number) {  // NOLINT
    static_assert(!std::is_same_v<T, char> && !std::is_same_v<T, char8_t> && !std::is_same_v<T, char16_t> &&
                      !std::is_same_v<T, char32_t> && !std::is_same_v<T, wchar_t>,
                  "retort::Value: a character is neither a number nor text; write std::string(1, c)");
    if constexpr (std::is_same_v<T, bool>) {
      kind_ = Kind::boolean;
      payload_.integer = number;
    } else {
      if constexpr (std::is_unsigned_v<T> && sizeof(T) >= sizeof(std::int64_t)) {
        if (number > static_cast<T>(INT64_MAX)) throw_too_large();
      }
      kind_ = Kind::integer;
      payload_.integer = static_cast<std::int64_t>(number);
    }
  }
  template <class T, std::enable_if_t<std::is_floating_point_v<T>, int> = 0>
  Value(T number) noexcept : kind_(Kind::real) {  // NOLINT
    payload_.real = static_cast<double>(number);
  }
  Value(std::string_view text) { set_text(text, Kind::string); }      // NOLINT
  Value(const std::string& text) { set_text(text, Kind::string); }    // NOLINT
  Value(const char* text) { set_text(text, Kind::string); }           // NOLINT
  Value(const Markup& html) { set_text(html.view(), Kind::markup); }  // NOLINT

  Value(const Value& o) noexcept { copy_from(o); }
  Value(Value&& o) noexcept { take_from(o); }
  Value& operator=(const Value& o) noexcept {
    Value copy(o);
    swap(copy);
    return *this;
  }
  Value& operator=(Value&& o) noexcept {
    Value taken(static_cast<Value&&>(o));
    swap(taken);
    return *this;
  }
  ~Value() {
    if (is_boxed()) release();
  }
  void swap(Value& o) noexcept;

  static Value bytes(std::string_view data);
  static Value markup(std::string_view html);
  static Value list(std::initializer_list<Value> items = {});
  static Value tuple(std::initializer_list<Value> items = {});
  static Value tuple(Items items);
  /// `Value::dict({{"name", "Ada"}, {"born", 1815}})`. A repeated key keeps its last value.
  static Value dict(std::initializer_list<Member> members = {});
  /// A program's own type. The value owns it.
  /// `owner` is a std::unique_ptr to an Object or what derives from it.
  template <class P, class = decltype(std::declval<P&>().release())>
  static Value object(P owner) {
    return own(owner.release());
  }
  /// An undefined value that tells where it comes from: `info` is a std::unique_ptr to an
  /// Undefined or what derives from it.
  template <class P, class = decltype(std::declval<P&>().release())>
  static Value undefined(P info) {
    return own_undefined(info.release());
  }
  /// A program's own data without a copy: an aggregate, a container, text. It must outlive
  /// the value and every copy of it. Defined in "retort/value/view.h".
  template <class T>
  static Value view(const T& target);
  template <class T>
  static Value view(const T&& target) = delete;
  static Value view(const ViewType& type, const void* target) noexcept;
  /// Text without a copy; it must outlive the value and every copy of it.
  static Value borrow(std::string_view text) noexcept;

  // What it is.

  Kind kind() const noexcept { return kind_; }
  bool is_undefined() const { return kind_ == Kind::undefined; }
  bool is_none() const { return kind_ == Kind::none; }
  bool is_bool() const { return kind_ == Kind::boolean; }
  bool is_int() const { return kind_ == Kind::integer; }
  bool is_double() const { return kind_ == Kind::real; }
  bool is_number() const { return is_int() || is_double(); }
  /// Text; markup is text too.
  bool is_string() const { return kind_ == Kind::string || kind_ == Kind::markup; }
  bool is_markup() const { return kind_ == Kind::markup; }
  bool is_bytes() const { return kind_ == Kind::bytes; }
  bool is_list() const { return kind_ == Kind::list; }
  bool is_tuple() const { return kind_ == Kind::tuple; }
  bool is_sequence() const { return is_list() || is_tuple(); }
  bool is_dict() const { return kind_ == Kind::dict; }
  bool is_object() const { return kind_ == Kind::object; }
  bool is_view() const { return kind_ == Kind::view; }
  /// Python's name of its type: "int", "str", "NoneType", "Markup", an object's own.
  std::string_view type_name() const;

  // As a C++ type; TypeError when it is another kind. Views live as long as the value.

  bool as_bool() const {
    if (!is_bool()) throw_type("a bool");
    return payload_.integer != 0;
  }
  std::int64_t as_int() const {
    if (!is_int()) throw_type("an integer");
    return payload_.integer;
  }
  /// Real or integer.
  double as_double() const {
    if (is_int()) return static_cast<double>(payload_.integer);
    if (!is_double()) throw_type("a number");
    return payload_.real;
  }
  std::string_view as_string() const {
    if (!is_string()) throw_type("a string");
    return text();
  }
  std::string_view as_bytes() const {
    if (!is_bytes()) throw_type("bytes");
    return text();
  }
  const Object& as_object() const;
  Object& as_object();
  /// What a view looks at.
  const ViewType& view_type() const noexcept;
  const void* view_target() const noexcept { return payload_.target; }
  /// What stands behind an undefined value; null when nothing does.
  const Undefined* undefined_info() const noexcept;

  // Containers.

  /// Python's len(): items, entries, bytes, code points of text, an object's length.
  /// TypeError for what has none.
  std::size_t size() const;
  bool empty() const { return size() == 0; }
  /// The items of a list or tuple.
  Items items() const;
  /// The entries of a dict in the order of insertion.
  Entries entries() const;

  /// The value of a dict's key; null when there is none, or when this is no dict.
  const Value* find(std::string_view key) const;
  const Value* find(const char* key) const { return find(std::string_view(key)); }
  const Value* find(const std::string& key) const { return find(std::string_view(key)); }
  const Value* find(const Value& key) const;
  /// The same where the key may again be at the position where it was last: `hint` is that
  /// position, and is changed when it is another one. For callers that look up one key in
  /// many dicts alike.
  const Value* find(std::string_view key, std::uint32_t& hint) const;
  bool contains(std::string_view key) const { return find(key) != nullptr; }
  /// The value of a dict's key; undefined when there is none, or when this is no dict.
  const Value& operator[](std::string_view key) const& { return get(key); }
  Value operator[](std::string_view key) && { return get(key); }
  const Value& operator[](const char* key) const& { return get(std::string_view(key)); }
  Value operator[](const char* key) && { return get(std::string_view(key)); }
  const Value& get(std::string_view key) const;
  const Value& get(const char* key) const { return get(std::string_view(key)); }
  const Value& get(const std::string& key) const { return get(std::string_view(key)); }
  const Value& get(const Value& key) const;
  Value get(std::string_view key, Value otherwise) const;
  /// The i-th item of a list or tuple; undefined when there is none.
  template <class I, std::enable_if_t<std::is_integral_v<I>, int> = 0>
  const Value& operator[](I i) const& {
    return item_at(static_cast<std::size_t>(i));
  }
  template <class I, std::enable_if_t<std::is_integral_v<I>, int> = 0>
  Value operator[](I i) && {
    return item_at(static_cast<std::size_t>(i));
  }

  /// Sets a dict's entry; a new key goes to the end. TypeError for a key without a hash
  /// (list, dict), for a frozen dict, or when this is no dict. O(1) on average.
  void set(std::string_view key, Value value);
  void set(const std::string& key, Value value) { set(std::string_view(key), static_cast<Value&&>(value)); }
  void set(const char* key, Value value) { set(std::string_view(key), static_cast<Value&&>(value)); }
  void set(const Value& key, Value value);
  /// Sets the i-th item of a list; IndexError when there is none.
  void set_item(std::size_t i, Value value);
  void push_back(Value item);
  /// Puts an item before the i-th of a list; at the end where there is none.
  void insert_item(std::size_t i, Value item);
  /// Removes a dict's key; false when it was not there. Linear in the size.
  bool erase(const Value& key);
  /// Removes the i-th item of a list; IndexError when there is none.
  void erase_item(std::size_t i);
  void clear();
  void reserve(std::size_t size);

  // As Python has them.

  bool truthy() const;
  /// 1 == 1.0 == True; containers by their items, dicts whatever their order.
  friend bool operator==(const Value& a, const Value& b) { return equal(a, b); }
  /// Python's order of numbers, text, bytes, lists, tuples. TypeError where it has none.
  static std::partial_ordering compare(const Value& a, const Value& b);
  /// Equal values hash alike. TypeError for list, dict and views of a program's data.
  std::size_t hash() const;
  std::string str() const;
  std::string repr() const;
  void append_str(std::string& out) const;
  void append_repr(std::string& out) const;

  /// A list or dict with the same items; other kinds are themselves.
  Value copy() const;
  /// Lists, tuples and dicts copied all the way down; objects are shared.
  Value deep_copy() const;
  /// Makes this and all that it holds immutable and immortal. Objects are asked to freeze.
  const Value& freeze();
  bool is_frozen() const;
  /// Whether no other Value shares what this one holds.
  bool is_unique() const noexcept { return !is_boxed() || head().count == 1; }

  /// The one undefined value that lookups refer to.
  static const Value& undefined();

 private:
  friend struct ValueAccess;  // detail/box.h: the boxes' view of a Value

  static constexpr std::size_t kInlineSize = 14;
  static constexpr std::uint8_t kBoxed = 0xff;
  static constexpr std::uint8_t kBorrowed = 0xfe;

  bool is_boxed() const noexcept { return size_ == kBoxed; }
  detail::BoxHead& head() const noexcept { return *payload_.box; }
  const char* inline_text() const noexcept { return reinterpret_cast<const char*>(this); }
  std::string_view text() const noexcept {
    if (size_ <= kInlineSize) return std::string_view(inline_text(), std::size_t{size_});
    if (size_ == kBorrowed)
      return std::string_view(static_cast<const char*>(payload_.target), static_cast<std::size_t>(more()));
    return boxed_text();
  }
  // The 48 bits between the payload and size_: a borrowed text's size, a view's type.
  std::uint64_t more() const noexcept {
    std::uint64_t out = 0;
    __builtin_memcpy(&out, more_, sizeof more_);
    return out;
  }
  void set_more(std::uint64_t bits) noexcept { __builtin_memcpy(more_, &bits, sizeof more_); }
  std::string_view boxed_text() const noexcept;
  void set_text(std::string_view text, Kind kind);

  void copy_from(const Value& o) noexcept {
    __builtin_memcpy(static_cast<void*>(this), &o, sizeof(Value));
    if (is_boxed()) retain();
  }
  void take_from(Value& o) noexcept {
    __builtin_memcpy(static_cast<void*>(this), &o, sizeof(Value));
    o.kind_ = Kind::undefined;
    o.size_ = 0;
  }
  void retain() const noexcept {
    detail::BoxHead& h = head();
    if (h.count == detail::kImmortal) return;
#ifndef NDEBUG
    detail::check_owner(h);
#endif
    ++h.count;
  }
  void release() noexcept {
    detail::BoxHead& h = head();
    if (h.count == detail::kImmortal) return;
#ifndef NDEBUG
    detail::check_owner(h);
#endif
    if (--h.count == 0) detail::destroy_box(reinterpret_cast<detail::Box*>(payload_.box));
  }

  static Value own(Object* object);
  static Value own_undefined(Undefined* info);
  const Value& item_at(std::size_t i) const;
  static bool equal(const Value& a, const Value& b);
  static bool equal_deep(const Value& a, const Value& b, int depth);
  static std::partial_ordering order(const Value& a, const Value& b, int depth);
  [[noreturn]] static void throw_too_large();
  [[noreturn]] void throw_type(const char* expected) const;

  // Bytes 0..13 are inline text; 0..7 a number or a pointer, 8..13 what belongs to a borrowed
  // pointer; 14 the inline text's size, kBoxed or kBorrowed; 15 the kind.
  union Payload {
    std::int64_t integer;
    double real;
    detail::BoxHead* box;
    const void* target;
  };
  Payload payload_{0};
  char more_[6] = {};
  std::uint8_t size_ = 0;
  Kind kind_ = Kind::undefined;
};

static_assert(sizeof(Value) == 16);

/// An entry of a dict.
struct Value::Entry {
  Value key;
  Value value;
};

/// What Value::dict({...}) and json({...}) are made from: `{"name", value}`.
struct Value::Member {
  std::string_view key;
  Value value;
};

inline void Value::swap(Value& o) noexcept {
  unsigned char bytes[sizeof(Value)];
  __builtin_memcpy(bytes, static_cast<const void*>(this), sizeof(Value));
  __builtin_memcpy(static_cast<void*>(this), static_cast<const void*>(&o), sizeof(Value));
  __builtin_memcpy(static_cast<void*>(&o), bytes, sizeof(Value));
}

}  // namespace retort
