// SPDX-License-Identifier: BSD-3-Clause
// SipHash-1-3 (Aumasson, Bernstein 2012), keyed once a process: what CPython hashes
// text with, for the same reason.
#include <bit>
#include <cstring>
#include <random>

#include <sys/random.h>

#include "retort/value/detail/box.h"

namespace retort::detail {
namespace {

struct Key {
  std::uint64_t words[2];
};

Key make_key() {
  Key key{};
  if (getrandom(key.words, sizeof key.words, 0) != static_cast<ssize_t>(sizeof key.words)) {
    std::random_device source;
    for (std::uint64_t& word : key.words) word = std::uint64_t{source()} << 32 | source();
  }
  return key;
}

const Key& process_key() {
  static const Key key = make_key();
  return key;
}

struct State {
  std::uint64_t a, b, c, d;

  explicit State(const Key& key)
      : a(key.words[0] ^ 0x736f6d6570736575u),
        b(key.words[1] ^ 0x646f72616e646f6du),
        c(key.words[0] ^ 0x6c7967656e657261u),
        d(key.words[1] ^ 0x7465646279746573u) {}

  void round() {
    a += b;
    b = std::rotl(b, 13) ^ a;
    a = std::rotl(a, 32);
    c += d;
    d = std::rotl(d, 16) ^ c;
    a += d;
    d = std::rotl(d, 21) ^ a;
    c += b;
    b = std::rotl(b, 17) ^ c;
    c = std::rotl(c, 32);
  }
  void take(std::uint64_t word) {
    d ^= word;
    round();
    a ^= word;
  }
  std::uint64_t finish() {
    c ^= 0xff;
    round();
    round();
    round();
    return a ^ b ^ c ^ d;
  }
};

}  // namespace

std::size_t hash_bytes(std::string_view bytes) {
  State state(process_key());
  std::uint64_t word = 0;
  std::size_t at = 0;
  for (; at + sizeof word <= bytes.size(); at += sizeof word) {
    std::memcpy(&word, bytes.data() + at, sizeof word);
    state.take(word);
  }
  word = std::uint64_t{bytes.size()} << 56;
  std::memcpy(&word, bytes.data() + at, bytes.size() - at);
  state.take(word);
  return state.finish();
}

std::size_t hash_number(std::uint64_t number) {
  State state(process_key());
  state.take(number);
  return state.finish();
}

}  // namespace retort::detail
