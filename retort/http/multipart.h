// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// multipart/form-data (RFC 7578, RFC 2046 5.1; Werkzeug: sansio.multipart). The decoder is
// fed pieces and gives events; whatever the pieces, the events tell the same bytes. It is
// linear, keeps no more than a part's head or a boundary, and never throws. The encoder is
// what the test client sends. One thread each.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace retort::http {

struct MultipartLimits {
  std::size_t max_parts = 1000;
  std::size_t max_head_bytes = 16 * 1024;  ///< of one part
};

class MultipartDecoder {
 public:
  enum class Event : std::uint8_t {
    need_data,  ///< feed() more, or finish()
    part,       ///< a part begins: name(), filename(), headers()
    data,       ///< bytes of its body: data()
    part_end,
    end,        ///< of the last part; what follows is skipped
    malformed,  ///< for good
    too_large,  ///< above a limit, for good
  };

  /// Parts are cut at "--" and `boundary`, which must be 1 to 200 bytes.
  explicit MultipartDecoder(std::string_view boundary, const MultipartLimits& limits = {});

  /// The next bytes. To be called when next() says need_data.
  void feed(std::string_view bytes);
  /// There are no more bytes.
  void finish() { finished_ = true; }
  Event next();

  /// Valid until the next part begins.
  const std::optional<std::string>& name() const { return name_; }
  const std::optional<std::string>& filename() const { return filename_; }  ///< none: a field
  const std::vector<std::pair<std::string, std::string>>& headers() const { return headers_; }
  /// Valid until the next feed() or next().
  std::string_view data() const { return data_; }

 private:
  enum class State : std::uint8_t { preamble, head, body, epilogue, failed };
  struct Delimiter {
    enum class Kind : std::uint8_t { none, undecided, part, last } kind = Kind::none;
    std::size_t end = 0;  // behind it
  };

  Event preamble();
  Event head();
  Event body();
  Event fail(Event event);
  Event more();
  bool read_head(std::string_view text);
  Delimiter delimiter_at(std::size_t at) const;
  std::string_view rest() const { return std::string_view(buffer_).substr(begin_); }

  std::string delimiter_;  // "--boundary"
  MultipartLimits limits_;
  std::string buffer_;
  std::size_t begin_ = 0;     // of what has not been told yet
  std::size_t searched_ = 0;  // from begin_ on: nothing is there
  std::size_t parts_ = 0;
  State state_ = State::preamble;
  Event failure_ = Event::malformed;
  bool finished_ = false;
  bool part_ended_ = false;     // part_end is to be told
  bool at_body_start_ = false;  // the line break of the head's end is still there
  std::optional<std::string> name_, filename_;
  std::vector<std::pair<std::string, std::string>> headers_;
  std::string_view data_;
};

/// A part to send. With a filename it is a file.
struct MultipartPart {
  std::string name;
  std::string data;
  std::optional<std::string> filename = {};
  std::string content_type = {};
};
/// A body for `Content-Type: multipart/form-data; boundary=...`. Precondition: the boundary
/// occurs in no part's data.
std::string encode_multipart(const std::vector<MultipartPart>& parts, std::string_view boundary);

}  // namespace retort::http
