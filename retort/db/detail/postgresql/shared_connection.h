// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// SharedConnection: one connection whose pipeline the statements of many fibers share. The
// event loop reads it without a switch and wakes who waits for what came.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "retort/base/duration.h"
#include "retort/base/memory.h"
#include "retort/db/connection.h"
#include "retort/db/detail/postgresql/pipeline.h"
#include "retort/fiber/io.h"
#include "retort/fiber/scheduler.h"
#include "retort/fiber/timer.h"

namespace retort::db::detail {

class SharedConnection final : private fiber::IoHandler, private fiber::Timer {
 public:
  SharedConnection(ConnectionPtr connection, std::size_t statements);
  ~SharedConnection();
  SharedConnection(const SharedConnection&) = delete;
  SharedConnection& operator=(const SharedConnection&) = delete;

  ExecuteResult execute(const std::string& sql, const Parameters& parameters, const RowSink& sink,
                        TimePoint deadline);
  void execute_batch(std::vector<BatchItem>& items, TimePoint deadline);

  std::size_t pending() const { return pipeline_.pending(); }
  bool usable();

 private:
  struct Lent;
  struct Guard;

  void on_io(std::uint32_t events) override;
  void on_timer() override;
  void begin_watching();
  void stop_watching();
  void guard_ended();
  void send();
  Unit& take_unit();
  void give_back(Unit& unit);
  void abandon(Unit& unit);
  void look_after_abandoned();
  void wait(Unit& unit, const std::string& sql, TimePoint deadline);
  template <class Add>
  void run(Lent& lent, const std::string& sql, TimePoint deadline, Add add);

  Pipeline pipeline_;
  Guard* guard_ = nullptr;  // the fiber that ties the connection to its scheduler
  std::uint32_t watched_ = 0;
  int fd_ = -1;
  TimePoint last_cancel_ = {};
  std::vector<std::unique_ptr<Unit>> units_;
  std::vector<Unit*> free_;
  std::vector<Unit*> abandoned_;
  Unit* to_cancel_ = nullptr;  // what on_timer() finds at the head is cancelled
};

}  // namespace retort::db::detail
