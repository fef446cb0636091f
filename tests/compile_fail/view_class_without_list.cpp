// SPDX-License-Identifier: BSD-3-Clause
// EXPECT: templates cannot see this type
// EXPECT: a class that lists its template_members
#include "retort/value/view.h"

class Post {
 public:
  explicit Post(int id) : id_(id) {}
  int id() const { return id_; }
#ifdef RETORT_CORRECT
  static constexpr auto template_members = retort::members(retort::member<"id">(&Post::id));
#endif

 private:
  int id_;
};

struct Page {
  const Post* post;
};

retort::Value view(const Page& page) { return retort::Value::view(page); }
