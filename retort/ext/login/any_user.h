// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// AnyUser: a user of any type, as the login manager knows one. A program's own struct is a user as it
// stands, without a base class; what Flask-Login asks of a user is read from it where it has it:
//
//   id, or get_id()                 what the session keeps: text, an integer, a Uuid
//   is_active                       a bool, or a function; without it: true
//   is_authenticated                likewise; without it: whether it is active
//   is_anonymous                    likewise; without it: false
//   login_generation                an integer, for log_out_everywhere; get_id() becomes "7.3"
//
// An AnyUser is made from what points to a user (a db::Handle, a smart pointer, an optional, a plain
// pointer, which must outlive the request) or from a user, which is copied. Copies mean the same user.
// Belongs to one thread.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "retort/base/uuid.h"
#include "retort/value/value.h"
#include "retort/value/viewable.h"

namespace retort::login {

/// Whether a struct can be a user: it can say which one.
template <class T>
concept UserLike = requires(const T& user) {
  user.get_id();
}
|| requires(const T& user) { user.id; };

/// Whether a type points to a user, or to none.
template <class P>
concept UserPointer = !UserLike<P> && requires(P & pointer) {
  static_cast<bool>(pointer);
  *pointer;
}
&&UserLike<std::remove_cvref_t<decltype(*std::declval<P&>())>>;

template <class T>
concept HasGeneration = requires(const T& user) {
  user.login_generation + 1;
};

namespace detail {

template <class T>
inline constexpr char kUserTag = 0;  // its address names the type

/// Text of an id: text itself, digits, a Uuid's text.
template <class I>
std::string id_text(const I& id) {
  if constexpr (std::is_convertible_v<const I&, std::string_view>) {
    return std::string(std::string_view(id));
  } else if constexpr (std::is_same_v<I, Uuid>) {
    return id.str();
  } else {
    static_assert(std::is_integral_v<I> && !std::is_same_v<I, bool>,
                  "retort: a user's id is text, an integer or a Uuid; give the struct a get_id() that is");
    return std::to_string(id);
  }
}

template <class T>
std::string id_of(const T& user) {
  if constexpr (requires { user.get_id(); }) {
    return id_text(user.get_id());
  } else {
    return id_text(user.id);
  }
}

// A flag is a member or a function; `otherwise` where the user has none.
#define RETORT_USER_FLAG(name)                            \
  template <class T>                                      \
  bool name##_of(const T& user, bool otherwise) {         \
    if constexpr (requires { user.name(); }) {            \
      return static_cast<bool>(user.name());              \
    } else if constexpr (requires { bool(user.name); }) { \
      return static_cast<bool>(user.name);                \
    } else {                                              \
      return otherwise;                                   \
    }                                                     \
  }
RETORT_USER_FLAG(is_active)
RETORT_USER_FLAG(is_authenticated)
RETORT_USER_FLAG(is_anonymous)
#undef RETORT_USER_FLAG

/// A user behind its type; counted.
class UserBox {
 public:
  UserBox() = default;
  UserBox(const UserBox&) = delete;
  UserBox& operator=(const UserBox&) = delete;
  virtual ~UserBox() = default;

  virtual bool is_active() = 0;
  virtual bool is_authenticated() = 0;
  virtual bool is_anonymous() = 0;
  virtual std::optional<std::string> plain_id() = 0;
  virtual std::string generation() = 0;
  /// Adds one to the login_generation; false without one.
  virtual bool next_generation() = 0;
  /// The object, or what points to it, where `tag` is its type's; else null.
  virtual void* find(const char* tag) = 0;
  /// As templates see it; undefined where they cannot.
  virtual Value value() = 0;

  std::size_t references = 1;
};

template <class T, bool anonymous>
class TypedBox : public UserBox {
 public:
  virtual T& user() = 0;

  bool is_active() override { return is_active_of(user(), !anonymous); }
  bool is_authenticated() override {
    return is_authenticated_of(user(), !anonymous && is_active_of(user(), true));
  }
  bool is_anonymous() override { return is_anonymous_of(user(), anonymous); }
  std::optional<std::string> plain_id() override {
    if constexpr (UserLike<T>) {
      return id_of(user());
    } else {
      return std::nullopt;
    }
  }
  std::string generation() override {
    if constexpr (HasGeneration<T>) {
      return '.' + std::to_string(user().login_generation);
    } else {
      return "";
    }
  }
  bool next_generation() override {
    if constexpr (HasGeneration<T> && !std::is_const_v<T>) {
      ++user().login_generation;
      return true;
    } else {
      return false;
    }
  }
  Value value() override {
    using U = std::remove_const_t<T>;
    if constexpr (retort::detail::kViewable<U>) {
      return Value::view(static_cast<const U&>(user()));
    } else {
      return {};
    }
  }

 protected:
  void* find_user(const char* tag) {
    if (tag == &kUserTag<const T>) return const_cast<std::remove_const_t<T>*>(&user());
    return tag == &kUserTag<T> ? const_cast<std::remove_const_t<T>*>(&user()) : nullptr;
  }
};

template <class P>
using Pointee = std::remove_reference_t<decltype(*std::declval<P&>())>;

/// A user by what points to it.
template <class P>
class PointerBox final : public TypedBox<Pointee<P>, false> {
 public:
  explicit PointerBox(P pointer) : pointer_(std::move(pointer)) {}
  Pointee<P>& user() override { return *pointer_; }
  void* find(const char* tag) override { return tag == &kUserTag<P> ? &pointer_ : this->find_user(tag); }

 private:
  P pointer_;
};

/// A copy of a user.
template <class T, bool anonymous>
class ObjectBox final : public TypedBox<T, anonymous> {
 public:
  explicit ObjectBox(T user) : user_(std::move(user)) {}
  T& user() override { return user_; }
  void* find(const char* tag) override { return this->find_user(tag); }

 private:
  T user_;
};

}  // namespace detail

class AnyUser {
 public:
  /// Nobody: an anonymous user without a type.
  AnyUser() = default;
  AnyUser(std::nullptr_t) {}  // NOLINT: implicit by design, as below
  template <UserPointer P>
  AnyUser(P pointer) {  // NOLINT
    if (pointer) box_ = new detail::PointerBox<P>(std::move(pointer));
  }
  template <UserLike T>
  AnyUser(T user) : box_(new detail::ObjectBox<T, false>(std::move(user))) {}  // NOLINT
  /// One that stands in where nobody is logged in: unless it says otherwise, it is neither active
  /// nor authenticated.
  template <class T>
  static AnyUser anonymous(T user) {
    return AnyUser(static_cast<detail::UserBox*>(new detail::ObjectBox<T, true>(std::move(user))));
  }
  AnyUser(const AnyUser& o) : box_(o.box_) {
    if (box_) ++box_->references;
  }
  AnyUser(AnyUser&& o) noexcept : box_(std::exchange(o.box_, nullptr)) {}
  AnyUser& operator=(AnyUser o) noexcept {
    std::swap(box_, o.box_);
    return *this;
  }
  ~AnyUser() {
    if (box_ && --box_->references == 0) delete box_;
  }

  /// Whether there is an object.
  explicit operator bool() const { return box_ != nullptr; }
  bool is_authenticated() const { return box_ && box_->is_authenticated(); }
  bool is_active() const { return box_ && box_->is_active(); }
  bool is_anonymous() const { return !box_ || box_->is_anonymous(); }
  /// What the session keeps; none for an anonymous user.
  std::optional<std::string> get_id() const {
    std::optional<std::string> id = plain_id();
    if (id) *id += box_->generation();
    return id;
  }
  /// The same without the login_generation: what stays when that changes.
  std::optional<std::string> plain_id() const { return box_ ? box_->plain_id() : std::nullopt; }
  /// What the login_generation adds to the id, ".3" say; empty where there is none.
  std::string generation() const { return box_ ? box_->generation() : ""; }
  /// The user, when that is a T; else null. Also what it was made from, a db::Handle<T> say.
  template <class T>
  T* get() const {
    return box_ ? static_cast<T*>(box_->find(&detail::kUserTag<T>)) : nullptr;
  }
  /// As templates see it: a view that is good as long as this is. Undefined for nobody, and for a
  /// type that templates cannot see.
  Value value() const { return box_ ? box_->value() : Value(); }
  /// Makes all that is logged in as this user void, once the object is saved: adds one to its
  /// login_generation. False where it has none.
  bool next_generation() const { return box_ && box_->next_generation(); }

  /// Whether both are the same user, by their ids.
  friend bool operator==(const AnyUser& a, const AnyUser& b) {
    return a.box_ == b.box_ || (a.box_ && b.box_ && a.get_id() == b.get_id() && a.get_id());
  }

 private:
  explicit AnyUser(detail::UserBox* box) : box_(box) {}
  detail::UserBox* box_ = nullptr;  // counted
};

}  // namespace retort::login
