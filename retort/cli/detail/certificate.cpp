// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/certificate.h"

#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include "retort/app/cli.h"
#include "retort/base/text.h"

namespace retort::detail {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(std::string_view option, const std::string& why) {
  throw UsageError(fmt::format("Invalid value for '{}': {}", option, why));
}

void check_file(std::string_view option, const std::string& name) {
  std::error_code failed;
  if (!fs::exists(name, failed)) refuse(option, fmt::format("File '{}' does not exist.", name));
  if (fs::is_directory(name, failed)) refuse(option, fmt::format("File '{}' is a directory.", name));
  if (access(name.c_str(), R_OK) != 0) refuse(option, fmt::format("File '{}' is not readable.", name));
}

bool is_adhoc(const std::string& cert) {
  std::error_code failed;
  return text::to_lower(cert) == "adhoc" && !fs::is_regular_file(cert, failed);
}

}  // namespace

std::optional<server::TlsOptions> read_certificate(const std::optional<std::string>& cert,
                                                   const std::optional<std::string>& key) {
  const bool adhoc = cert && is_adhoc(*cert);
  if (cert && !adhoc) check_file("--cert", *cert);
  if (key) check_file("--key", *key);
  if (adhoc && key) refuse("--key", R"(When "--cert" is "adhoc", "--key" is not used.)");
  if (adhoc) return server::adhoc_tls();
  if (key && !cert) refuse("--key", R"("--cert" must also be specified.)");
  if (cert && !key) refuse("--key", R"(Required when using "--cert".)");
  if (!cert) return std::nullopt;
  return server::TlsOptions{.certificate_file = *cert, .key_file = *key};
}

int share_certificate(const server::TlsOptions& tls) {
  const int fd = memfd_create("certificate", MFD_CLOEXEC);
  const std::string both = tls.certificate + tls.key;
  if (fd >= 0 && write(fd, both.data(), both.size()) != static_cast<ssize_t>(both.size())) {
    close(fd);
    return -1;
  }
  return fd;
}

std::optional<server::TlsOptions> shared_certificate(int fd) {
  if (fcntl(fd, F_GETFD) < 0) return std::nullopt;
  const std::string name = fmt::format("/proc/self/fd/{}", fd);
  return server::load_tls({.certificate_file = name, .key_file = name});
}

}  // namespace retort::detail
