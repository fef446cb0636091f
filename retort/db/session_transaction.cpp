// SPDX-License-Identifier: BSD-3-Clause
// A session's transactions and savepoints: what is written, kept and taken back.
#include "retort/db/detail/session_state.h"
#include "retort/db/error.h"
#include "retort/db/session.h"

namespace retort::db {

using detail::EntityBase;
using detail::SessionState;
using State = detail::EntityBase::State;

void Session::begin(std::string_view bind_key) {
  state_->require_usable();
  for (const detail::OpenTransaction& open : state_->transactions) {
    if (open.bind == bind_key) throw InvalidRequestError("the session has begun a transaction already");
  }
  state_->writer(std::string(bind_key));
}

void Session::autoflush() {
  if (state_->options.autoflush) flush(false);
}

void Session::flush() { flush(true); }

void Session::flush(bool all) {
  state_->require_mine();
  if (state_->flushing) return;
  state_->require_usable();
  if (!is_modified(all)) return;
  const detail::InUse in_use(*state_);
  struct Flushing {
    bool& flag;
    ~Flushing() { flag = false; }
  } flushing{state_->flushing};
  state_->record_changes();
  try {
    state_->flushing = true;
    detail::Flush(*state_, all).run();
    state_->flushing = false;
  } catch (...) {
    const std::size_t level = state_->levels.size() - 1;
    if (level > 0) {
      const std::size_t serial = state_->levels.back().serial;
      try {
        for (detail::OpenTransaction& open : state_->transactions)
          if (open.lease->usable()) open.lease->rollback_to_savepoint(SessionState::savepoint_name(level));
      } catch (const Error&) {  // what went wrong first is said; rollback() undoes the rest
      }
      state_->undo(level);
      detail::Level& again = state_->levels.emplace_back();
      again.serial = serial;
      again.changes = state_->changes.size();
    } else {
      try {
        rollback();
      } catch (...) {  // the same
      }
    }
    state_->failed = level;
    throw;
  }
}

void Session::commit() {
  const detail::InUse in_use(*state_);
  state_->require_usable();
  state_->record_changes();
  state_->tell_changes(false);
  flush();
  try {
    for (detail::OpenTransaction& open : state_->transactions) open.lease->commit();
  } catch (...) {
    rollback();
    throw;
  }
  state_->transactions.clear();
  state_->forget_written();
  struct Expire {
    SessionState& state;
    ~Expire() {
      if (state.options.expire_on_commit) state.expire_all(!state.on_commit);
      state.forget_unheld();
    }
  } const expire{*state_};
  state_->tell_changes(true);  // objects are still as they were written
}

void Session::rollback() {
  const detail::InUse in_use(*state_);
  struct Undo {
    SessionState& state;
    ~Undo() {
      state.transactions.clear();
      state.undo(0);
      state.failed.reset();
    }
  } const undo{*state_};
  for (detail::OpenTransaction& open : state_->transactions) {
    try {
      if (open.lease->usable() && open.lease->in_transaction()) open.lease->rollback();
    } catch (const DatabaseError&) {  // the server has rolled back by losing the connection
    }
  }
}

void Session::close() {
  state_->require_mine();
  struct Detach {
    Session& session;
    ~Detach() { session.detach_all(); }
  } const detach{*this};
  rollback();
}

void Session::detach_all() noexcept {
  state_->transactions.clear();
  state_->undo(0);
  // Objects that know each other let go, or none of them would.
  for (auto& [key, entity] : state_->identities) detail::Slots::reset(*entity);
  for (auto& [key, entity] : state_->identities) {
    entity->session = nullptr;
    entity->state = State::detached;
    entity->expired = false;
  }
  for (auto& [key, entity] : std::exchange(state_->identities, {})) detail::release(entity);
  state_->forget_written();
  state_->written.clear();
}

Savepoint Session::begin_nested() {
  flush();
  state_->require_usable();
  state_->writer({});
  const std::size_t level = state_->levels.size();
  for (detail::OpenTransaction& open : state_->transactions)
    open.lease->savepoint(SessionState::savepoint_name(level));
  detail::Level& opened = state_->levels.emplace_back();
  opened.serial = ++state_->last_serial;
  opened.changes = state_->changes.size();
  return {this, level, opened.serial};
}

bool Savepoint::is_open() const {
  const std::vector<detail::Level>& levels = session_->state_->levels;
  return levels.size() > depth_ && levels[depth_].serial == serial_;
}

namespace {

void refuse_ended() { throw InvalidRequestError("the transaction of this savepoint has ended"); }

}  // namespace

void Savepoint::commit() {
  if (!session_ || !is_open()) refuse_ended();
  session_->flush();
  session_->state_->require_usable();
  for (detail::OpenTransaction& open : session_->state_->transactions)
    open.lease->release_savepoint(SessionState::savepoint_name(depth_));
  session_->state_->keep(depth_ - 1);
  session_ = nullptr;
}

void Savepoint::rollback() {
  if (!session_ || !is_open()) refuse_ended();
  Session* const session = std::exchange(session_, nullptr);
  SessionState& state = *session->state_;
  const detail::InUse in_use(state);
  struct Undo {
    SessionState& state;
    std::size_t depth;
    ~Undo() {
      state.undo(depth);
      if (state.failed >= depth) state.failed.reset();
    }
  } const undo{state, depth_};
  for (detail::OpenTransaction& open : state.transactions) {
    open.lease->rollback_to_savepoint(SessionState::savepoint_name(depth_));
    open.lease->release_savepoint(SessionState::savepoint_name(depth_));
  }
}

Savepoint::~Savepoint() {
  if (!session_ || !is_open()) return;
  try {
    rollback();
  } catch (...) {  // a lost connection: the session's next statement says so
  }
}

}  // namespace retort::db
