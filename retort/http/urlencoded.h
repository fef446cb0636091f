// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// application/x-www-form-urlencoded (WHATWG URL, section 5.1; Werkzeug: parse_qsl). The
// decoder is fed pieces and gives a field at a time; whatever the pieces, even those that
// cut an escape or a character in two, the fields are the same. It is linear, copies only
// a field that came in several pieces, and never throws. For a text that is there as a
// whole there is parse_query (retort/http/url.h). One thread each.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace retort::http {

struct UrlencodedLimits {
  std::size_t max_fields = 10'000;
  std::uint64_t max_bytes = 500'000;  ///< of the text; decoded it has at most thrice as many
};

class UrlencodedDecoder {
 public:
  enum class Event : std::uint8_t {
    need_data,  ///< feed() more, or finish()
    field,      ///< name() and value()
    end,
    too_large,  ///< above a limit, for good
  };

  explicit UrlencodedDecoder(const UrlencodedLimits& limits = {})
      : fields_left_(limits.max_fields), bytes_left_(limits.max_bytes) {}

  /// The next bytes, which must stay until next() has said need_data or end. Precondition:
  /// nothing was fed yet, or next() has said need_data since.
  void feed(std::string_view bytes);
  /// There are no more bytes.
  void finish() { finished_ = true; }
  /// Fields that lie within the limits are told before too_large.
  Event next();

  /// Of the field, as UTF-8: other bytes are escapes (again). An empty value may have had no
  /// "=". Valid until the next next(); may be moved from.
  std::string& name() { return name_; }
  std::string& value() { return value_; }

 private:
  Event field(std::string_view text);

  std::size_t fields_left_;
  std::uint64_t bytes_left_;
  std::string_view input_;  // what has not been told yet of what was fed
  std::string held_;        // the beginning of a field whose end was not fed; has no "&"
  bool over_ = false;       // a limit lies behind input_
  bool finished_ = false;
  std::string name_, value_;
};

}  // namespace retort::http
