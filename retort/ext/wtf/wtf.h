// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Forms whole: fields, validators, widgets and protection against cross-site requests. Each header
// that this one names can be included alone, which is less to compile.

#include "retort/ext/wtf/csrf.h"
#include "retort/ext/wtf/fields.h"
#include "retort/ext/wtf/form.h"
#include "retort/ext/wtf/validators.h"
#include "retort/ext/wtf/widgets.h"
