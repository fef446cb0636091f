// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The queue of those who want to write to one file: SQLite lets one write at a time and makes
// the others try again; here they wait in order. All connections of the process to a file share
// its queue; other processes are waited for by the busy handler.

#include <memory>
#include <string>

#include "retort/fiber/sync.h"

namespace retort::db::detail {

/// The queue of that file, by what it is, not by its name; null when there is no such file.
/// Thread-safe.
std::shared_ptr<fiber::Mutex> writer_queue(const std::string& path);

}  // namespace retort::db::detail
