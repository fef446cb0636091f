// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Everything of the room: fibers, their scheduler, waiting, sockets. See
// docs/design/fibers.md.

#include "retort/fiber/blocking.h"
#include "retort/fiber/context.h"
#include "retort/fiber/fiber_local.h"
#include "retort/fiber/parker.h"
#include "retort/fiber/scheduler.h"
#include "retort/fiber/socket.h"
#include "retort/fiber/sync.h"
#include "retort/fiber/task.h"
