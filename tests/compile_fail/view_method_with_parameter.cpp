// SPDX-License-Identifier: BSD-3-Clause
// EXPECT: a listed member is a data member, a const member function without parameters
#include "retort/value/view.h"

struct Post {
#ifdef RETORT_CORRECT
  int url() const { return 1; }
#else
  int url(int base) const { return base; }
#endif
  static constexpr auto template_members = retort::members(retort::member<"url">(&Post::url));
};

retort::Value view(const Post& post) { return retort::Value::view(post); }
