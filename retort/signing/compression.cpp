// SPDX-License-Identifier: BSD-3-Clause
// zlib, with one stream a thread each way: making one costs more than a payload does.
#include <algorithm>
#include <new>
#include <stdexcept>

#include <zlib.h>

#include "retort/signing/detail/encoding.h"

namespace retort::signing::detail {
namespace {

class Deflater {
 public:
  Deflater() {
    if (deflateInit(&stream, Z_DEFAULT_COMPRESSION) != Z_OK) throw std::bad_alloc();
  }
  ~Deflater() { deflateEnd(&stream); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  z_stream stream{};
};

class Inflater {
 public:
  Inflater() {
    if (inflateInit(&stream) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  z_stream stream{};
};

void give(z_stream& stream, std::string_view data) {
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
}

}  // namespace

std::string compress(std::string_view data) {
  if (data.size() > 0x7fffffff) throw std::length_error("a payload of more than 2 GiB");
  thread_local Deflater deflater;
  z_stream& stream = deflater.stream;
  deflateReset(&stream);
  give(stream, data);
  std::string out(deflateBound(&stream, static_cast<uLong>(data.size())), '\0');
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) throw std::runtime_error("a payload cannot be compressed");
  out.resize(out.size() - stream.avail_out);
  return out;
}

std::optional<std::string> decompress(std::string_view data, std::size_t most) {
  if (data.size() > most) return std::nullopt;  // DEFLATE never grows what it is given by this much
  thread_local Inflater inflater;
  z_stream& stream = inflater.stream;
  inflateReset(&stream);
  give(stream, data);
  std::string out;
  for (;;) {
    const std::size_t filled = out.size();
    if (filled > most) return std::nullopt;
    const std::size_t step = std::clamp<std::size_t>(filled, 4096, 1 << 20);
    out.resize(filled + std::min(step, most + 1 - filled));
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + filled);
    stream.avail_out = static_cast<uInt>(out.size() - filled);
    const int status = inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
    if (status == Z_STREAM_END) break;
    if (status != Z_OK) return std::nullopt;  // Z_BUF_ERROR: the data ends too early
  }
  if (out.size() > most) return std::nullopt;
  return out;
}

}  // namespace retort::signing::detail
