// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/detail/arena.h"

namespace retort::jinja {
namespace {

constexpr std::size_t kChunkBytes = 16 * 1024;

}  // namespace

Arena::~Arena() {
  for (Destructor* d = destructors_; d; d = d->previous) d->destroy(d->object);
  while (chunks_) ::operator delete(std::exchange(chunks_, chunks_->previous));
}

void* Arena::allocate_chunk(std::size_t size) {
  if (size > kChunkBytes / 4) {  // on its own, so that the current chunk is used up
    auto* chunk = new (::operator new(sizeof(Chunk) + size)) Chunk{chunks_};
    chunks_ = chunk;
    return chunk + 1;
  }
  auto* chunk = new (::operator new(sizeof(Chunk) + kChunkBytes)) Chunk{chunks_};
  chunks_ = chunk;
  next_ = reinterpret_cast<char*>(chunk + 1);
  end_ = next_ + kChunkBytes;
  return allocate(size);
}

}  // namespace retort::jinja
