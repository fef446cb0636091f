// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The micro framework in one header: App and Blueprint, request, g and current_app, json,
// url_for, abort, redirect, and retort::main. What runs beside it (fiber::Mutex, sleep_for,
// gather, ...) is in <retort/fiber/fiber.h>.

#include "retort/app/app.h"
#include "retort/app/flash.h"
#include "retort/app/globals.h"
#include "retort/app/inject.h"
#include "retort/app/redirect.h"
#include "retort/app/send_file.h"
#include "retort/app/session.h"
#include "retort/app/signals.h"
#include "retort/app/templating.h"
#include "retort/app/url_for.h"
#include "retort/app/views.h"
#include "retort/cli/main.h"
#include "retort/message/files.h"
