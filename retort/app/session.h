// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Session: what an app remembers of a client from one request to the next, by default in a
// signed cookie (Flask: session). `session["user_id"] = 7;` anywhere in a request; a view
// may take it as Session&. It is opened at its first use, and that use is what sets
// `Vary: Cookie`. Belongs to one request's context; not thread-safe.
//
// Only what is set through the session itself is noticed. After a change inside of a list
// or dict that it holds, say `session.modified(true)`.

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "retort/app/argument.h"
#include "retort/base/owned.h"
#include "retort/value/convert.h"
#include "retort/value/value.h"

namespace retort {

struct Date;
struct DateTime;

class Session {
 public:
  Session() : data_(Value::dict()) {}
  /// With what was kept, a dict.
  explicit Session(Value data) : data_(std::move(data)) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  virtual ~Session() = default;
  /// One of the same kind with a copy of the data, for copy_current_request_context. A derived
  /// class that has members of its own overrides it.
  virtual Owned<Session> copy() const;

  /// `session["name"]`: reading it throws KeyError when the name is not there.
  class Slot {
   public:
    Slot(Session& session, std::string_view key) : session_(session), key_(key) {}
    template <class T>
    const Slot& operator=(const T& value) const {  // NOLINT: a proxy's assignment
      session_.set(key_, value);
      return *this;
    }
    const Slot& operator=(const Slot& other) const {  // NOLINT: as above
      session_.set(key_, other.value());
      return *this;
    }
    Slot(const Slot&) = default;
    Value value() const { return session_.at(key_); }
    operator Value() const { return value(); }  // NOLINT: implicit by design
    friend bool operator==(const Slot& slot, const Value& value) { return slot.value() == value; }

   private:
    Session& session_;
    std::string_view key_;
  };
  Slot operator[](std::string_view key) { return Slot(*this, key); }

  /// The value of `key`; none when it is not there.
  Value get(std::string_view key) const { return get(key, Value(nullptr)); }
  Value get(std::string_view key, Value otherwise) const { return data_.get(key, std::move(otherwise)); }
  /// The same as a C++ type; empty when it is not there, or another type.
  template <class T>
  std::optional<T> get(std::string_view key) const {
    const Value* found = data_.find(key);
    std::optional<T> out;
    if (found && !read(*found, out.emplace())) out.reset();
    return out;
  }
  template <class T, class = std::enable_if_t<!std::is_null_pointer_v<T>>>
  T get(std::string_view key, T otherwise) const {
    std::optional<T> found = get<T>(key);
    return found ? std::move(*found) : std::move(otherwise);
  }
  std::string get(std::string_view key, const char* otherwise) const;
  bool contains(std::string_view key) const { return data_.contains(key); }

  /// Sets what to_value takes, and Uuid, DateTime and Date as what they are.
  template <class T>
  void set(std::string_view key, const T& value) {
    if constexpr (std::is_same_v<T, Value>) {
      put(key, value);
    } else if constexpr (std::is_same_v<T, Uuid> || std::is_same_v<T, DateTime> || std::is_same_v<T, Date>) {
      put(key, typed(value));
    } else {
      put(key, to_value(value));
    }
  }
  /// Removes a key and gives its value. KeyError when it is not there and there is no `otherwise`.
  Value pop(std::string_view key);
  Value pop(std::string_view key, Value otherwise);
  /// The value of `key`, which becomes `value` when it is not there.
  Value setdefault(std::string_view key, Value value);
  /// Sets the entries of a dict: `session.update({{"a", 1}, {"b", 2}})`.
  void update(std::initializer_list<Value::Member> members) { merge(Value::dict(members)); }
  /// A template, so that braces are a dict's members and nothing else.
  template <class V, std::enable_if_t<std::is_same_v<V, Value>, int> = 0>
  void update(const V& dict) {
    merge(dict);
  }
  void clear();

  std::size_t size() const { return data_.size(); }
  bool empty() const { return data_.empty(); }
  /// Entries (`key`, `value`) in the order in which they came.
  const Value::Entry* begin() const { return data_.entries().begin(); }
  const Value::Entry* end() const { return data_.entries().end(); }
  /// The dict behind it, shared: what is changed there goes unnoticed.
  const Value& data() const { return data_; }

  /// Whether the cookie outlives the browser, by PERMANENT_SESSION_LIFETIME.
  bool permanent() const { return data_.get("_permanent").truthy(); }
  void permanent(bool value) { put("_permanent", value); }
  /// Whether it was changed, and will be saved.
  bool modified() const { return modified_; }
  void modified(bool value) { modified_ = value; }
  /// Whether something in this request has used it.
  bool accessed() const { return accessed_; }
  void accessed(bool value) { accessed_ = value; }
  /// Whether the client sent no session, or none that counts (Flask: new).
  bool is_new() const { return is_new_; }
  void is_new(bool value) { is_new_ = value; }
  /// Gives the session a new identity where it has one, as an id on a server: from then on the
  /// client's old one is nobody's. To be called when somebody logs in or out.
  virtual void renew() {}

  /// For flash.h: what get_flashed_messages took out in this request; undefined before.
  Value& taken_flashes() { return taken_flashes_; }

 protected:
  /// Comes before every change; may throw.
  virtual void will_change() {}

 private:
  friend class SessionChange;
  Value at(std::string_view key) const;
  void merge(const Value& dict);
  void put(std::string_view key, Value value);
  static Value typed(const Uuid& value);
  static Value typed(const DateTime& value);
  static Value typed(const Date& value);
  static bool read_typed(const Value& from, Uuid& out);
  static bool read_typed(const Value& from, DateTime& out);
  static bool read_typed(const Value& from, Date& out);

  template <class T>
  static bool read(const Value& from, T& out) {
    if constexpr (std::is_same_v<T, Uuid> || std::is_same_v<T, DateTime> || std::is_same_v<T, Date>) {
      return read_typed(from, out);
    } else {
      FieldErrors errors;
      return from_value(from, out, errors);
    }
  }

  Value data_;
  Value taken_flashes_;
  bool modified_ = false;
  bool accessed_ = false;
  bool is_new_ = false;
};

/// Stands in where an app has no SECRET_KEY: empty, and an error that says so at every change.
class NullSession : public Session {
 public:
  Owned<Session> copy() const override;

 protected:
  void will_change() override;
};

namespace detail {

Session& context_session(Context& context);
/// The current request's; throws OutsideContext.
Session& current_session();

struct CurrentSession {
  Session& operator*() const { return current_session(); }
  Session* operator->() const { return &current_session(); }
  operator Session&() const { return current_session(); }  // NOLINT: implicit by design

  Session::Slot operator[](std::string_view key) const { return (**this)[key]; }
  Value get(std::string_view key) const { return (**this).get(key); }
  Value get(std::string_view key, Value otherwise) const { return (**this).get(key, std::move(otherwise)); }
  template <class T>
  std::optional<T> get(std::string_view key) const {
    return (**this).template get<T>(key);
  }
  template <class T, class = std::enable_if_t<!std::is_null_pointer_v<T>>>
  T get(std::string_view key, T otherwise) const {
    return (**this).template get<T>(key, std::move(otherwise));
  }
  std::string get(std::string_view key, const char* otherwise) const { return (**this).get(key, otherwise); }
  template <class T>
  void set(std::string_view key, const T& value) const {
    (**this).set(key, value);
  }
  bool contains(std::string_view key) const { return (**this).contains(key); }
  Value pop(std::string_view key) const { return (**this).pop(key); }
  Value pop(std::string_view key, Value otherwise) const { return (**this).pop(key, std::move(otherwise)); }
  Value setdefault(std::string_view key, Value value) const {
    return (**this).setdefault(key, std::move(value));
  }
  void update(std::initializer_list<Value::Member> members) const { (**this).update(members); }
  template <class V, std::enable_if_t<std::is_same_v<V, Value>, int> = 0>
  void update(const V& dict) const {
    (**this).update(dict);
  }
  void clear() const { (**this).clear(); }
  std::size_t size() const { return (**this).size(); }
  bool empty() const { return (**this).empty(); }
  const Value::Entry* begin() const { return (**this).begin(); }
  const Value::Entry* end() const { return (**this).end(); }
  bool permanent() const { return (**this).permanent(); }
  void permanent(bool value) const { (**this).permanent(value); }
  bool modified() const { return (**this).modified(); }
  void modified(bool value) const { (**this).modified(value); }
  bool is_new() const { return (**this).is_new(); }
  void renew() const { (**this).renew(); }
};

}  // namespace detail

/// The session of the request that the calling fiber answers.
inline constexpr detail::CurrentSession session{};

/// The session for templates: `session.user_id`, `session["user_id"]`, `session.get("x", 0)`,
/// `"x" in session`, and items(), keys(), values(). It opens the current request's session
/// when something reads it, not before: it can be part of every template's context.
Value session_value();

template <>
struct Inject<Session> {
  static Session& get(Context& context) { return detail::context_session(context); }
};

}  // namespace retort
