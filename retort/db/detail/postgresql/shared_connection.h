// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// SharedConnection: one connection whose pipeline the statements of many fibers share. The
// event loop reads it without a switch and wakes who waits for what came.
//
// A statement has a sync of its own, and so a transaction. Queries that come in one turn of the
// loop form a group with one sync, sent at once: results are given out when that is through,
// and if any of them fails, the server has rolled all back and each runs again by itself. So
// one's error does not touch the others.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "retort/base/duration.h"
#include "retort/base/memory.h"
#include "retort/db/connection.h"
#include "retort/db/detail/postgresql/connect.h"
#include "retort/db/detail/postgresql/patience.h"
#include "retort/db/detail/postgresql/pipeline.h"
#include "retort/fiber/io.h"
#include "retort/fiber/scheduler.h"
#include "retort/fiber/timer.h"

namespace retort::db::detail {

class SharedConnection final : private fiber::IoHandler, private fiber::Timer, private fiber::BeforePoll {
 public:
  SharedConnection(ConnectionPtr connection, const ConnectSettings& settings);
  ~SharedConnection();
  SharedConnection(const SharedConnection&) = delete;
  SharedConnection& operator=(const SharedConnection&) = delete;

  ExecuteResult execute(const std::string& sql, const Parameters& parameters, const RowSink& sink,
                        TimePoint deadline);
  void execute_batch(std::vector<BatchItem>& items, TimePoint deadline);

  /// Statements that are not done.
  std::size_t pending() const { return pipeline_.pending() + members_; }
  bool usable();
  /// What runs now has done so for long: who comes next had better go elsewhere.
  bool is_held_up(TimePoint now);
  /// One round trip; false, and lost, when the server does not answer in time.
  bool ping();
  TimePoint made() const { return made_; }

 private:
  struct Lent;
  struct Guard;
  struct Group;
  struct Member;

  void on_io(std::uint32_t events) override;
  void on_timer() override;
  void before_poll() override;
  void begin_watching();
  void stop_watching();
  void guard_ended();
  void send();
  Unit& take_unit();
  void give_back(Unit& unit);
  void abandon(Unit& unit);
  void look_after_abandoned();
  TimePoint silence_ends() const;
  void arm_for_next();
  void wait(Unit& unit, const std::string& sql, TimePoint deadline);
  void check_call(const std::string& sql, TimePoint deadline) const;
  bool run_in_group(Member& member, const std::string& sql, const Parameters& parameters, TimePoint deadline);
  Group& open_group();
  void close_group();
  void look_after_groups();
  void give_out(Group& group);
  template <class Add>
  void run(Lent& lent, const std::string& sql, TimePoint deadline, Add add);

  Pipeline pipeline_;
  Guard* guard_ = nullptr;  // the fiber that ties the connection to its scheduler
  std::uint32_t watched_ = 0;
  int fd_ = -1;
  const milliseconds ping_time_;
  const milliseconds statement_time_;  // the server's own limit
  const TimePoint made_ = Clock::now();
  std::unique_ptr<Cancellation> cancellation_;  // the last one
  std::vector<std::unique_ptr<Unit>> units_;
  std::vector<Unit*> free_;
  std::vector<Unit*> abandoned_;
  std::vector<std::unique_ptr<Group>> groups_;
  std::vector<Group*> free_groups_;
  std::deque<Group*> sent_groups_;  // in the order that they are answered
  Group* open_ = nullptr;           // takes further members until the loop polls
  std::size_t members_ = 0;
  Unit* to_cancel_ = nullptr;  // the head that nobody waits for
  TimePoint cancel_at_ = {};
  TimePoint give_up_at_ = {};
  TimePoint armed_for_ = {};
};

}  // namespace retort::db::detail
