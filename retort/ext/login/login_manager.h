// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// LoginManager: how an app finds out who its user is, and what it does where nobody is logged in
// (Flask-Login: LoginManager).
//
//   login::LoginManager login_manager;                  // before the app, which it must outlive
//   App create_app() {
//     App app{"blog"};
//     login_manager.login_view = "auth.login";
//     login_manager.user_loader([](std::int64_t id) { return db.session().get<User>(id); });
//     login_manager.init_app(app);
//     return app;
//   }
//
// Set up on one thread, before the app serves; then shared by all of its threads. Several apps may
// have the same one.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/app/respond.h"
#include "retort/app/signature.h"
#include "retort/base/function.h"
#include "retort/base/integer_range.h"
#include "retort/ext/login/any_user.h"

namespace retort {
class App;
class Request;
}  // namespace retort

namespace retort::login {

/// What happens to a session that comes from another address or another browser than the one that it
/// was made for. `basic`: the login is not fresh any more. `strong`: it is gone, unless the session is
/// permanent, which is treated as with `basic`.
enum class SessionProtection : std::uint8_t { none, basic, strong };

/// Login views by blueprint: `login_manager.blueprint_login_views["admin"] = "admin.login";`.
class BlueprintViews {
 public:
  std::string& operator[](std::string_view blueprint);
  /// Null where the blueprint has none.
  const std::string* find(std::string_view blueprint) const;

 private:
  std::vector<std::pair<std::string, std::string>> views_;
};

namespace detail {

using UserFunction = Function<AnyUser(std::string_view id)>;
using RequestUserFunction = Function<AnyUser(Request& request)>;
using AnonymousFunction = Function<AnyUser()>;
using IdFunction = Function<std::optional<std::string>(const AnyUser& user)>;
using AnswerFunction = Function<Response()>;
using Localize = Function<std::string(std::string_view message)>;

/// The user type of what a loader returns, AnyUser for one that may be any; void for nullptr.
template <class R>
struct LoadedType {
  using Type = void;
};
template <UserPointer R>
struct LoadedType<R> {
  using Type = std::remove_const_t<Pointee<R>>;
};
template <UserLike R>
struct LoadedType<R> {
  using Type = R;
};

/// Digits, perhaps behind a minus, of a number within [min, max] (max as unsigned).
bool read_integer(std::string_view text, std::int64_t min, std::uint64_t max, std::int64_t& out);

/// An id's text as a loader's parameter; false where it is none.
template <class I>
bool read_id(std::string_view text, I& out) {
  if constexpr (std::is_integral_v<I>) {
    std::int64_t number = 0;
    if (!read_integer(text, kLeast<I>, kGreatest<I>, number)) return false;
    out = static_cast<I>(number);
    return true;
  } else if constexpr (std::is_same_v<I, Uuid>) {
    return Uuid::parse(text, out);
  } else {
    out = I(text);
    return true;
  }
}

template <class F, class R, class I>
UserFunction make_loader(F f, R (*)(I)) {
  return [f = std::move(f)](std::string_view id) -> AnyUser {
    using T = typename LoadedType<R>::Type;
    using Key = std::remove_cvref_t<I>;
    // What an AnyUser is shows when it is there; no integer and no Uuid has a dot.
    constexpr bool may_have_generation =
        std::is_same_v<T, AnyUser> && (std::is_integral_v<Key> || std::is_same_v<Key, Uuid>);
    std::size_t dot = id.npos;
    if constexpr (HasGeneration<T> || may_have_generation) dot = id.rfind('.');
    if (HasGeneration<T> && dot == id.npos) return {};
    Key key{};
    if (!read_id(id.substr(0, dot), key)) return {};
    AnyUser user(f(std::move(key)));
    if (dot != id.npos && user.generation() != id.substr(dot)) return {};
    return user;
  };
}

}  // namespace detail

class LoginManager {
 public:
  LoginManager();
  LoginManager(const LoginManager&) = delete;
  LoginManager& operator=(const LoginManager&) = delete;
  ~LoginManager();

  // What may be set before the app serves, in Flask-Login's words.

  /// The endpoint, or the URL, of the login page. Without one, unauthorized() is a 401.
  std::string login_view;
  BlueprintViews blueprint_login_views;
  /// Where a user whose login is not fresh gives the password again. Without one: a 401.
  std::string refresh_view;
  /// Flashed on the way to these pages; empty: nothing is.
  std::string login_message = "Please log in to access this page.";
  std::string login_message_category = "message";
  std::string needs_refresh_message = "Please reauthenticate to access this page.";
  std::string needs_refresh_message_category = "message";
  /// The setting SESSION_PROTECTION ("basic", "strong" or none) goes before.
  SessionProtection session_protection = SessionProtection::basic;
  /// Methods that login_required lets through.
  std::vector<std::string> exempt_methods = {"OPTIONS"};
  /// Whether login_user empties the session of what was there before somebody, or somebody else,
  /// logged in: but for flashed messages, `next`, whether it is permanent, and these keys.
  bool renew_session = true;
  std::vector<std::string> keep_in_session = {};

  /// Attaches this to the app and adds `current_user` to its templates.
  void init_app(App& app, bool add_context_processor = true);

  /// Finds a user by the id that the session keeps: takes it as text, an integer or a Uuid, and
  /// returns a db::Handle, a pointer, an optional, a user or an AnyUser; an empty one for an id that
  /// nobody has. It gets the id without the login_generation, but for text where it returns an AnyUser.
  template <class F>
  void user_loader(F f) {
    user_loader_ = detail::make_loader(std::move(f), static_cast<retort::detail::Signature<F>*>(nullptr));
  }
  /// Finds a user by the request, an API key in a header say, where the session has none and the
  /// request no remember cookie: `f(Request&)`. Leaves no session.
  template <class F>
  void request_loader(F f) {
    request_loader_ = [f = std::move(f)](Request& request) { return AnyUser(f(request)); };
  }
  /// Answers instead of a redirect to the login page; may return what a view may.
  template <class F>
  void unauthorized_handler(F f) {
    unauthorized_handler_ = [f = std::move(f)] { return make_response(f()); };
  }
  template <class F>
  void needs_refresh_handler(F f) {
    needs_refresh_handler_ = [f = std::move(f)] { return make_response(f()); };
  }
  /// Who the user is where nobody is logged in: `f()` returns any struct.
  template <class F>
  void anonymous_user(F f) {
    anonymous_user_ = [f = std::move(f)] { return AnyUser::anonymous(f()); };
  }
  /// Translates the messages above: text to text.
  template <class F>
  void localize_callback(F f) {
    localize_ = [f = std::move(f)](std::string_view message) { return std::string(f(message)); };
  }
  /// A member, or a const function, that gives what the session keeps instead of get_id() and id:
  /// `id_attribute<&User::alternative_id>()`. A login_generation is added to it as to those.
  template <auto member>
  void id_attribute() {
    id_of_ = [](const AnyUser& user) { return attribute_of(user, member); };
  }

  /// What login_required answers: what the handler says, or a redirect to the login page, where the
  /// message is flashed and `next` leads back. Throws Unauthorized (401) without a login_view.
  Response unauthorized() const;
  /// The same for fresh_login_required and refresh_view.
  Response needs_refresh() const;

  /// The current app's. Throws std::logic_error where init_app was not called.
  static const LoginManager& current();

 private:
  friend struct UserState;

  template <class T, class M>
  static std::optional<std::string> attribute_of(const AnyUser& user, M T::*member) {
    const T* object = user.get<const T>();
    if (!object) return user.plain_id();
    if constexpr (std::is_member_function_pointer_v<M T::*>) {
      return detail::id_text((object->*member)());
    } else {
      return detail::id_text(object->*member);
    }
  }
  Response refuse(const detail::AnswerFunction& handler, std::string_view view, std::string_view message,
                  std::string_view category) const;

  detail::UserFunction user_loader_;
  detail::RequestUserFunction request_loader_;
  detail::AnswerFunction unauthorized_handler_;
  detail::AnswerFunction needs_refresh_handler_;
  detail::AnonymousFunction anonymous_user_;
  detail::Localize localize_;
  detail::IdFunction id_of_;
};

}  // namespace retort::login
