// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/detail/postgresql/shared_connection.h"

#include <algorithm>
#include <utility>

#include <sys/epoll.h>

#include "retort/db/detail/postgresql/result_row.h"

namespace retort::db::detail {
namespace {

// What nobody waits for may run this long before the others, once it is its turn.
constexpr milliseconds kAbandonedTime(5);
// Of a statement that failed through no fault of its own: a stale prepared statement, another
// one's cancellation that met it.
constexpr int kAttempts = 4;
// That a statement may run before it counts as slow.
constexpr milliseconds kHeldUp(20);
// For how long a cancellation may meet another statement than the one that it was meant for.
constexpr seconds kCancelTime(1);

// More would make the first wait too long for the last.
constexpr std::size_t kGroup = 32;

// Whether `sql` may be part of a group: a query, which holds no locks that others wait for.
bool is_query(const std::string& sql) {
  if (sql.starts_with("SELECT ")) return true;
  const std::string word = first_word(sql);
  return word == "select" || word == "values" || word == "table";
}

}  // namespace

/// A parked fiber that lives as long as the connection is watched: when the scheduler ends it
/// is cancelled, and the connection is taken out of the loop before the loop goes.
struct SharedConnection::Guard {
  fiber::Scheduler* scheduler;
  SharedConnection* connection;  // null: it is gone
  fiber::Ticket ticket = {};

  static void run(Guard* guard) {
    const struct End {
      ~End() {
        if (guard->connection) guard->connection->guard_ended();
        delete guard;
      }
      Guard* guard;
    } end{guard};
    while (guard->connection) {
      std::uint32_t unused = 0;
      guard->ticket = fiber::next_park(unused);
      if (fiber::park(guard->ticket) == fiber::Wake::cancelled) return;
    }
  }
};

/// A unit for the time of a call; given back when it is done, left behind when it is not.
struct SharedConnection::Lent {
  explicit Lent(SharedConnection& c) : connection(c), unit(&c.take_unit()) {}
  ~Lent() {
    if (!sent || unit->done) {
      connection.give_back(*unit);
    } else {
      connection.abandon(*unit);
    }
  }
  Lent(const Lent&) = delete;
  Lent& operator=(const Lent&) = delete;
  SharedConnection& connection;
  Unit* unit;
  bool sent = false;
};

/// A query of a group, on its fiber's stack.
struct SharedConnection::Member {
  enum class State : unsigned char { waiting, done, again, lost };
  SharedConnection& connection;
  State state = State::waiting;
  ResultPtr result;
  fiber::Ticket ticket;
  Group* group = nullptr;  // while it waits
  std::size_t place = 0;

  explicit Member(SharedConnection& c) : connection(c) {}
  Member(const Member&) = delete;
  Member& operator=(const Member&) = delete;
  ~Member();
};

struct SharedConnection::Group {
  Unit unit;
  std::vector<Member*> members;  // null: it waits no longer
};

SharedConnection::Member::~Member() {
  if (!group) return;
  group->members[place] = nullptr;
  group->unit.abandoned = true;  // the others do not wait for it long
  connection.look_after_abandoned();
}

SharedConnection::SharedConnection(ConnectionPtr connection, const ConnectSettings& settings)
    : pipeline_(std::move(connection), settings.statements),
      ping_time_(settings.connect_timeout),
      statement_time_(settings.statement_timeout) {
  pipeline_.share();
}

SharedConnection::~SharedConnection() {
  pipeline_.lose("the connection was closed");
  if (!guard_) return;
  stop_watching();
  guard_->scheduler->remove_before_poll(*this);
  guard_->connection = nullptr;
  fiber::wake(guard_->ticket);
}

void SharedConnection::begin_watching() {
  if (guard_ || pipeline_.is_lost()) return;
  fiber::Scheduler* const scheduler = fiber::Scheduler::current();
  guard_ = new Guard{scheduler, this};
  fd_ = pipeline_.fd();
  scheduler->watch(fd_, EPOLLIN, *this);
  watched_ = EPOLLIN;
  scheduler->add_before_poll(*this);
  scheduler->spawn([guard = guard_] { Guard::run(guard); });
}

void SharedConnection::stop_watching() {
  if (watched_ != 0) guard_->scheduler->unwatch(fd_, *this);
  watched_ = 0;
  if (armed()) guard_->scheduler->disarm(*this);
  to_cancel_ = nullptr;
}

// The scheduler ends. With nothing under way the connection may serve the next one.
void SharedConnection::guard_ended() {
  stop_watching();
  guard_->scheduler->remove_before_poll(*this);
  guard_ = nullptr;
  if (pending() != 0 || !sent_groups_.empty()) pipeline_.lose("the scheduler has ended");
  close_group();
  look_after_groups();
  look_after_abandoned();
}

bool SharedConnection::usable() {
  // Unwatched: the server's farewell comes first, then the end.
  for (int i = 0; i < 2 && !guard_; ++i) pipeline_.pump();
  return !pipeline_.is_lost();
}

// Sends what the socket takes; the loop goes on with the rest.
void SharedConnection::send() {
  const std::uint32_t wanted = pipeline_.flush() ? EPOLLIN | EPOLLOUT : EPOLLIN;
  if (pipeline_.is_lost()) {
    stop_watching();
    return look_after_groups();
  }
  if (statement_time_.count() > 0) arm_for_next();
  if (wanted == watched_) return;
  guard_->scheduler->rewatch(fd_, wanted, *this);
  watched_ = wanted;
}

void SharedConnection::on_io(std::uint32_t) {
  pipeline_.pump();
  look_after_groups();
  look_after_abandoned();
  send();
}

void SharedConnection::before_poll() {
  if (!open_) return;
  close_group();
  send();
}

SharedConnection::Group& SharedConnection::open_group() {
  if (open_ && open_->members.size() >= kGroup) close_group();
  if (open_) return *open_;
  if (free_groups_.empty()) {
    groups_.push_back(std::make_unique<Group>());
    free_groups_.push_back(groups_.back().get());
  }
  pipeline_.deallocate_evicted();
  open_ = free_groups_.back();
  free_groups_.pop_back();
  return *open_;
}

void SharedConnection::close_group() {
  if (!open_) return;
  Group* const group = std::exchange(open_, nullptr);
  sent_groups_.push_back(group);
  pipeline_.sync(group->unit);
}

void SharedConnection::look_after_groups() {
  while (!sent_groups_.empty() && sent_groups_.front()->unit.done) {
    Group* const group = sent_groups_.front();
    sent_groups_.pop_front();
    give_out(*group);
    group->members.clear();
    group->unit.reset();
    free_groups_.push_back(group);
  }
}

void SharedConnection::give_out(Group& group) {
  Unit& unit = group.unit;
  using State = Member::State;
  const State state = unit.lost ? State::lost : unit.error ? State::again : State::done;
  const std::size_t results = unit.results();  // before they are moved out
  for (std::size_t i = 0; i < group.members.size(); ++i) {
    Member* const member = group.members[i];
    if (!member) continue;
    member->group = nullptr;
    member->state = state == State::done && i >= results ? State::again : state;
    if (member->state == State::done) member->result = std::move(i == 0 ? unit.first : unit.more[i - 1]);
    fiber::wake(member->ticket);
  }
}

// False when it has to run by itself.
bool SharedConnection::run_in_group(Member& member, const std::string& sql, const Parameters& parameters,
                                    TimePoint deadline) {
  Group& group = open_group();
  member.group = &group;
  member.place = group.members.size();
  group.members.push_back(&member);
  pipeline_.command(group.unit, sql, parameters);
  struct Counted {
    explicit Counted(std::size_t& c) : count(c) { ++count; }
    ~Counted() { --count; }
    std::size_t& count;
  } const counted(members_);
  while (member.group) {
    std::uint32_t unused = 0;
    member.ticket = fiber::next_park(unused);
    const fiber::Wake why = fiber::park(member.ticket, deadline);
    if (!member.group) break;
    if (why == fiber::Wake::cancelled) throw fiber::Cancelled();
    if (why == fiber::Wake::timeout) throw_out_of_time(sql);
  }
  if (member.state == Member::State::lost) pipeline_.throw_lost(sql);
  return member.state == Member::State::done;
}

void SharedConnection::check_call(const std::string& sql, TimePoint deadline) const {
  fiber::check_cancelled();
  if (deadline != fiber::kNever && Clock::now() >= deadline) throw_out_of_time(sql);
}

Unit& SharedConnection::take_unit() {
  if (free_.empty()) {
    units_.push_back(std::make_unique<Unit>());
    free_.reserve(units_.size());
    abandoned_.reserve(units_.size());
    return *units_.back();
  }
  Unit* const unit = free_.back();
  free_.pop_back();
  return *unit;
}

void SharedConnection::give_back(Unit& unit) {
  unit.reset();
  free_.push_back(&unit);
}

void SharedConnection::abandon(Unit& unit) {
  unit.ticket = {};
  unit.abandoned = true;
  abandoned_.push_back(&unit);
  look_after_abandoned();
}

// Takes back those that are done. One that runs now and holds the others up is cancelled soon.
void SharedConnection::look_after_abandoned() {
  const auto done =
      std::partition(abandoned_.begin(), abandoned_.end(), [](Unit* unit) { return !unit->done; });
  for (auto at = done; at != abandoned_.end(); ++at) give_back(**at);
  abandoned_.erase(done, abandoned_.end());
  Unit* const head = pipeline_.head();
  if (!head || !head->abandoned || !guard_) {
    to_cancel_ = nullptr;
    return;
  }
  if (head == to_cancel_) return;
  to_cancel_ = head;
  cancel_at_ = Clock::now() + kAbandonedTime;
  give_up_at_ = cancel_at_ + kCancelGrace;
  arm_for_next();
}

TimePoint SharedConnection::silence_ends() const {
  const Unit* const head = pipeline_.head();
  return head ? silence_limit(statement_time_, head->commands, pipeline_.head_since()) : fiber::kNever;
}

// A timer that goes off too early arms the next.
void SharedConnection::arm_for_next() {
  if (!guard_) return;
  const TimePoint next = std::min(silence_ends(), to_cancel_ ? cancel_at_ : fiber::kNever);
  if (next == fiber::kNever || (armed() && armed_for_ <= next)) return;
  armed_for_ = next;
  guard_->scheduler->arm(*this, next);
}

// If the server has gone on meanwhile, the cancellation may meet somebody else's statement:
// run() sends that again, as it was rolled back.
void SharedConnection::on_timer() {
  if (pipeline_.is_lost()) return;
  const TimePoint now = Clock::now();
  if (now >= silence_ends() || (to_cancel_ && now >= give_up_at_)) {
    pipeline_.lose("the server does not answer");
    return send();
  }
  if (to_cancel_ && now >= cancel_at_) {
    if (!cancellation_ || cancellation_->is_done())
      cancellation_ = std::make_unique<Cancellation>(pipeline_.connection());
    cancel_at_ = now + kCancelAgain;
  }
  arm_for_next();
}

bool SharedConnection::is_held_up(TimePoint now) {
  const auto late = [&] { return pipeline_.pending() != 0 && now - pipeline_.head_since() >= kHeldUp; };
  if (!guard_ || !late()) return false;
  on_io(0);  // it may be this worker that is late
  return late();
}

bool SharedConnection::ping() {
  Lent lent(*this);
  begin_watching();
  lent.sent = true;
  pipeline_.sync(*lent.unit);
  send();
  try {
    wait(*lent.unit, "", ping_time_.count() > 0 ? Clock::now() + ping_time_ : fiber::kNever);
  } catch (const QueryCanceled&) {
    pipeline_.lose("the server does not answer");
    send();
  }
  return !lent.unit->lost;
}

void SharedConnection::wait(Unit& unit, const std::string& sql, TimePoint deadline) {
  while (!unit.done) {
    std::uint32_t unused = 0;
    unit.ticket = fiber::next_park(unused);
    const fiber::Wake why = fiber::park(unit.ticket, deadline);
    if (unit.done) return;
    if (why == fiber::Wake::cancelled) throw fiber::Cancelled();
    if (why == fiber::Wake::timeout) throw_out_of_time(sql);
  }
}

// Sends what `add` puts into the unit, waits, and sends it again when it failed through no
// fault of its own.
template <class Add>
void SharedConnection::run(Lent& lent, const std::string& sql, TimePoint deadline, Add add) {
  Unit& unit = *lent.unit;
  for (int attempt = 1;; ++attempt) {
    check_call(sql, deadline);
    begin_watching();
    close_group();
    pipeline_.deallocate_evicted();
    add(unit);
    lent.sent = true;
    pipeline_.sync(unit);
    send();
    wait(unit, sql, deadline);
    const bool innocent =
        unit.may_run_again() ||
        (is_canceled(unit.error.get()) && cancellation_ &&
         (!cancellation_->is_done() || Clock::now() - cancellation_->ended() < kCancelTime));
    if (!innocent || attempt == kAttempts) return;
    unit.run_again();
    lent.sent = false;
  }
}

ExecuteResult SharedConnection::execute(const std::string& sql, const Parameters& parameters,
                                        const RowSink& sink, TimePoint deadline) {
  if (first_word(sql) == "copy") throw ArgumentError("COPY is copy_in()'s and copy_out()'s");
  check_statement(sql, parameters);
  if (is_query(sql)) {
    check_call(sql, deadline);
    begin_watching();
    Member member(*this);
    if (run_in_group(member, sql, parameters, deadline))
      return member.result ? give_rows(member.result.get(), sink) : ExecuteResult();
  }
  Lent lent(*this);
  run(lent, sql, deadline, [&](Unit& unit) { pipeline_.command(unit, sql, parameters); });
  pipeline_.check(*lent.unit, sql);
  return lent.unit->results() == 0 ? ExecuteResult() : give_rows(lent.unit->result(0), sink);
}

void SharedConnection::execute_batch(std::vector<BatchItem>& items, TimePoint deadline) {
  if (items.empty()) return;
  for (const BatchItem& item : items) check_statement(item.sql, item.parameters);
  Lent lent(*this);
  run(lent, items[0].sql, deadline, [&](Unit& unit) {
    for (const BatchItem& item : items) pipeline_.command(unit, item.sql, item.parameters);
  });
  const std::size_t succeeded = lent.unit->results();
  pipeline_.check(*lent.unit, items[std::min(succeeded, items.size() - 1)].sql);
  for (std::size_t i = 0; i < succeeded; ++i)
    items[i].result = give_rows(lent.unit->result(i), items[i].sink);
}

}  // namespace retort::db::detail
