// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// abort(): ends a view with an error (Flask: abort). Throws; the app answers what it throws
// through its error handlers.

#include <string>

#include "retort/http/errors.h"
#include "retort/message/response.h"

namespace retort {

/// Throws the exception that stands for a code, as the current app's aborter knows it;
/// std::invalid_argument for a code without one. An empty description means its own.
[[noreturn]] void abort(int code, std::string description = {});
/// Ends the view with this response, which no error handler sees.
[[noreturn]] void abort(Response response);

/// A response as an exception; thrown by abort(response).
class ResponseException : public HTTPException {
 public:
  explicit ResponseException(Response response) : HTTPException(0), response_(std::move(response)) {}
  Response& response() { return response_; }

 private:
  Response response_;
};

/// Sends the client to another URL, with code 308; no error handler sees it (Werkzeug:
/// routing.RequestRedirect).
class RequestRedirect : public HTTPException {
 public:
  static constexpr int kCode = 308;
  explicit RequestRedirect(std::string new_url)
      : HTTPException(kCode, new_url), new_url_(std::move(new_url)) {}
  const std::string& new_url() const { return new_url_; }

 private:
  std::string new_url_;
};

}  // namespace retort
