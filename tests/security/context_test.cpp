// SPDX-License-Identifier: BSD-3-Clause
// Lessons about the life of a request's context over real connections.
#include <atomic>
#include <mutex>

#include "tests/security/server_fixture.h"

#include "retort/app/app.h"
#include "retort/app/globals.h"
#include "retort/app/kept_context.h"

namespace retort::security {
namespace {

// Flask 3.1.2: teardown functions of a stream ran twice, and before it.
TEST(Context, TeardownOfAStreamRunsOnceWhenTheClientHasGone) {
  std::mutex mutex;
  std::vector<std::string> events;
  const auto count = [&] {
    const std::lock_guard lock(mutex);
    return events.size();
  };
  App app{"streams"};
  app.teardown_request([&](std::exception_ptr error) {
    const std::lock_guard lock(mutex);
    std::string what = request->path == "/" ? "in the request's context" : "elsewhere";
    if (g.pop("kept")) what += ", with g";
    if (error) what += ", with an error";
    events.push_back(what);
  });
  app.get("/", "stream", [] {
    g["kept"] = 1;
    return stream_with_context([](BodyWriter& body) {
      const std::string piece(64 * 1024, 's');
      while (true) body.write(piece);
    });
  });
  app.freeze();
  server::ServerOptions options;
  options.port = 0;
  options.on_error = [](std::string_view) {};
  server::Server server(app, std::move(options));
  server.start();
  std::thread thread([&] { server.run(); });
  {
    RawClient client(server.port());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_FALSE(client.read_until("ssss", 5s).empty());
  }
  for (int i = 0; i < 500 && count() == 0; ++i) std::this_thread::sleep_for(10ms);
  {
    RawClient client(server.port());
    client.send("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    client.read_to_end();
  }
  for (int i = 0; i < 500 && count() == 1; ++i) std::this_thread::sleep_for(10ms);
  server.stop();
  thread.join();
  EXPECT_EQ(events, (std::vector<std::string>{"in the request's context, with g, with an error",
                                              "in the request's context, with g"}));
}

}  // namespace
}  // namespace retort::security
