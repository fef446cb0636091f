// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Forms whole: fields, validators and widgets. Each header that this one names can be included alone,
// which is less to compile. Protection of the whole app is in retort/ext/wtf/csrf.h.

#include "retort/ext/wtf/fields.h"
#include "retort/ext/wtf/form.h"
#include "retort/ext/wtf/validators.h"
#include "retort/ext/wtf/widgets.h"
