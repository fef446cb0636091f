// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/dev_app.h"

#include <charconv>
#include <cstdlib>
#include <string_view>

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace retort::detail {

std::optional<DevApp> take_dev_app() {
  const char* text = std::getenv(kDevVariable);
  if (!text) return std::nullopt;
  DevApp out;
  const std::string_view number = text;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), out.generation);
  const bool valid = error == std::errc() && end == number.data() + number.size();
  unsetenv(kDevVariable);
  if (!valid) return std::nullopt;
  for (const int fd : {kDevListener, kDevState, kDevChannel, kDevCertificate}) fcntl(fd, F_SETFD, FD_CLOEXEC);
  prctl(PR_SET_PDEATHSIG, SIGTERM);  // where the server is killed, its app ends too
  out.state = std::make_shared<const DevState>(kDevState);
  return out;
}

void tell_ready() { send(kDevChannel, &kReadyMark, 1, MSG_NOSIGNAL); }

}  // namespace retort::detail
