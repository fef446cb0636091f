// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/trouble_pages.h"

#include <cerrno>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>

#include "retort/cli/detail/debugger_environment.h"
#include "retort/cli/detail/live_reload.h"
#include "retort/json/json.h"
#include "retort/message/request.h"
#include "retort/message/response.h"
#include "retort/server/server.h"

namespace retort::detail {
namespace {

class TroubleHandler final : public Handler {
 public:
  TroubleHandler(std::shared_ptr<const DevState> state, std::uint64_t generation)
      : live(state, generation), state_(std::move(state)) {}

  void handle(Request& request, Response& response) override {
    if (live.answer(request, response)) return;
    const std::string script = live.script_tag(true);  // what is shown is of then, or later
    const Result<Value> known = json::parse(state_->read());
    Value data = known ? *known : Value::dict();
    const bool html = wants_html(request);
    response.status_code = 503;
    response.headers.set("Cache-Control", "no-store");
    response.headers.set("Retry-After", "1");
    if (html) data.set("script", Value::markup(script));
    response.set_content_type(html ? "text/html; charset=utf-8" : "text/plain; charset=utf-8");
    response.set_data(pages_.render(html ? "trouble.html" : "trouble.txt", data));
  }

  LiveReload live;

 private:
  std::shared_ptr<const DevState> state_;
  DebuggerEnvironment pages_;
};

int copy_of(int fd) {
  const int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) throw std::system_error(errno, std::generic_category(), "dup");
  return copy;
}

}  // namespace

struct TroublePages::Serving {
  Serving(int listen_fd, std::shared_ptr<const DevState> state, std::uint64_t generation,
          const std::optional<server::TlsOptions>& tls)
      : handler(std::move(state), generation), server(handler, options(listen_fd, tls)) {
    server.start();
    thread = std::thread([this] { server.run(); });
  }
  ~Serving() {
    handler.live.stop();
    server.request_stop();
    thread.join();
  }
  static server::ServerOptions options(int listen_fd, const std::optional<server::TlsOptions>& tls) {
    server::ServerOptions out;
    out.tls = tls;
    out.listen_fd = copy_of(listen_fd);
    return out;
  }
  TroubleHandler handler;
  server::Server server;
  std::thread thread;
};

TroublePages::TroublePages(int listen_fd, std::shared_ptr<const DevState> state, std::uint64_t generation,
                           const std::optional<server::TlsOptions>& tls)
    : serving_(std::make_unique<Serving>(listen_fd, std::move(state), generation, tls)) {}

TroublePages::~TroublePages() = default;

}  // namespace retort::detail
