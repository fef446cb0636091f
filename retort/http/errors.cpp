// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/errors.h"

#include <algorithm>
#include <stdexcept>
#include <type_traits>

#include <fmt/format.h>

#include "retort/base/text.h"
#include "retort/http/status.h"

namespace retort {
namespace {

struct Description {
  int code;
  const char* text;
};

// Werkzeug's words.
constexpr Description kDescriptions[] = {
    {400, "The browser (or proxy) sent a request that this server could not understand."},
    {401,
     "The server could not verify that you are authorized to access the URL requested. "
     "You either supplied the wrong credentials (e.g. a bad password), or your browser "
     "doesn't understand how to supply the credentials required."},
    {403,
     "You don't have the permission to access the requested resource. It is either "
     "read-protected or not readable by the server."},
    {404,
     "The requested URL was not found on the server. If you entered the URL manually "
     "please check your spelling and try again."},
    {405, "The method is not allowed for the requested URL."},
    {406,
     "The resource identified by the request is only capable of generating response "
     "entities which have content characteristics not acceptable according to the accept "
     "headers sent in the request."},
    {408,
     "The server closed the network connection because the browser didn't finish the "
     "request within the specified time."},
    {409,
     "A conflict happened while processing the request. The resource might have been "
     "modified while the request was being processed."},
    {410,
     "The requested URL is no longer available on this server and there is no forwarding "
     "address. If you followed a link from a foreign page, please contact the author of "
     "this page."},
    {411, "A request with this method requires a valid <code>Content-Length</code> header."},
    {412, "The precondition on the request for the URL failed positive evaluation."},
    {413, "The data value transmitted exceeds the capacity limit."},
    {414,
     "The length of the requested URL exceeds the capacity limit for this server. The "
     "request cannot be processed."},
    {415, "The server does not support the media type transmitted in the request."},
    {416, "The server cannot provide the requested range."},
    {417, "The server could not meet the requirements of the Expect header"},
    {418, "This server is a teapot, not a coffee machine"},
    {421, "The server is not able to produce a response."},
    {422, "The request was well-formed but was unable to be followed due to semantic errors."},
    {423, "The resource that is being accessed is locked."},
    {424,
     "The method could not be performed on the resource because the requested action "
     "depended on another action and that action failed."},
    {428,
     "This request is required to be conditional; try using \"If-Match\" or "
     "\"If-Unmodified-Since\"."},
    {429, "This user has exceeded an allotted request count. Try again later."},
    {431, "One or more header fields exceeds the maximum size."},
    {451, "Unavailable for legal reasons."},
    {500,
     "The server encountered an internal error and was unable to complete your request. "
     "Either the server is overloaded or there is an error in the application."},
    {501, "The server does not support the action requested by the browser."},
    {502, "The proxy server received an invalid response from an upstream server."},
    {503,
     "The server is temporarily unable to service your request due to maintenance "
     "downtime or capacity problems. Please try again later."},
    {504, "The connection to an upstream server timed out."},
    {505, "The server does not support the HTTP protocol version used in the request."},
};

std::string or_default(std::string description, int code) {
  if (!description.empty()) return description;
  const auto* found = std::find_if(std::begin(kDescriptions), std::end(kDescriptions),
                                   [&](const Description& d) { return d.code == code; });
  return found == std::end(kDescriptions) ? std::string() : found->text;
}

void append_html(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&#34;";
        break;
      case '\'':
        out += "&#39;";
        break;
      case '\n':
        out += "<br>";
        break;
      default:
        out += c;
    }
  }
}

}  // namespace

std::string_view HTTPException::name() const {
  const std::string_view phrase = http::reason_phrase(code_);
  return phrase.empty() ? "Unknown Error" : phrase;
}

const char* HTTPException::what() const noexcept {
  if (what_.empty()) {
    try {
      what_ = fmt::format("{} {}: {}", code_, name(), description_);
    } catch (...) {
      return "HTTP error";
    }
  }
  return what_.c_str();
}

std::string HTTPException::get_body() const {
  std::string title;
  append_html(title, name());
  std::string out =
      fmt::format("<!doctype html>\n<html lang=en>\n<title>{0} {1}</title>\n<h1>{1}</h1>\n<p>", code_, title);
  append_html(out, description_);
  out += "</p>\n";
  return out;
}

http::Headers HTTPException::get_headers() const {
  http::Headers out{{"Content-Type", "text/html; charset=utf-8"}};
  out.extend(headers_);
  return out;
}

BadRequest::BadRequest(std::string description)
    : HTTPException(kCode, or_default(std::move(description), kCode)) {}

void BadRequestKeyError::show_exception() {
  if (!shown_) set_description(description() + "\nKeyError: " + text::repr(key_));
  shown_ = true;
}

Unauthorized::Unauthorized(std::string description, std::string_view www_authenticate)
    : HTTPException(kCode, or_default(std::move(description), kCode)) {
  if (!www_authenticate.empty()) headers().add("WWW-Authenticate", www_authenticate);
}

NotFound::NotFound(std::string description)
    : HTTPException(kCode, or_default(std::move(description), kCode)) {}

void HTTPException::set_description(std::string text) {
  description_ = std::move(text);
  what_.clear();
}

MethodNotAllowed::MethodNotAllowed() : MethodNotAllowed(std::vector<std::string>()) {}
MethodNotAllowed::MethodNotAllowed(std::vector<std::string> valid_methods, std::string description)
    : HTTPException(kCode, or_default(std::move(description), kCode)),
      valid_methods_(std::move(valid_methods)) {
  if (!valid_methods_.empty()) headers().add("Allow", fmt::format("{}", fmt::join(valid_methods_, ", ")));
}

RequestedRangeNotSatisfiable::RequestedRangeNotSatisfiable()
    : RequestedRangeNotSatisfiable(std::optional<std::uint64_t>()) {}
RequestedRangeNotSatisfiable::RequestedRangeNotSatisfiable(std::optional<std::uint64_t> length,
                                                           std::string_view units, std::string description)
    : HTTPException(kCode, or_default(std::move(description), kCode)) {
  if (length) headers().add("Content-Range", fmt::format("{} */{}", units, *length));
}

TooManyRequests::TooManyRequests(std::string description)
    : TooManyRequests(std::move(description), std::nullopt) {}
TooManyRequests::TooManyRequests(std::string description, std::optional<std::int64_t> retry_after_seconds)
    : HTTPException(kCode, or_default(std::move(description), kCode)) {
  if (retry_after_seconds) headers().add("Retry-After", std::to_string(*retry_after_seconds));
}

ServiceUnavailable::ServiceUnavailable(std::string description)
    : ServiceUnavailable(std::move(description), std::nullopt) {}
ServiceUnavailable::ServiceUnavailable(std::string description,
                                       std::optional<std::int64_t> retry_after_seconds)
    : HTTPException(kCode, or_default(std::move(description), kCode)) {
  if (retry_after_seconds) headers().add("Retry-After", std::to_string(*retry_after_seconds));
}

InternalServerError::InternalServerError(std::string description)
    : HTTPException(kCode, or_default(std::move(description), kCode)) {}

InternalServerError::InternalServerError(std::exception_ptr original)
    : HTTPException(kCode, or_default({}, kCode)), original_(std::move(original)) {}

// One definition a line for the classes that differ in nothing but code and description.
#define RETORT_HTTP_EXCEPTION(Name) \
  Name::Name(std::string description) : HTTPException(kCode, or_default(std::move(description), kCode)) {}
RETORT_HTTP_EXCEPTION(Forbidden)
RETORT_HTTP_EXCEPTION(NotAcceptable)
RETORT_HTTP_EXCEPTION(RequestTimeout)
RETORT_HTTP_EXCEPTION(Conflict)
RETORT_HTTP_EXCEPTION(Gone)
RETORT_HTTP_EXCEPTION(LengthRequired)
RETORT_HTTP_EXCEPTION(PreconditionFailed)
RETORT_HTTP_EXCEPTION(RequestEntityTooLarge)
RETORT_HTTP_EXCEPTION(RequestURITooLarge)
RETORT_HTTP_EXCEPTION(UnsupportedMediaType)
RETORT_HTTP_EXCEPTION(ExpectationFailed)
RETORT_HTTP_EXCEPTION(ImATeapot)
RETORT_HTTP_EXCEPTION(MisdirectedRequest)
RETORT_HTTP_EXCEPTION(UnprocessableEntity)
RETORT_HTTP_EXCEPTION(Locked)
RETORT_HTTP_EXCEPTION(FailedDependency)
RETORT_HTTP_EXCEPTION(PreconditionRequired)
RETORT_HTTP_EXCEPTION(RequestHeaderFieldsTooLarge)
RETORT_HTTP_EXCEPTION(UnavailableForLegalReasons)
RETORT_HTTP_EXCEPTION(NotImplemented)
RETORT_HTTP_EXCEPTION(BadGateway)
RETORT_HTTP_EXCEPTION(GatewayTimeout)
RETORT_HTTP_EXCEPTION(HTTPVersionNotSupported)
#undef RETORT_HTTP_EXCEPTION

namespace {

struct ExceptionClass {
  int code;
  const std::type_info* type;
  void (*raise)(std::string&& description);
};

template <class E>
[[noreturn]] void raise(std::string&& description) {
  if constexpr (std::is_same_v<E, MethodNotAllowed>) {
    throw MethodNotAllowed({}, std::move(description));
  } else if constexpr (std::is_same_v<E, RequestedRangeNotSatisfiable>) {
    throw RequestedRangeNotSatisfiable({}, "bytes", std::move(description));
  } else {
    throw E(std::move(description));
  }
}

template <class E>
constexpr ExceptionClass class_of() {
  return {E::kCode, &typeid(E), &raise<E>};
}

const ExceptionClass* find_class(int code) {
  static const ExceptionClass kClasses[] = {
      class_of<BadRequest>(),
      class_of<Unauthorized>(),
      class_of<Forbidden>(),
      class_of<NotFound>(),
      class_of<MethodNotAllowed>(),
      class_of<NotAcceptable>(),
      class_of<RequestTimeout>(),
      class_of<Conflict>(),
      class_of<Gone>(),
      class_of<LengthRequired>(),
      class_of<PreconditionFailed>(),
      class_of<RequestEntityTooLarge>(),
      class_of<RequestURITooLarge>(),
      class_of<UnsupportedMediaType>(),
      class_of<RequestedRangeNotSatisfiable>(),
      class_of<ExpectationFailed>(),
      class_of<ImATeapot>(),
      class_of<MisdirectedRequest>(),
      class_of<UnprocessableEntity>(),
      class_of<Locked>(),
      class_of<FailedDependency>(),
      class_of<PreconditionRequired>(),
      class_of<TooManyRequests>(),
      class_of<RequestHeaderFieldsTooLarge>(),
      class_of<UnavailableForLegalReasons>(),
      class_of<InternalServerError>(),
      class_of<NotImplemented>(),
      class_of<BadGateway>(),
      class_of<ServiceUnavailable>(),
      class_of<GatewayTimeout>(),
      class_of<HTTPVersionNotSupported>(),
  };
  const auto* found = std::find_if(std::begin(kClasses), std::end(kClasses),
                                   [&](const ExceptionClass& c) { return c.code == code; });
  return found == std::end(kClasses) ? nullptr : found;
}

}  // namespace

const std::type_info* http_exception_class(int code) {
  const ExceptionClass* found = find_class(code);
  return found ? found->type : nullptr;
}

void Aborter::operator()(int code, std::string description) const {
  for (auto own = own_.rbegin(); own != own_.rend(); ++own) {
    if (own->code == code) own->raise(std::move(description));
  }
  if (const ExceptionClass* known = find_class(code)) known->raise(std::move(description));
  throw std::invalid_argument(fmt::format("abort({}): no exception for {}", code, code));
}

void Aborter::add(Own own) {
  if (refuse_) refuse_();
  own_.push_back(own);
}

bool Aborter::contains(int code) const {
  return find_class(code) ||
         std::any_of(own_.begin(), own_.end(), [&](const Own& own) { return own.code == code; });
}

}  // namespace retort
