// SPDX-License-Identifier: BSD-3-Clause
// Conditional and partial answers (werkzeug.wrappers.Response: make_conditional).
#include <algorithm>

#include "retort/http/date.h"
#include "retort/http/errors.h"
#include "retort/http/etag.h"
#include "retort/http/range.h"
#include "retort/message/request.h"
#include "retort/message/response.h"

namespace retort {
namespace {

http::Representation representation(const http::Headers& headers) {
  http::Representation now;
  now.etag = headers.get("ETag");
  if (const auto time = headers.get("Last-Modified")) now.last_modified = http::parse_date(*time);
  return now;
}

/// Ends a stream whose range has been written; no std::exception, as Cancelled is none.
struct RangeWritten {};

/// Passes on a part of what is written, and throws RangeWritten after its last byte.
class RangeWriter final : public BodyWriter {
 public:
  RangeWriter(BodyWriter& out, std::uint64_t start, std::uint64_t length)
      : out_(out), skip_(start), left_(length) {}
  void write(std::string_view piece) override {
    if (skip_ != 0) skip(piece);
    piece = piece.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, piece.size())));
    left_ -= piece.size();
    if (!piece.empty()) out_.write(piece);
    if (left_ == 0) throw RangeWritten();
  }
  void flush() override { out_.flush(); }

 private:
  void skip(std::string_view& piece) {
    const std::uint64_t skipped = std::min<std::uint64_t>(skip_, piece.size());
    skip_ -= skipped;
    piece.remove_prefix(static_cast<std::size_t>(skipped));
    unseen_ += skipped;
    if (unseen_ < kLookEvery) return;
    unseen_ = 0;
    out_.write({});
  }

  static constexpr std::uint64_t kLookEvery = 256 * 1024;  // skipped bytes between two looks at the client

  BodyWriter& out_;
  std::uint64_t skip_, left_;
  std::uint64_t unseen_ = 0;
};

}  // namespace

std::optional<http::EntityTag> Response::get_etag() const {
  const auto tag = headers.get("ETag");
  if (!tag) return std::nullopt;
  return http::unquote_etag(*tag);
}

void Response::set_etag(std::string_view etag, bool weak) {
  headers.set("ETag", http::quote_etag(etag, weak));
}

void Response::add_etag(bool overwrite, bool weak) {
  if (overwrite || !headers.contains("ETag")) set_etag(http::generate_etag(get_data()), weak);
}

void Response::freeze() {
  set_content_length(get_data().size());
  add_etag();
}

void Response::keep_range(std::uint64_t start, std::uint64_t length) {
  switch (kind_) {
    case Kind::owned:
      text_ = text_.substr(std::min<std::uint64_t>(start, text_.size()), static_cast<std::size_t>(length));
      break;
    case Kind::borrowed:
      view_ = view_.substr(std::min<std::uint64_t>(start, view_.size()), static_cast<std::size_t>(length));
      break;
    case Kind::file:
      file_.offset += start;
      file_.length = length;
      break;
    case Kind::streamed:
      set_stream([whole = std::move(stream_), start, length](BodyWriter& out) {
        RangeWriter part(out, start, length);
        try {
          whole(part);
        } catch (const RangeWritten&) {
          // The producer was stopped: nobody wants the rest.
        }
      });
      break;
  }
}

bool Response::answer_range(const Request& request, std::uint64_t complete_length) {
  if (complete_length == 0 || !request.headers.contains("Range")) return false;
  if (request.headers.contains("If-Range") &&
      http::is_resource_modified(request.headers, representation(headers), false))
    return false;
  const auto range = http::parse_range_header(request.headers["Range"]);
  const auto length = static_cast<std::int64_t>(complete_length);
  const auto bytes = range ? range->range_for_length(length) : std::nullopt;
  if (!bytes) throw RequestedRangeNotSatisfiable(complete_length);
  const auto size = static_cast<std::uint64_t>(bytes->stop - bytes->start);
  set_content_length(size);
  headers.set("Content-Range", *range->content_range_header(length));
  status_code = 206;
  keep_range(static_cast<std::uint64_t>(bytes->start), size);
  return true;
}

void Response::make_conditional(const Request& request, ConditionalOptions options) {
  if (request.method != "GET" && request.method != "HEAD") return;
  if (options.accept_ranges) headers.set("Accept-Ranges", "bytes");
  if (options.accept_ranges && options.complete_length && answer_range(request, *options.complete_length))
    return;
  if (http::is_resource_modified(request.headers, representation(headers))) return;
  status_code = request.if_match->empty() ? 304 : 412;
}

}  // namespace retort
