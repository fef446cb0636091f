// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/signals.h"

#include <algorithm>

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

ReceiverId SignalTable::connect(const SignalKey& key, const void* sender, ErasedReceiver receiver) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<const Entries>* place = nullptr;
  if (key.slot >= 0) {
    place = &slots_[key.slot];
  } else {
    auto own = std::find_if(own_.begin(), own_.end(),
                            [&](const Own& o) { return o.space == key.space && o.name == key.name; });
    if (own == own_.end()) {
      own_.push_back({std::string(key.space), std::string(key.name), key.signature, nullptr});
      own = own_.end() - 1;
    } else if (own->signature != key.signature) {
      throw SetupError(fmt::format(
          "the signal '{}' of the namespace '{}' is used with two signatures; give one another name",
          key.name, key.space));
    }
    place = &own->entries;
  }
  auto entries = std::make_shared<Entries>(*place ? **place : Entries());
  entries->push_back(std::make_shared<Entry>(Entry{++last_, sender, std::move(receiver)}));
  *place = std::move(entries);
  (key.slot >= 0 ? counts_[key.slot] : own_count_).fetch_add(1, std::memory_order_release);
  return {last_};
}

void SignalTable::disconnect(ReceiverId receiver) {
  std::shared_ptr<const Entry> gone;  // let go of outside of the lock
  const std::lock_guard lock(mutex_);
  const auto remove_from = [&](std::shared_ptr<const Entries>& place, std::atomic<std::uint32_t>& count) {
    if (!place || gone) return;
    const auto found = std::find_if(place->begin(), place->end(),
                                    [&](const auto& e) { return e->number == receiver.number; });
    if (found == place->end()) return;
    gone = *found;
    auto entries = std::make_shared<Entries>(*place);
    entries->erase(entries->begin() + (found - place->begin()));
    place = std::move(entries);
    count.fetch_sub(1, std::memory_order_release);
  };
  for (std::size_t i = 0; i < kSlots; ++i) remove_from(slots_[i], counts_[i]);
  for (Own& own : own_) remove_from(own.entries, own_count_);
}

std::shared_ptr<const SignalTable::Entries> SignalTable::entries_of(const SignalKey& key) const {
  const auto& count = key.slot >= 0 ? counts_[key.slot] : own_count_;
  if (count.load(std::memory_order_acquire) == 0) return nullptr;
  const std::lock_guard lock(mutex_);
  if (key.slot >= 0) return slots_[key.slot];
  for (const Own& own : own_) {
    if (own.name != key.name || own.space != key.space) continue;
    if (own.signature == key.signature) return own.entries;
    throw SetupError(fmt::format(
        "the signal '{}' of the namespace '{}' is used with two signatures; give one another name", key.name,
        key.space));
  }
  return nullptr;
}

std::size_t SignalTable::count(const SignalKey& key, const void* sender) const {
  const auto entries = entries_of(key);
  if (!entries) return 0;
  return static_cast<std::size_t>(std::count_if(
      entries->begin(), entries->end(), [&](const auto& e) { return !e->sender || e->sender == sender; }));
}

void SignalTable::send(App& app, const SignalKey& key, const void* sender, const void* const* carried) const {
  const auto entries = entries_of(key);
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
