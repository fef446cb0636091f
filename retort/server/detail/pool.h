// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What a worker lends out: exchanges (all that one running request needs, made once and
// used again) and output buffers. Last in, first out, so that the memory is warm. One
// thread each.

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "retort/base/duration.h"
#include "retort/http/http1_parser.h"
#include "retort/message/request.h"
#include "retort/message/response.h"

namespace retort::server::detail {

/// A request in the making: receive buffer, parsed head, Request and Response.
struct Exchange {
  Exchange(std::size_t buffer_bytes, std::size_t max_fields)
      : capacity(buffer_bytes),
        buffer(new char[buffer_bytes + http::kParsePadding]()),
        fields(new http::HeaderField[max_fields]) {}

  const std::size_t capacity;  // without the padding
  std::unique_ptr<char[]> buffer;
  std::unique_ptr<http::HeaderField[]> fields;
  http::RequestHead head;
  Request request;
  Response response;
  TimePoint began{};  // only where accesses are logged
  char remote_addr[48] = {};
};

/// Bytes on their way out, taken from the front.
class OutBuffer {
 public:
  std::string_view pending() const { return {data_.get() + sent_, size_ - sent_}; }
  bool empty() const { return sent_ == size_; }
  std::size_t size() const { return size_ - sent_; }

  /// Room for `bytes` more; the caller writes there and says how many with grew().
  char* room(std::size_t bytes) {
    if (capacity_ - size_ < bytes) [[unlikely]]
      make_room(bytes);
    return data_.get() + size_;
  }
  void grew(std::size_t bytes) { size_ += bytes; }
  void append(std::string_view text) {
    std::memcpy(room(text.size()), text.data(), text.size());
    size_ += text.size();
  }
  void sent(std::size_t bytes) {
    sent_ += bytes;
    if (sent_ == size_) sent_ = size_ = 0;
  }
  void clear() { sent_ = size_ = 0; }
  std::size_t capacity() const { return capacity_; }

 private:
  void make_room(std::size_t bytes) {
    const std::size_t live = size_ - sent_;
    std::size_t grown = capacity_ ? capacity_ : 16 * 1024;
    while (grown - live < bytes) grown *= 2;
    std::unique_ptr<char[]> data(new char[grown]);
    if (live) std::memcpy(data.get(), data_.get() + sent_, live);
    data_ = std::move(data);
    capacity_ = grown;
    size_ = live;
    sent_ = 0;
  }

  std::unique_ptr<char[]> data_;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
  std::size_t sent_ = 0;
};

/// A last-in, first-out pool that counts what is out.
template <class T>
class Pool {
 public:
  template <class Make>
  T* take(Make make) {
    ++out_;
    if (free_.empty()) return make();
    T* item = free_.back().release();
    free_.pop_back();
    return item;
  }
  void give(T* item, std::size_t keep) {
    --out_;
    if (free_.size() < keep) {
      free_.emplace_back(item);
    } else {
      delete item;
    }
  }
  std::size_t out() const { return out_; }

 private:
  std::vector<std::unique_ptr<T>> free_;
  std::size_t out_ = 0;
};

}  // namespace retort::server::detail
