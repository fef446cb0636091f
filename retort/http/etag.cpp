// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/etag.h"

#include <algorithm>
#include <stdexcept>

#include <openssl/evp.h>

#include "retort/base/base64.h"
#include "retort/base/text.h"
#include "retort/http/date.h"
#include "retort/http/range.h"

namespace retort::http {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Cuts a list of tags. A quoted tag ends at the first quote that a comma or the end
// follows; without one the tag is not a quoted one. The next such quote is remembered, so
// that each byte is looked at a bounded number of times.
class TagReader {
 public:
  explicit TagReader(std::string_view text) : text_(text) {}
  bool done() const { return at_ >= text_.size(); }

  struct Tag {
    bool weak = false;
    bool quoted = false;
    std::string_view text;
  };
  Tag next() {
    Tag tag;
    tag.weak = text_.substr(at_).starts_with("W/") || text_.substr(at_).starts_with("w/");
    if (tag.weak) at_ += 2;
    if (at_ < text_.size() && text_[at_] == '"') {
      const std::size_t closing = closing_quote(at_ + 1);
      if (closing != std::string_view::npos) {
        tag.quoted = true;
        tag.text = text_.substr(at_ + 1, closing - at_ - 1);
        skip_comma(closing + 1);
        return tag;
      }
    }
    const std::size_t comma = text_.find(',', at_);
    std::size_t end = std::min(comma, text_.size());
    while (comma != std::string_view::npos && end > at_ && is_space(text_[end - 1])) --end;
    tag.text = text_.substr(at_, end - at_);
    skip_comma(end);
    return tag;
  }

 private:
  std::size_t closing_quote(std::size_t from) {
    if (closing_ != std::string_view::npos && closing_ < from) closing_ = 0;
    if (closing_ != 0) return closing_;
    for (std::size_t at = from; (at = text_.find('"', at)) != std::string_view::npos; ++at) {
      const std::size_t after = skip_space(at + 1);
      if (at + 1 == text_.size() || (after < text_.size() && text_[after] == ',')) return closing_ = at;
    }
    return closing_ = std::string_view::npos;
  }
  std::size_t skip_space(std::size_t at) const {
    while (at < text_.size() && is_space(text_[at])) ++at;
    return at;
  }
  void skip_comma(std::size_t at) {
    at = skip_space(at);
    at_ = at < text_.size() ? skip_space(at + 1) : at;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t closing_ = 0;  // 0: not looked for yet
};

bool holds(const std::vector<std::optional<std::string>>& tags, std::string_view etag) {
  return std::any_of(tags.begin(), tags.end(), [&](const auto& tag) { return tag && *tag == etag; });
}

}  // namespace

std::string quote_etag(std::string_view etag, bool weak) {
  if (etag.find('"') != std::string_view::npos) throw std::invalid_argument("invalid etag");
  std::string out = weak ? "W/\"" : "\"";
  out += etag;
  out += '"';
  return out;
}

EntityTag unquote_etag(std::string_view etag) {
  while (!etag.empty() && is_space(etag.front())) etag.remove_prefix(1);
  while (!etag.empty() && is_space(etag.back())) etag.remove_suffix(1);
  EntityTag out;
  out.weak = etag.starts_with("W/") || etag.starts_with("w/");
  if (out.weak) etag.remove_prefix(2);
  if (etag.starts_with('"') && etag.ends_with('"')) {
    etag.remove_prefix(1);
    etag = etag.substr(0, etag.empty() ? 0 : etag.size() - 1);
  }
  out.value = etag;
  return out;
}

std::string generate_etag(std::string_view body) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_Digest(body.data(), body.size(), digest, &size, EVP_sha3_256(), nullptr) != 1)
    throw std::runtime_error("SHA3-256 is not available");
  return base64::encode({reinterpret_cast<const char*>(digest), size}, base64::Padding::no);
}

ETags ETags::parse(std::string_view header) {
  ETags out;
  TagReader reader(header);
  while (!reader.done()) {
    const auto tag = reader.next();
    if (!tag.quoted && tag.text == "*") {
      out = ETags();
      out.star_ = true;
      return out;
    }
    auto& tags = tag.weak ? out.weak_ : out.strong_;
    tags.push_back(tag.quoted && tag.text.empty() ? std::nullopt : std::optional(std::string(tag.text)));
  }
  return out;
}

bool ETags::is_strong(std::string_view etag) const { return holds(strong_, etag); }
bool ETags::is_weak(std::string_view etag) const { return holds(weak_, etag); }

bool ETags::contains_raw(std::string_view etag) const {
  const EntityTag tag = unquote_etag(etag);
  return tag.weak ? contains_weak(tag.value) : contains(tag.value);
}

bool is_resource_modified(const HeadersView& request, const Representation& now, bool ignore_if_range) {
  bool unmodified = false;
  IfRange if_range;
  if (!ignore_if_range && request.contains("Range")) if_range = parse_if_range_header(request["If-Range"]);
  const auto since = if_range.date ? if_range.date : parse_date(request["If-Modified-Since"]);
  if (since && now.last_modified && unix_seconds(*now.last_modified) <= unix_seconds(*since))
    unmodified = true;
  if (now.etag && !now.etag->empty()) {
    const std::string etag = unquote_etag(*now.etag).value;
    if (if_range.etag) {
      unmodified = ETags::parse(*if_range.etag).contains(etag);
    } else {
      std::string room;
      const ETags if_none_match = ETags::parse(request.joined("If-None-Match", ",", room));
      if (!if_none_match.empty()) unmodified = if_none_match.contains_weak(etag);
      const ETags if_match = ETags::parse(request.joined("If-Match", ",", room));
      if (!if_match.empty()) unmodified = !if_match.is_strong(etag);
    }
  }
  return !unmodified;
}

}  // namespace retort::http
