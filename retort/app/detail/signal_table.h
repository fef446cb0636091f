// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// SignalTable: who listens to an app's signals. Thread-safe: a list of receivers is never
// changed but replaced, so that sending holds no lock while receivers run.

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
  static constexpr std::size_t kSlots = 10;  // the framework's signals

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
  struct Own {  // a signal of the program's
    std::string space;
    std::string name;
    const void* signature;
    std::shared_ptr<const Entries> entries;
  };

  std::shared_ptr<const Entries> entries_of(const SignalKey& key) const;

  std::atomic<int> references_{1};
  std::atomic<std::uint32_t> counts_[kSlots] = {};
  std::atomic<std::uint32_t> own_count_{0};
  mutable std::mutex mutex_;  // guards what follows
  std::shared_ptr<const Entries> slots_[kSlots];
  std::vector<Own> own_;
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
