// SPDX-License-Identifier: BSD-3-Clause
// Pistache as a peer of the HTTP benchmark, with one worker thread. bench_http_pistache PORT
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <thread>

#include <pistache/endpoint.h>
#include <pistache/router.h>

namespace {

using Pistache::Http::Code;
using Pistache::Http::ResponseWriter;
using Pistache::Rest::Request;
using Result = Pistache::Rest::Route::Result;

Result plaintext(const Request&, ResponseWriter response) {
  response.send(Code::Ok, "Hello, World!", MIME(Text, Html));
  return Result::Ok;
}

Result json(const Request&, ResponseWriter response) {
  response.send(Code::Ok, R"({"message":"Hello, World!"})", MIME(Application, Json));
  return Result::Ok;
}

Result params(const Request& request, ResponseWriter response) {
  response.send(
      Code::Ok,
      std::to_string(request.param(":a").as<std::int64_t>()) + request.param(":b").as<std::string>(),
      MIME(Text, Html));
  return Result::Ok;
}

Result sleep_10_ms(const Request&, ResponseWriter response) {
  std::this_thread::sleep_for(std::chrono::milliseconds(10));
  response.send(Code::Ok, "Hello, World!", MIME(Text, Html));
  return Result::Ok;
}

}  // namespace

int main(int argc, char** argv) {
  const auto port = static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 8080);
  Pistache::Rest::Router router;
  router.get("/", plaintext);
  router.get("/json", json);
  for (int i = 0; i < 1000; ++i) router.get("/r" + std::to_string(i) + "/:a/x/:b", params);
  router.get("/sleep", sleep_10_ms);
  Pistache::Http::Endpoint endpoint(Pistache::Address(Pistache::Ipv4::loopback(), Pistache::Port(port)));
  endpoint.init(Pistache::Http::Endpoint::options().threads(1).flags(Pistache::Tcp::Options::ReuseAddr |
                                                                     Pistache::Tcp::Options::NoDelay));
  endpoint.setHandler(router.handler());
  endpoint.serve();
}
