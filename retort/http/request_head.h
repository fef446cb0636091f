// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// A request's head as a server hands it on: method, target, fields, framing. All views
// point into the buffer that was parsed; whoever keeps the buffer keeps the head.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace retort::http {

/// One header field, name and value without surrounding white space (RFC 9110, 5.1).
struct HeaderField {
  std::string_view name;
  std::string_view value;
};

/// How the body of a message is delimited (RFC 9112, section 6).
enum class Framing : std::uint8_t { none, content_length, chunked };

struct RequestHead {
  std::string_view method;  ///< as sent, case kept (RFC 9110, 9.1)
  std::string_view target;  ///< as sent: origin, absolute or asterisk form
  const HeaderField* fields = nullptr;
  std::size_t field_count = 0;
  /// Of a target in origin form whose path is ASCII without escapes: the path's size. Else
  /// 0, and whoever wants the path looks for itself.
  std::size_t plain_path_size = 0;
  std::string_view host;             ///< the Host field's value; empty when there is none
  std::uint64_t content_length = 0;  ///< valid when framing == content_length
  Framing framing = Framing::none;
  std::uint8_t minor_version = 1;  ///< HTTP/1.<minor>
  bool keep_alive = true;          ///< after Connection and the version
  bool expect_continue = false;    ///< Expect: 100-continue (RFC 9110, 10.1.1)
  bool upgrade = false;            ///< an Upgrade field named by Connection
};

}  // namespace retort::http
