// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Signals: code that is told when something happens, without the one who does it knowing
// (Flask: flask.signals, blinker). A Signal is a name and a signature, a constant; who
// listens is kept in the app, so two apps never hear each other:
//
//   request_finished.connect(app, [](App& sender, Response& response) { ... });
//   const Connection listening = template_rendered.connected_to(app, record);  // for a scope
//
// Receivers take the app and what the signal carries, the app alone, or nothing. They run in
// the fiber that sends, in the order in which they were connected; an exception leaves
// send(). Connecting, disconnecting and sending are safe from any thread and at any time,
// also while the app serves. A receiver that another thread is running when it is
// disconnected runs to its end. Sending takes no lock.

#include <cstddef>
#include <cstdint>
#include <exception>
#include <string_view>
#include <type_traits>
#include <utility>

#include "retort/base/function.h"

namespace retort {

class App;
class Response;
class Value;

namespace detail {
class SignalTable;

/// The framework's signals, by their place in an app's table.
enum class FrameworkSignal : std::uint8_t {
  request_started,
  request_finished,
  request_tearing_down,
  got_request_exception,
  before_render_template,
  template_rendered,
  appcontext_pushed,
  appcontext_popped,
  appcontext_tearing_down,
  message_flashed,
};
inline constexpr std::size_t kFrameworkSignals = 10;

/// What a signal is known by. Those of the framework have a slot of their own.
struct SignalKey {
  std::string_view space;
  std::string_view name;
  int slot = -1;
  const void* signature = nullptr;  // tells signatures apart
};
using ErasedReceiver = Function<void(App&, const void* const* carried)>;

template <class... Args>
inline constexpr char kSignature = 0;  // its address names the signature
}  // namespace detail

/// A receiver's place among an app's; what connect() gives and disconnect() takes.
struct ReceiverId {
  std::uint64_t number = 0;
};

/// Keeps a receiver connected for as long as it lives, or until disconnect(). May outlive
/// the app. Movable; used by one thread at a time.
class [[nodiscard]] Connection {
 public:
  Connection() = default;
  Connection(detail::SignalTable& table, ReceiverId receiver);
  Connection(Connection&& o) noexcept : table_(o.table_), receiver_(o.receiver_) { o.table_ = nullptr; }
  Connection& operator=(Connection&& o) noexcept {
    if (this != &o) {
      disconnect();
      table_ = o.table_;
      receiver_ = o.receiver_;
      o.table_ = nullptr;
    }
    return *this;
  }
  ~Connection() { disconnect(); }

  void disconnect();
  bool connected() const { return table_ != nullptr; }

 private:
  detail::SignalTable* table_ = nullptr;  // counted
  ReceiverId receiver_;
};

namespace detail {

SignalTable& signal_table(const App& app);
ReceiverId connect_signal(App& app, const SignalKey& key, const void* sender, ErasedReceiver receiver);
void disconnect_signal(App& app, ReceiverId receiver);
std::size_t count_receivers(const App& app, const SignalKey& key, const void* sender);
void send_signal(App& app, const SignalKey& key, const void* sender, const void* const* carried);

template <class F, class... Args, std::size_t... i>
ErasedReceiver erase_receiver(F f, std::index_sequence<i...>) {
  return [f = std::move(f)](App& app, const void* const* carried) {
    static_cast<void>(carried);
    if constexpr (std::is_invocable_v<const F&, App&, Args...>) {
      f(app,
        static_cast<Args>(*static_cast<std::remove_reference_t<Args>*>(const_cast<void*>(carried[i])))...);
    } else if constexpr (std::is_invocable_v<const F&, App&>) {
      f(app);
    } else {
      static_assert(
          std::is_invocable_v<const F&>,
          "retort: a receiver takes the app and what the signal carries, the app alone, or nothing");
      f();
    }
  };
}

}  // namespace detail

/// A signal that carries `Args` beside the app: references, views and values that copy.
template <class... Args>
class Signal {
 public:
  /// A name in a namespace; by Namespace::signal.
  constexpr Signal(std::string_view space, std::string_view name)
      : key_{space, name, -1, &detail::kSignature<Args...>} {}
  /// One of the framework's, below.
  constexpr Signal(detail::FrameworkSignal which, std::string_view name)
      : key_{"", name, static_cast<int>(which), &detail::kSignature<Args...>} {}

  constexpr std::string_view name() const { return key_.name; }

  /// Calls `f` whenever the signal is sent in `app`, until disconnect(); what `f` captures
  /// must live that long. For a shorter time: connected_to.
  template <class F>
  ReceiverId connect(App& app, F f) const {
    return connect_via(app, nullptr, std::move(f));
  }
  /// connect for what one sender sends alone: `sender` is the address that send_from names
  /// (blinker: connect_via, connect(sender=)).
  template <class F>
  ReceiverId connect_via(App& app, const void* sender, F f) const {
    return detail::connect_signal(app, key_, sender,
                                  detail::erase_receiver<F, Args...>(std::move(f), Indices()));
  }
  /// Connected for as long as the Connection lives.
  template <class F>
  Connection connected_to(App& app, F f) const {
    return connected_to(app, nullptr, std::move(f));
  }
  template <class F>
  Connection connected_to(App& app, const void* sender, F f) const {
    return Connection(detail::signal_table(app), connect_via(app, sender, std::move(f)));
  }
  void disconnect(App& app, ReceiverId receiver) const { detail::disconnect_signal(app, receiver); }

  /// How many receivers a send in `app` (from `sender`) reaches.
  std::size_t receivers_for(const App& app, const void* sender = nullptr) const {
    return detail::count_receivers(app, key_, sender);
  }
  /// Whether there are any: to spare the work of making what is sent.
  bool has_receivers_for(const App& app, const void* sender = nullptr) const {
    return receivers_for(app, sender) != 0;
  }

  void send(App& app, Args... args) const { send_from(app, nullptr, static_cast<Args>(args)...); }
  /// send from an object: reaches the receivers of that object and of all.
  void send_from(App& app, const void* sender, Args... args) const {
    const void* carried[] = {static_cast<const void*>(&args)..., nullptr};
    detail::send_signal(app, key_, sender, carried);
  }

 private:
  using Indices = std::index_sequence_for<Args...>;

  detail::SignalKey key_;
};

/// Where a program's or an extension's own signals are named (blinker: Namespace):
/// `constexpr Namespace blog{"blog"}; constexpr auto post_saved = blog.signal<const Post&>("post-saved");`
/// The same name in the same namespace is the same signal.
class Namespace {
 public:
  constexpr explicit Namespace(std::string_view name) : name_(name) {}
  template <class... Args>
  constexpr Signal<Args...> signal(std::string_view name) const {
    return Signal<Args...>(name_, name);
  }

 private:
  std::string_view name_;
};

// The framework's own, in Flask's words.

/// Before a request is handled, its context current.
inline constexpr Signal<> request_started{detail::FrameworkSignal::request_started, "request-started"};
/// After the after_request functions: the response that will be sent.
inline constexpr Signal<Response&> request_finished{detail::FrameworkSignal::request_finished,
                                                    "request-finished"};
/// When a request's context ends, after the teardown_request functions: what went wrong, or null.
inline constexpr Signal<const std::exception_ptr&> request_tearing_down{
    detail::FrameworkSignal::request_tearing_down, "request-tearing-down"};
/// An exception that no handler answered, before it becomes a 500 or is passed on.
inline constexpr Signal<const std::exception_ptr&> got_request_exception{
    detail::FrameworkSignal::got_request_exception, "got-request-exception"};
/// Before and after a template is rendered: its name ("" for a string) and its context.
inline constexpr Signal<std::string_view, Value&> before_render_template{
    detail::FrameworkSignal::before_render_template, "before-render-template"};
inline constexpr Signal<std::string_view, Value&> template_rendered{
    detail::FrameworkSignal::template_rendered, "template-rendered"};
inline constexpr Signal<> appcontext_pushed{detail::FrameworkSignal::appcontext_pushed, "appcontext-pushed"};
inline constexpr Signal<> appcontext_popped{detail::FrameworkSignal::appcontext_popped, "appcontext-popped"};
/// When an application context ends, after the teardown_appcontext functions.
inline constexpr Signal<const std::exception_ptr&> appcontext_tearing_down{
    detail::FrameworkSignal::appcontext_tearing_down, "appcontext-tearing-down"};
/// flash(): the message and its category.
inline constexpr Signal<std::string_view, std::string_view> message_flashed{
    detail::FrameworkSignal::message_flashed, "message-flashed"};

}  // namespace retort
