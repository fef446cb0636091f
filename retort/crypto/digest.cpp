// SPDX-License-Identifier: BSD-3-Clause
#include "retort/crypto/digest.h"

#include <memory>
#include <new>
#include <stdexcept>
#include <utility>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace retort::crypto {
namespace {

const EVP_MD* algorithm_of(Digest algorithm) {
  switch (algorithm) {
    case Digest::sha1:
      return EVP_sha1();
    case Digest::sha384:
      return EVP_sha384();
    case Digest::sha512:
      return EVP_sha512();
    case Digest::md5:
      return EVP_md5();
    case Digest::sha256:
      break;
  }
  return EVP_sha256();
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string digest(Digest algorithm, std::string_view data) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_Digest(data.data(), data.size(), out, &size, algorithm_of(algorithm), nullptr) != 1)
    throw std::runtime_error("the digest is not available");
  return {reinterpret_cast<const char*>(out), size};
}

std::string hmac(Digest algorithm, std::string_view key, std::string_view data) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (!HMAC(algorithm_of(algorithm), key.data(), static_cast<int>(key.size()), bytes_of(data), data.size(),
            out, &size))
    throw std::runtime_error("the digest is not available");
  return {reinterpret_cast<const char*>(out), size};
}

namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeContext>;

DigestContext new_context() {
  DigestContext context(EVP_MD_CTX_new());
  if (!context) throw std::bad_alloc();
  return context;
}

// A digest that has read the key's block, each byte xored with `pad` (RFC 2104, 2).
DigestContext keyed(const EVP_MD* algorithm, std::string block, char pad) {
  for (char& c : block) c = static_cast<char>(c ^ pad);
  DigestContext context = new_context();
  if (EVP_DigestInit_ex(context.get(), algorithm, nullptr) != 1 ||
      EVP_DigestUpdate(context.get(), block.data(), block.size()) != 1)
    throw std::runtime_error("the digest is not available");
  return context;
}

}  // namespace

struct HmacKey::State {
  DigestContext inner, outer;
};

HmacKey::HmacKey(Digest algorithm, std::string_view key) : state_(nullptr) {
  const EVP_MD* const md = algorithm_of(algorithm);
  const auto block_size = static_cast<std::size_t>(EVP_MD_get_block_size(md));
  std::string block(key.size() > block_size ? crypto::digest(algorithm, key) : std::string(key));
  block.resize(block_size, '\0');
  state_ = new State{keyed(md, block, 0x36), keyed(md, block, 0x5c)};
}

HmacKey::HmacKey(HmacKey&& o) noexcept : state_(std::exchange(o.state_, nullptr)) {}
HmacKey& HmacKey::operator=(HmacKey&& o) noexcept {
  std::swap(state_, o.state_);
  return *this;
}
HmacKey::~HmacKey() { delete state_; }

std::string HmacKey::sign(std::string_view data) const {
  thread_local const DigestContext scratch = new_context();
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_MD_CTX_copy_ex(scratch.get(), state_->inner.get()) != 1 ||
      EVP_DigestUpdate(scratch.get(), data.data(), data.size()) != 1 ||
      EVP_DigestFinal_ex(scratch.get(), out, &size) != 1 ||
      EVP_MD_CTX_copy_ex(scratch.get(), state_->outer.get()) != 1 ||
      EVP_DigestUpdate(scratch.get(), out, size) != 1 || EVP_DigestFinal_ex(scratch.get(), out, &size) != 1)
    throw std::runtime_error("the digest is not available");
  return {reinterpret_cast<const char*>(out), size};
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

}  // namespace retort::crypto
