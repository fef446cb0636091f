// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <retort/retort.h>

/// The users API of a Flask tutorial, kept in memory.
retort::App create_app();
