// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "app/models/models.h"

namespace flaskr {

db::Query<Post> latest_posts() {
  return db.query<Post>()
      .order_by(db::desc<&Post::created_at>, db::desc<&Post::id>)
      .options(db::joinedload<&Post::author>());
}

std::string title_of(std::string_view body) {
  constexpr std::size_t kBytes = 80;
  std::string_view line = body.substr(std::min(body.find_first_not_of(" \t\r\n"), body.size()));
  line = line.substr(0, line.find_first_of("\r\n"));
  line = line.substr(0, line.find_last_not_of(" \t") + 1);
  if (line.size() <= kBytes) return std::string(line);
  std::size_t end = kBytes;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) --end;  // not within a character
  return std::string(line.substr(0, end)) + "\u2026";
}

}  // namespace flaskr
