// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/signals.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <thread>

#include <fmt/format.h>

#include "retort/app/app.h"
#include "retort/app/detail/app_impl.h"
#include "retort/app/detail/signal_table.h"

namespace retort {

Connection::Connection(detail::SignalTable& table, ReceiverId receiver)
    : table_(&table), receiver_(receiver) {
  table.add_reference();
}

void Connection::disconnect() {
  if (!table_) return;
  table_->disconnect(receiver_);
  table_->release();
  table_ = nullptr;
}

namespace detail {

namespace {

/// The running thread's place among the readers.
std::size_t reader_place(std::size_t places) {
  return std::hash<std::thread::id>()(std::this_thread::get_id()) % places;
}

}  // namespace

/// While one lives no list that was there when it began, or came since, is freed. The order of
/// this count, the list's pointer and nobody_reads() is the one that all threads agree on: who
/// counts after nobody_reads() looked finds the new list.
class SignalTable::Reading {
 public:
  explicit Reading(const SignalTable& table) : count_(table.readers_[reader_place(kReaders)].count) {
    count_.fetch_add(1, std::memory_order_seq_cst);
  }
  ~Reading() { count_.fetch_sub(1, std::memory_order_release); }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

 private:
  std::atomic<std::uint32_t>& count_;
};

SignalTable::~SignalTable() {
  for (const Place& place : slots_) delete place.load(std::memory_order_relaxed);
  for (const Own* own = own_.load(std::memory_order_relaxed); own;) {
    const std::unique_ptr<const Own> gone(own);
    delete gone->entries.load(std::memory_order_relaxed);
    own = gone->next;
  }
}

const SignalTable::Own* SignalTable::find_own(const SignalKey& key) const {
  for (const Own* own = own_.load(std::memory_order_acquire); own; own = own->next) {
    if (own->name != key.name || own->space != key.space) continue;
    if (own->signature == key.signature) return own;
    throw SetupError(fmt::format(
        "the signal '{}' of the namespace '{}' is used with two signatures; give one another name", key.name,
        key.space));
  }
  return nullptr;
}

const SignalTable::Place* SignalTable::place_of(const SignalKey& key) const {
  if (key.slot >= 0) return &slots_[key.slot];
  const Own* own = find_own(key);
  return own ? &own->entries : nullptr;
}

bool SignalTable::nobody_reads() const {
  return std::all_of(std::begin(readers_), std::end(readers_), [](const Readers& readers) {
    return readers.count.load(std::memory_order_seq_cst) == 0;
  });
}

void SignalTable::replace(Place& place, std::unique_ptr<const Entries> with, Retired& freed) {
  retired_.reserve(retired_.size() + 1);
  if (with->empty()) with.reset();
  if (const Entries* old = place.exchange(with.release(), std::memory_order_seq_cst))
    retired_.emplace_back(old);
  if (nobody_reads()) freed.swap(retired_);
}

ReceiverId SignalTable::connect(const SignalKey& key, const void* sender, ErasedReceiver receiver) {
  Retired freed;  // receivers are let go of outside of the lock
  const std::lock_guard lock(mutex_);
  if (key.slot < 0 && !find_own(key)) {
    const Own* first = own_.load(std::memory_order_relaxed);
    own_.store(new Own{std::string(key.space), std::string(key.name), key.signature, first},
               std::memory_order_release);
  }
  auto& place = const_cast<Place&>(*place_of(key));
  const Entries* old = place.load(std::memory_order_relaxed);
  auto entries = old ? std::make_unique<Entries>(*old) : std::make_unique<Entries>();
  entries->push_back(std::make_shared<Entry>(Entry{++last_, sender, std::move(receiver)}));
  replace(place, std::move(entries), freed);
  return {last_};
}

void SignalTable::disconnect(ReceiverId receiver) {
  Retired freed;
  const std::lock_guard lock(mutex_);
  const auto remove_from = [&](Place& place) {
    const Entries* old = place.load(std::memory_order_relaxed);
    if (!old) return false;
    const auto found =
        std::find_if(old->begin(), old->end(), [&](const auto& e) { return e->number == receiver.number; });
    if (found == old->end()) return false;
    auto entries = std::make_unique<Entries>(*old);
    entries->erase(entries->begin() + (found - old->begin()));
    replace(place, std::move(entries), freed);
    return true;
  };
  for (Place& place : slots_) {
    if (remove_from(place)) return;
  }
  for (const Own* own = own_.load(std::memory_order_relaxed); own; own = own->next) {
    if (remove_from(own->entries)) return;
  }
}

std::size_t SignalTable::count(const SignalKey& key, const void* sender) const {
  const Place* place = place_of(key);
  if (!place || !place->load(std::memory_order_acquire)) return 0;
  const Reading reading(*this);
  const Entries* entries = place->load(std::memory_order_seq_cst);
  if (!entries) return 0;
  return static_cast<std::size_t>(std::count_if(
      entries->begin(), entries->end(), [&](const auto& e) { return !e->sender || e->sender == sender; }));
}

void SignalTable::send(App& app, const SignalKey& key, const void* sender, const void* const* carried) const {
  const Place* place = place_of(key);
  if (!place || !place->load(std::memory_order_acquire)) return;
  const Reading reading(*this);
  const Entries* entries = place->load(std::memory_order_seq_cst);
  if (!entries) return;
  for (const auto& entry : *entries) {
    if (!entry->sender || entry->sender == sender) entry->call(app, carried);
  }
}

SignalTable& signal_table(const App& app) { return *app.impl().signals; }

ReceiverId connect_signal(App& app, const SignalKey& key, const void* sender, ErasedReceiver receiver) {
  return signal_table(app).connect(key, sender, std::move(receiver));
}

void disconnect_signal(App& app, ReceiverId receiver) { signal_table(app).disconnect(receiver); }

std::size_t count_receivers(const App& app, const SignalKey& key, const void* sender) {
  return signal_table(app).count(key, sender);
}

void send_signal(App& app, const SignalKey& key, const void* sender, const void* const* carried) {
  signal_table(app).send(app, key, sender, carried);
}

}  // namespace detail
}  // namespace retort
