// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/multipart.h"

#include <algorithm>
#include <cstring>

#include "retort/base/utf8.h"
#include "retort/http/field_view.h"
#include "retort/http/options.h"

namespace retort::http {
namespace {

constexpr std::size_t kMaxBoundary = 200;
constexpr std::size_t kMaxPadding = 256;  // of white space behind a boundary

bool is_line_break(char c) { return c == '\r' || c == '\n'; }
bool is_padding(char c) { return c == ' ' || c == '\t' || c == '\v' || c == '\f'; }
bool is_space(char c) { return is_padding(c) || is_line_break(c); }

std::string_view strip(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// Linear whatever the bytes are, which std::string_view::find is not.
std::size_t find(std::string_view text, std::string_view what, std::size_t from) {
  if (from > text.size()) return std::string_view::npos;
  const void* found = memmem(text.data() + from, text.size() - from, what.data(), what.size());
  return found ? static_cast<std::size_t>(static_cast<const char*>(found) - text.data())
               : std::string_view::npos;
}

// Without the line break at its end.
std::size_t before_line_break(std::string_view text, std::size_t end) {
  if (end > 0 && text[end - 1] == '\n') return end > 1 && text[end - 2] == '\r' ? end - 2 : end - 1;
  return end > 0 && text[end - 1] == '\r' ? end - 1 : end;
}

// A header's lines, where one that begins with white space goes on with the one before.
std::vector<std::string> unfold(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    const std::string_view line = text.substr(0, end);
    const bool goes_on = !lines.empty() && (line.starts_with(' ') || line.starts_with('\t'));
    if (goes_on) {
      lines.back() += ' ';
      lines.back() += line.substr(1);
    } else if (!line.empty()) {
      lines.emplace_back(line);
    }
    const bool crlf = text.substr(end).starts_with("\r\n");
    text.remove_prefix(std::min(end + (crlf ? 2 : 1), text.size()));
  }
  return lines;
}

}  // namespace

MultipartDecoder::MultipartDecoder(std::string_view boundary, const MultipartLimits& limits)
    : delimiter_("--"), limits_(limits) {
  delimiter_ += boundary;
  if (boundary.empty() || boundary.size() > kMaxBoundary) state_ = State::failed;
}

void MultipartDecoder::feed(std::string_view bytes) {
  if (state_ == State::epilogue || state_ == State::failed) return;
  buffer_.erase(0, begin_);
  begin_ = 0;
  buffer_ += bytes;
}

MultipartDecoder::Event MultipartDecoder::next() {
  data_ = {};
  if (part_ended_) {
    part_ended_ = false;
    return Event::part_end;
  }
  switch (state_) {
    case State::preamble:
      return preamble();
    case State::head:
      return head();
    case State::body:
      return body();
    case State::epilogue:
      return finished_ ? Event::end : Event::need_data;
    case State::failed:
      break;
  }
  return failure_;
}

MultipartDecoder::Event MultipartDecoder::fail(Event event) {
  state_ = State::failed;
  failure_ = event;
  return event;
}

MultipartDecoder::Event MultipartDecoder::more() {
  return finished_ ? fail(Event::malformed) : Event::need_data;
}

// What follows "--boundary" at `at` of rest(): white space and a line break, or "--".
MultipartDecoder::Delimiter MultipartDecoder::delimiter_at(std::size_t at) const {
  using Kind = Delimiter::Kind;
  const Kind undecided = finished_ ? Kind::none : Kind::undecided;
  const std::string_view text = rest();
  std::size_t p = at + delimiter_.size();
  if (p < text.size() && text[p] == '-') {
    if (p + 1 == text.size()) return {undecided, 0};
    return text[p + 1] == '-' ? Delimiter{Kind::last, p + 2} : Delimiter{};
  }
  while (p < text.size() && is_padding(text[p])) ++p;
  if (p - at - delimiter_.size() > kMaxPadding) return {};
  if (p == text.size()) return {undecided, 0};
  if (text[p] == '\n') return {Kind::part, p + 1};
  if (text[p] != '\r') return {};
  if (p + 1 == text.size()) return finished_ ? Delimiter{Kind::part, p + 1} : Delimiter{Kind::undecided, 0};
  return {Kind::part, p + (text[p + 1] == '\n' ? 2 : 1)};
}

MultipartDecoder::Event MultipartDecoder::preamble() {
  for (;;) {
    const std::size_t at = find(rest(), delimiter_, searched_);
    if (at == std::string_view::npos) break;
    const Delimiter delimiter = delimiter_at(at);
    if (delimiter.kind == Delimiter::Kind::none) {
      searched_ = at + 1;
      continue;
    }
    begin_ += at;
    searched_ = 0;
    if (delimiter.kind == Delimiter::Kind::undecided) return more();
    begin_ += delimiter.end - at;
    state_ = delimiter.kind == Delimiter::Kind::last ? State::epilogue : State::head;
    return next();
  }
  const std::size_t keep = std::min(rest().size(), delimiter_.size() - 1);  // maybe its beginning
  begin_ = buffer_.size() - keep;
  searched_ = 0;
  return more();
}

MultipartDecoder::Event MultipartDecoder::head() {
  const std::string_view text = rest();
  // Without a blank line yet, it begins in the last three bytes or later.
  std::size_t end = text.size() - std::min<std::size_t>(text.size(), 3), behind = 0;
  for (std::size_t at = searched_; at + 1 < text.size(); ++at) {
    if (!is_line_break(text[at])) continue;
    const bool single = text[at] == text[at + 1];
    if (!single && text.substr(at, 4) != "\r\n\r\n") continue;
    end = at;
    behind = at + (single ? 1 : 2);  // the line break that the body begins behind stays
    break;
  }
  if (end > limits_.max_head_bytes) return fail(Event::too_large);
  if (behind == 0) {
    searched_ = text.size() > 3 ? text.size() - 3 : 0;
    return more();
  }
  if (++parts_ > limits_.max_parts) return fail(Event::too_large);
  if (!read_head(text.substr(0, end))) return fail(Event::malformed);
  begin_ += behind;
  searched_ = 0;
  at_body_start_ = true;
  state_ = State::body;
  return Event::part;
}

bool MultipartDecoder::read_head(std::string_view text) {
  headers_.clear();
  name_.reset();
  filename_.reset();
  std::optional<std::string> disposition;
  for (const std::string& line : unfold(text)) {
    if (!utf8::valid(line)) return false;
    const std::size_t colon = line.find(':');
    const std::string_view name = strip(std::string_view(line).substr(0, colon));
    const std::string_view value =
        colon == std::string::npos ? std::string_view() : strip(std::string_view(line).substr(colon + 1));
    headers_.emplace_back(name, value);
    if (!disposition && iequals(name, "Content-Disposition")) disposition = value;
  }
  if (!disposition) return false;
  const OptionsHeader parsed = parse_options_header(*disposition);
  if (const auto name = parsed.options.get("name")) name_ = *name;
  if (const auto filename = parsed.options.get("filename")) filename_ = *filename;
  return true;
}

MultipartDecoder::Event MultipartDecoder::body() {
  const std::string_view text = rest();
  if (at_body_start_ && text.size() < 2 && !finished_) return Event::need_data;
  // The bytes in front of the body: one line break, which a delimiter may follow at once.
  const std::size_t start = at_body_start_ ? (text.starts_with("\r\n") ? 2u : 1u) : 0u;
  for (;;) {
    const std::size_t at = find(text, delimiter_, searched_);
    if (at == std::string_view::npos) break;
    const bool on_its_line = at > 0 && is_line_break(text[at - 1]);
    const Delimiter delimiter = on_its_line ? delimiter_at(at) : Delimiter{};
    if (delimiter.kind == Delimiter::Kind::none) {
      searched_ = at + 1;
      continue;
    }
    const std::size_t end = std::max(before_line_break(text, at), start);
    if (delimiter.kind == Delimiter::Kind::undecided) {
      if (end <= start) return more();
      data_ = text.substr(start, end - start);
      begin_ += end;
      searched_ = 0;
      at_body_start_ = false;
      return Event::data;
    }
    data_ = text.substr(start, end - start);
    begin_ += delimiter.end;
    searched_ = 0;
    at_body_start_ = false;
    state_ = delimiter.kind == Delimiter::Kind::last ? State::epilogue : State::head;
    if (data_.empty()) return Event::part_end;
    part_ended_ = true;
    return Event::data;
  }
  // All but what may be a delimiter's beginning, with its line break.
  const std::size_t keep = delimiter_.size() + 1;
  if (text.size() <= start + keep) return more();
  const std::size_t end = text.size() - keep;
  data_ = text.substr(start, end - start);
  begin_ += end;
  searched_ = 0;
  at_body_start_ = false;
  return Event::data;
}

std::string encode_multipart(const std::vector<MultipartPart>& parts, std::string_view boundary) {
  // A name is quoted as browsers quote it (HTML, multipart/form-data encoding).
  const auto append_name = [](std::string& out, std::string_view text) {
    for (const char c : text) {
      if (c == '"') {
        out += "%22";
      } else if (c == '\r') {
        out += "%0D";
      } else if (c == '\n') {
        out += "%0A";
      } else {
        out += c;
      }
    }
  };
  std::string out;
  for (const MultipartPart& part : parts) {
    out.append("--").append(boundary).append("\r\nContent-Disposition: form-data; name=\"");
    append_name(out, part.name);
    out += '"';
    if (part.filename) {
      out += "; filename=\"";
      append_name(out, *part.filename);
      out += '"';
    }
    if (!part.content_type.empty()) out.append("\r\nContent-Type: ").append(part.content_type);
    out.append("\r\n\r\n").append(part.data).append("\r\n");
  }
  return out.append("--").append(boundary).append("--\r\n");
}

}  // namespace retort::http
