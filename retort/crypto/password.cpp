// SPDX-License-Identifier: BSD-3-Clause
#include "retort/crypto/password.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <vector>

#include <openssl/evp.h>

#include "retort/crypto/digest.h"
#include "retort/crypto/random.h"

namespace retort::crypto {
namespace {

constexpr std::size_t kScryptBytes = 64;
// What a hash's text may ask for: 32 times scrypt's default work and half a gigabyte, ten
// times pbkdf2's default. A hash that an outsider has chosen must not stop the process.
constexpr std::uint64_t kMostMemory = std::uint64_t{1} << 29;
constexpr std::uint64_t kMostWork = std::uint64_t{1} << 23;  // n * r * p
constexpr std::uint64_t kMostIterations = 10'000'000;

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

struct Hashed {
  std::string method;  // with all its parameters
  std::string hex;
};

Hashed scrypt(const std::vector<std::string_view>& parts, std::string_view password, std::string_view salt) {
  std::array<std::uint64_t, 3> cost = {32768, 8, 1};  // n, r, p
  if (parts.size() > 1) {
    if (parts.size() != 4) throw std::invalid_argument("'scrypt' takes 3 arguments.");
    for (std::size_t i = 0; i < 3; ++i) {
      const auto value = number(parts[i + 1]);
      if (!value) throw std::invalid_argument("'scrypt' takes 3 arguments.");
      cost[i] = *value;
    }
  }
  const auto [n, r, p] = cost;
  if (n < 2 || (n & (n - 1)) != 0) throw std::invalid_argument("n must be a power of 2.");
  if (r == 0 || p == 0 || r > 1024 || p > 1024 || n > kMostMemory / (132 * r) || n > kMostWork / (r * p))
    throw std::invalid_argument("scrypt's parameters are out of range.");
  std::string out(kScryptBytes, '\0');
  if (EVP_PBE_scrypt(password.data(), password.size(), bytes_of(salt), salt.size(), n, r, p,
                     132 * r * (n + p + 8), reinterpret_cast<unsigned char*>(out.data()), out.size()) != 1)
    throw std::invalid_argument("scrypt's parameters are out of range.");
  return {"scrypt:" + std::to_string(n) + ":" + std::to_string(r) + ":" + std::to_string(p), to_hex(out)};
}

Hashed pbkdf2(const std::vector<std::string_view>& parts, std::string_view password, std::string_view salt) {
  if (parts.size() > 3) throw std::invalid_argument("'pbkdf2' takes 2 arguments.");
  const std::string name(parts.size() > 1 ? parts[1] : "sha256");
  const auto iterations = parts.size() > 2 ? number(parts[2]) : std::optional<std::uint64_t>(1'000'000);
  const EVP_MD* algorithm = EVP_get_digestbyname(name.c_str());
  if (!algorithm || !iterations || *iterations == 0 || *iterations > kMostIterations)
    throw std::invalid_argument("'pbkdf2' takes a digest and a number of iterations.");
  std::string out(static_cast<std::size_t>(EVP_MD_get_size(algorithm)), '\0');
  if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), bytes_of(salt),
                        static_cast<int>(salt.size()), static_cast<int>(*iterations), algorithm,
                        static_cast<int>(out.size()), reinterpret_cast<unsigned char*>(out.data())) != 1)
    throw std::invalid_argument("'pbkdf2' failed.");
  return {"pbkdf2:" + name + ":" + std::to_string(*iterations), to_hex(out)};
}

Hashed hash(std::string_view method, std::string_view salt, std::string_view password) {
  const auto parts = split(method, ':');
  if (parts[0] == "scrypt") return scrypt(parts, password, salt);
  if (parts[0] == "pbkdf2") return pbkdf2(parts, password, salt);
  throw std::invalid_argument("Invalid hash method '" + std::string(parts[0]) + "'.");
}

}  // namespace

std::string hash_password(std::string_view password, std::string_view method, std::string_view salt) {
  if (salt.find('$') != std::string_view::npos)
    throw std::invalid_argument("A salt cannot hold '$', which ends it.");
  Hashed hashed = hash(method, salt, password);
  std::string out = std::move(hashed.method);
  out += '$';
  out += salt;
  out += '$';
  out += hashed.hex;
  return out;
}

std::string generate_password_hash(std::string_view password, std::string_view method,
                                   std::size_t salt_bytes) {
  if (salt_bytes == 0) throw std::invalid_argument("Salt length must be at least 1.");
  return hash_password(password, method, random_token(salt_bytes));
}

bool check_password_hash(std::string_view hashed, std::string_view password) {
  const std::size_t first = hashed.find('$');
  if (first == std::string_view::npos) return false;
  const std::size_t second = hashed.find('$', first + 1);
  if (second == std::string_view::npos) return false;
  const std::string_view salt = hashed.substr(first + 1, second - first - 1);
  return constant_time_equal(hash(hashed.substr(0, first), salt, password).hex, hashed.substr(second + 1));
}

}  // namespace retort::crypto
