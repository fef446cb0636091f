// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Arena: memory that is handed out piece by piece and freed at once. One thread.

#include <cstddef>
#include <cstring>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

namespace retort::jinja {

/// A run of items in an arena. Lives as long as the arena.
template <class T>
class Span {
 public:
  Span() = default;
  Span(T* data, std::size_t size) : data_(data), size_(size) {}
  T* begin() const { return data_; }
  T* end() const { return data_ + size_; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T& operator[](std::size_t i) const { return data_[i]; }
  T& front() const { return data_[0]; }
  T& back() const { return data_[size_ - 1]; }

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

class Arena {
 public:
  Arena() = default;
  Arena(Arena&& o) noexcept
      : chunks_(std::exchange(o.chunks_, nullptr)),
        next_(std::exchange(o.next_, nullptr)),
        end_(std::exchange(o.end_, nullptr)),
        destructors_(std::exchange(o.destructors_, nullptr)) {}
  Arena& operator=(Arena&& o) noexcept {
    std::swap(chunks_, o.chunks_);
    std::swap(next_, o.next_);
    std::swap(end_, o.end_);
    std::swap(destructors_, o.destructors_);
    return *this;
  }
  ~Arena();

  void* allocate(std::size_t size) {
    size = (size + kAlignment - 1) & ~(kAlignment - 1);
    if (static_cast<std::size_t>(end_ - next_) < size) return allocate_chunk(size);
    char* out = next_;
    next_ += size;
    return out;
  }

  /// A new T. Its destructor runs with the arena's.
  template <class T, class... Args>
  T* make(Args&&... args) {
    static_assert(alignof(T) <= kAlignment);
    T* out = new (allocate(sizeof(T))) T{std::forward<Args>(args)...};
    if constexpr (!std::is_trivially_destructible_v<T>) {
      on_destroy(out, [](void* object) { static_cast<T*>(object)->~T(); });
    }
    return out;
  }

  /// A new T whose destructor never runs: it owns nothing.
  template <class T, class... Args>
  T* make_unmanaged(Args&&... args) {
    static_assert(alignof(T) <= kAlignment);
    return new (allocate(sizeof(T))) T{std::forward<Args>(args)...};
  }

  template <class T>
  Span<T> copy(const T* items, std::size_t size) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (size == 0) return {};
    T* out = static_cast<T*>(allocate(size * sizeof(T)));
    std::memcpy(static_cast<void*>(out), items, size * sizeof(T));
    return {out, size};
  }

  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    return {copy(text.data(), text.size()).begin(), text.size()};
  }

  /// Room for a text that is written afterwards.
  char* text(std::size_t size) { return static_cast<char*>(allocate(size)); }

 private:
  static constexpr std::size_t kAlignment = 8;
  struct Chunk {
    Chunk* previous;
  };
  struct Destructor {
    Destructor* previous;
    void* object;
    void (*destroy)(void*);
  };

  void* allocate_chunk(std::size_t size);
  void on_destroy(void* object, void (*destroy)(void*)) {
    destructors_ = new (allocate(sizeof(Destructor))) Destructor{destructors_, object, destroy};
  }

  Chunk* chunks_ = nullptr;
  char* next_ = nullptr;
  char* end_ = nullptr;
  Destructor* destructors_ = nullptr;
};

}  // namespace retort::jinja
