// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The methods of str and Markup (str_methods.cpp has the tables). Each makes text of the
// kind that self is. Those of Markup take other arguments as MarkupSafe's do: escaped.

#include "retort/value/object.h"
#include "retort/value/value.h"

namespace retort::detail {

// str_find.cpp
Value str_count(const Value& self, const CallArguments& call);
Value str_endswith(const Value& self, const CallArguments& call);
Value str_find(const Value& self, const CallArguments& call);
Value str_index(const Value& self, const CallArguments& call);
Value str_partition(const Value& self, const CallArguments& call);
Value str_removeprefix(const Value& self, const CallArguments& call);
Value str_removesuffix(const Value& self, const CallArguments& call);
Value str_replace(const Value& self, const CallArguments& call);
Value str_rfind(const Value& self, const CallArguments& call);
Value str_rindex(const Value& self, const CallArguments& call);
Value str_rpartition(const Value& self, const CallArguments& call);
Value str_startswith(const Value& self, const CallArguments& call);

// str_split.cpp
Value str_join(const Value& self, const CallArguments& call);
Value markup_join(const Value& self, const CallArguments& call);
Value str_lstrip(const Value& self, const CallArguments& call);
Value str_rsplit(const Value& self, const CallArguments& call);
Value str_rstrip(const Value& self, const CallArguments& call);
Value str_split(const Value& self, const CallArguments& call);
Value str_splitlines(const Value& self, const CallArguments& call);
Value str_strip(const Value& self, const CallArguments& call);

// str_pad.cpp
Value str_center(const Value& self, const CallArguments& call);
Value str_expandtabs(const Value& self, const CallArguments& call);
Value str_ljust(const Value& self, const CallArguments& call);
Value str_maketrans(const Value& self, const CallArguments& call);
Value str_rjust(const Value& self, const CallArguments& call);
Value str_translate(const Value& self, const CallArguments& call);
Value str_zfill(const Value& self, const CallArguments& call);

}  // namespace retort::detail
