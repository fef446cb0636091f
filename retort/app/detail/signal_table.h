// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// SignalTable: who listens to an app's signals. Thread-safe. A list of receivers is never
// changed but replaced; sending reads it without a lock and, on the worker's own cache line,
// says for how long. A list that was replaced is freed once nobody can be reading it.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "retort/app/signals.h"

namespace retort::detail {

class SignalTable {
 public:
  SignalTable() = default;
  ~SignalTable();
  SignalTable(const SignalTable&) = delete;
  SignalTable& operator=(const SignalTable&) = delete;

  ReceiverId connect(const SignalKey& key, const void* sender, ErasedReceiver receiver);
  void disconnect(ReceiverId receiver);
  std::size_t count(const SignalKey& key, const void* sender) const;
  void send(App& app, const SignalKey& key, const void* sender, const void* const* carried) const;

  void add_reference() { references_.fetch_add(1, std::memory_order_relaxed); }
  void release() {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

 private:
  struct Entry {
    std::uint64_t number;
    const void* sender;  // null: any
    ErasedReceiver call;
  };
  using Entries = std::vector<std::shared_ptr<const Entry>>;
  using Place = std::atomic<const Entries*>;  // null: nobody listens; owned
  struct Own {                                // a signal of the program's; stays with the table
    std::string space;
    std::string name;
    const void* signature;
    const Own* next;
    mutable Place entries{nullptr};
  };
  using Retired = std::vector<std::unique_ptr<const Entries>>;

  /// Threads share these by chance, so that they seldom share a cache line.
  struct alignas(64) Readers {
    std::atomic<std::uint32_t> count{0};
  };
  static constexpr std::size_t kReaders = 16;
  class Reading;

  const Own* find_own(const SignalKey& key) const;
  const Place* place_of(const SignalKey& key) const;
  /// Replaces a list; the lock is held. What is freed of the old ones goes into `freed`.
  void replace(Place& place, std::unique_ptr<const Entries> with, Retired& freed);
  bool nobody_reads() const;

  std::atomic<int> references_{1};
  Place slots_[kFrameworkSignals] = {};
  std::atomic<const Own*> own_{nullptr};
  mutable Readers readers_[kReaders];
  std::mutex mutex_;  // guards what follows, and writing
  Retired retired_;
  std::uint64_t last_ = 0;
};

/// An app's hold on its table, which Connections may keep for longer.
class SignalTableRef {
 public:
  SignalTableRef() : table_(new SignalTable) {}
  SignalTableRef(const SignalTableRef&) = delete;
  SignalTableRef& operator=(const SignalTableRef&) = delete;
  ~SignalTableRef() { table_->release(); }
  SignalTable& operator*() const { return *table_; }

 private:
  SignalTable* table_;
};

}  // namespace retort::detail
