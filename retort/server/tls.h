// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// TlsOptions: what a server proves itself with, so that it speaks https.

#include <string>

namespace retort::server {

/// A certificate and its private key, as PEM files or as their texts.
struct TlsOptions {
  /// The server's own certificate, then those that lead from it to one that clients know.
  std::string certificate_file = {};
  std::string key_file = {};     ///< not encrypted; may be the same file
  std::string certificate = {};  ///< in place of certificate_file: what would be in it
  std::string key = {};          ///< in place of key_file
};

/// A certificate of its own signature for localhost, 127.0.0.1 and ::1, valid for a year, with a new key;
/// as texts. Clients warn of it: it is for development.
TlsOptions adhoc_tls();

/// The same with the files' texts in place of their names. Throws std::runtime_error, with one sentence,
/// for what Server::start() refuses: a file that cannot be read or holds no PEM, an encrypted key, a key that
/// does not belong to the certificate.
TlsOptions load_tls(TlsOptions options);

}  // namespace retort::server
