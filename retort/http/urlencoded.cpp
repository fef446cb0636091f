// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/urlencoded.h"

#include <algorithm>

#include "retort/base/percent.h"

namespace retort::http {

// What lies behind the limit is cut off here, so that it does not matter how it comes.
void UrlencodedDecoder::feed(std::string_view bytes) {
  over_ = over_ || bytes.size() > bytes_left_;
  input_ = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), bytes_left_)));
  bytes_left_ -= input_.size();
}

UrlencodedDecoder::Event UrlencodedDecoder::next() {
  for (;;) {
    const std::size_t end = input_.find('&');
    const bool last = end == std::string_view::npos;
    if (last && over_) return Event::too_large;
    if (last && !finished_) {
      held_ += input_;
      input_ = {};
      return Event::need_data;
    }
    const std::string_view piece = input_.substr(0, end);
    input_.remove_prefix(last ? input_.size() : end + 1);
    if (!held_.empty()) {
      held_ += piece;
      const Event event = field(held_);
      held_.clear();
      return event;
    }
    if (!piece.empty()) return field(piece);
    if (last) return Event::end;
  }
}

UrlencodedDecoder::Event UrlencodedDecoder::field(std::string_view text) {
  if (fields_left_ == 0) {
    over_ = true;
    bytes_left_ = 0;
    input_ = {};
    return Event::too_large;
  }
  --fields_left_;
  const std::size_t equals = std::min(text.find('='), text.size());
  name_ = percent::decode_plus(text.substr(0, equals));
  value_ = percent::decode_plus(text.substr(std::min(equals + 1, text.size())));
  percent::quote_invalid(name_);
  percent::quote_invalid(value_);
  return Event::field;
}

}  // namespace retort::http
