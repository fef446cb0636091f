// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// All kinds of fields.

#include "retort/ext/wtf/choice_fields.h"
#include "retort/ext/wtf/date_fields.h"
#include "retort/ext/wtf/field_list.h"
#include "retort/ext/wtf/file_fields.h"
#include "retort/ext/wtf/form_field.h"
#include "retort/ext/wtf/number_fields.h"
#include "retort/ext/wtf/text_fields.h"
