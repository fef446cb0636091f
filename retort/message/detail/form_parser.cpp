// SPDX-License-Identifier: BSD-3-Clause
#include "retort/message/detail/form_parser.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "retort/http/content_type.h"
#include "retort/http/errors.h"
#include "retort/http/multipart.h"
#include "retort/http/options.h"
#include "retort/http/urlencoded.h"

namespace retort::detail {
namespace {

constexpr std::size_t kPiece = 64 * 1024;

using Event = http::MultipartDecoder::Event;

// Those that a response could carry, too; others are left out.
http::Headers part_headers(const http::MultipartDecoder& decoder) {
  http::Headers headers;
  for (const auto& [name, value] : decoder.headers()) {
    if (http::is_header_name(name) && http::is_header_value(value)) headers.add(name, value);
  }
  return headers;
}

class FormReader {
 public:
  FormReader(std::string_view boundary, const FormLimits& limits, http::MultiDict& form, Files& files)
      : decoder_(boundary, {.max_parts = limits.parts}),
        memory_left_(limits.memory),
        form_(form),
        files_(files) {
    if (limits.blocking) first_.set_blocking(limits.blocking);
  }

  /// False when the body is malformed.
  bool run(std::string_view here, const Function<std::size_t(char*, std::size_t)>& read) {
    for (;;) {
      switch (decoder_.next()) {
        case Event::need_data:
          feed(here, read);
          break;
        case Event::part:
          begin();
          break;
        case Event::data:
          append(decoder_.data());
          break;
        case Event::part_end:
          end();
          break;
        case Event::end:
          return true;
        case Event::malformed:
          return false;
        case Event::too_large:
          throw RequestEntityTooLarge();
      }
    }
  }

 private:
  void feed(std::string_view& here, const Function<std::size_t(char*, std::size_t)>& read) {
    if (!here.empty()) {
      decoder_.feed(here.substr(0, kPiece));
      here.remove_prefix(std::min(here.size(), kPiece));
      return;
    }
    if (!piece_) piece_ = std::make_unique_for_overwrite<char[]>(kPiece);
    if (const std::size_t n = read(piece_.get(), kPiece)) {
      decoder_.feed({piece_.get(), n});
    } else {
      decoder_.finish();
    }
  }
  void begin() {
    value_.clear();
    headers_ = part_headers(decoder_);
    if (decoder_.filename())
      file_ = first_.sibling(decoder_.name().value_or(""), *decoder_.filename(), std::move(headers_));
  }
  void append(std::string_view bytes) {
    if (decoder_.filename()) return file_.append(bytes);
    if (bytes.size() > memory_left_) throw RequestEntityTooLarge();
    memory_left_ -= bytes.size();
    value_ += bytes;
  }
  void end() {
    if (decoder_.filename()) return files_.add(std::move(file_));
    const http::OptionsHeader type = http::parse_options_header(headers_.get("Content-Type", ""));
    form_.add(decoder_.name().value_or(""), http::decode_text(value_, type.options.get("charset", "")));
  }

  http::MultipartDecoder decoder_;
  std::uint64_t memory_left_;
  http::MultiDict& form_;
  Files& files_;
  http::Headers headers_;
  std::string value_;
  FileStorage first_;  // has no bytes itself: the others are its siblings
  FileStorage file_;
  std::unique_ptr<char[]> piece_;  // what is read into, once something is
};

}  // namespace

void parse_multipart(std::string_view here, const Function<std::size_t(char*, std::size_t)>& read,
                     std::string_view boundary, const FormLimits& limits, http::MultiDict& form,
                     Files& files) {
  if (FormReader(boundary, limits, form, files).run(here, read)) return;
  form.clear();
  files = Files();
}

void parse_urlencoded(std::string_view here, const Function<std::size_t(char*, std::size_t)>& read,
                      const FormLimits& limits, http::MultiDict& form) {
  using Decoder = http::UrlencodedDecoder;
  constexpr std::size_t kMaxFields = http::UrlencodedLimits{}.max_fields;
  Decoder decoder({.max_fields = std::max(limits.parts, kMaxFields), .max_bytes = limits.memory});
  http::MultiDict fields;
  char piece[16 * 1024];
  decoder.feed(here);
  for (;;) {
    switch (decoder.next()) {
      case Decoder::Event::need_data:
        if (const std::size_t n = read(piece, sizeof piece)) {
          decoder.feed({piece, n});
        } else {
          decoder.finish();
        }
        break;
      case Decoder::Event::field:
        fields.add(std::move(decoder.name()), std::move(decoder.value()));
        break;
      case Decoder::Event::end:
        form = std::move(fields);
        return;
      case Decoder::Event::too_large:
        throw RequestEntityTooLarge();
    }
  }
}

}  // namespace retort::detail
