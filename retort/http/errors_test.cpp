// SPDX-License-Identifier: BSD-3-Clause
// Expected values are Werkzeug 3.1's.
#include "retort/http/errors.h"

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace retort {
namespace {

struct Page {
  int code;
  const char* name;
  const char* text;  // of its paragraph
};

const Page kPages[] = {
    {400, "Bad Request", "The browser (or proxy) sent a request that this server could not understand."},
    {401, "Unauthorized",
     "The server could not verify that you are authorized to access the URL requested. You either supplied "
     "the wrong credentials (e.g. a bad password), or your browser doesn&#39;t understand how to supply the "
     "credentials required."},
    {403, "Forbidden",
     "You don&#39;t have the permission to access the requested resource. It is either read-protected or not "
     "readable by the server."},
    {404, "Not Found",
     "The requested URL was not found on the server. If you entered the URL manually please check your "
     "spelling and try again."},
    {405, "Method Not Allowed", "The method is not allowed for the requested URL."},
    {406, "Not Acceptable",
     "The resource identified by the request is only capable of generating response entities which have "
     "content characteristics not acceptable according to the accept headers sent in the request."},
    {408, "Request Timeout",
     "The server closed the network connection because the browser didn&#39;t finish the request within the "
     "specified time."},
    {409, "Conflict",
     "A conflict happened while processing the request. The resource might have been modified while the "
     "request was being processed."},
    {410, "Gone",
     "The requested URL is no longer available on this server and there is no forwarding address. If you "
     "followed a link from a foreign page, please contact the author of this page."},
    {411, "Length Required",
     "A request with this method requires a valid &lt;code&gt;Content-Length&lt;/code&gt; header."},
    {412, "Precondition Failed", "The precondition on the request for the URL failed positive evaluation."},
    {413, "Request Entity Too Large", "The data value transmitted exceeds the capacity limit."},
    {414, "Request URI Too Long",
     "The length of the requested URL exceeds the capacity limit for this server. The request cannot be "
     "processed."},
    {415, "Unsupported Media Type", "The server does not support the media type transmitted in the request."},
    {416, "Requested Range Not Satisfiable", "The server cannot provide the requested range."},
    {417, "Expectation Failed", "The server could not meet the requirements of the Expect header"},
    {418, "I'm a teapot", "This server is a teapot, not a coffee machine"},
    {421, "Misdirected Request", "The server is not able to produce a response."},
    {422, "Unprocessable Entity",
     "The request was well-formed but was unable to be followed due to semantic errors."},
    {423, "Locked", "The resource that is being accessed is locked."},
    {424, "Failed Dependency",
     "The method could not be performed on the resource because the requested action depended on another "
     "action and that action failed."},
    {428, "Precondition Required",
     "This request is required to be conditional; try using &#34;If-Match&#34; or "
     "&#34;If-Unmodified-Since&#34;."},
    {429, "Too Many Requests", "This user has exceeded an allotted request count. Try again later."},
    {431, "Request Header Fields Too Large", "One or more header fields exceeds the maximum size."},
    {451, "Unavailable For Legal Reasons", "Unavailable for legal reasons."},
    {500, "Internal Server Error",
     "The server encountered an internal error and was unable to complete your request. Either the server is "
     "overloaded or there is an error in the application."},
    {501, "Not Implemented", "The server does not support the action requested by the browser."},
    {502, "Bad Gateway", "The proxy server received an invalid response from an upstream server."},
    {503, "Service Unavailable",
     "The server is temporarily unable to service your request due to maintenance downtime or capacity "
     "problems. Please try again later."},
    {504, "Gateway Timeout", "The connection to an upstream server timed out."},
    {505, "HTTP Version Not Supported",
     "The server does not support the HTTP protocol version used in the request."},
};

std::string page_of(int code, const std::string& name, const std::string& text) {
  const std::string number = std::to_string(code);
  return "<!doctype html>\n<html lang=en>\n<title>" + number + " " + name + "</title>\n<h1>" + name +
         "</h1>\n<p>" + text + "</p>\n";
}

TEST(HTTPException, OfEachCodeHasWerkzeugsPage) {
  for (const Page& page : kPages) {
    const std::string name(page.name);
    std::string shown;
    for (const char c : name) shown += c == '\'' ? std::string("&#39;") : std::string(1, c);
    try {
      Aborter()(page.code);
    } catch (const HTTPException& e) {
      EXPECT_EQ(e.code(), page.code);
      EXPECT_EQ(e.name(), name);
      EXPECT_EQ(e.get_body(), page_of(page.code, shown, page.text)) << page.code;
      EXPECT_EQ(typeid(e), *http_exception_class(page.code));
      EXPECT_EQ(e.get_headers().wire(), "Content-Type: text/html; charset=utf-8\r\n");
    }
  }
}

TEST(HTTPException, EscapesItsDescription) {
  EXPECT_EQ(NotFound("a<b>\n'c'").get_body(), page_of(404, "Not Found", "a&lt;b&gt;<br>&#39;c&#39;"));
  EXPECT_STREQ(NotFound("x").what(), "404 Not Found: x");
}

TEST(HTTPException, MayHaveACodeOfItsOwn) {
  EXPECT_EQ(HTTPException(402, "pay").get_body(), page_of(402, "Payment Required", "pay"));
  EXPECT_EQ(HTTPException(299).get_body(), page_of(299, "Unknown Error", ""));
}

TEST(HTTPException, AddsTheHeadersOfItsKind) {
  EXPECT_EQ(MethodNotAllowed({"GET", "HEAD"}).get_headers()["Allow"], "GET, HEAD");
  EXPECT_EQ(RequestedRangeNotSatisfiable(10).get_headers()["Content-Range"], "bytes */10");
  EXPECT_EQ(TooManyRequests("", 30).get_headers()["Retry-After"], "30");
  EXPECT_EQ(ServiceUnavailable("", 30).get_headers()["Retry-After"], "30");
  EXPECT_EQ(Unauthorized("", "Basic realm=x").get_headers()["WWW-Authenticate"], "Basic realm=x");
}

TEST(BadRequestKeyError, ShowsItsKeyOnDemandAlone) {
  const std::string text = BadRequest().description();
  BadRequestKeyError error("user");
  EXPECT_EQ(error.description(), text);
  error.show_exception();
  error.show_exception();
  EXPECT_EQ(error.description(), text + "\nKeyError: 'user'");
  EXPECT_EQ(error.get_body(), page_of(400, "Bad Request", text + "<br>KeyError: &#39;user&#39;"));
  BadRequestKeyError odd("it's\n");
  odd.show_exception();
  EXPECT_EQ(odd.description(), text + "\nKeyError: \"it's\\n\"");
}

class PaymentRequired : public HTTPException {
 public:
  explicit PaymentRequired(std::string description) : HTTPException(402, std::move(description)) {}
};

TEST(Aborter, ThrowsTheClassOfItsCode) {
  Aborter aborter;
  EXPECT_THROW(aborter(404), NotFound);
  EXPECT_THROW(aborter(405), MethodNotAllowed);
  EXPECT_THROW(aborter(200), std::invalid_argument);
  try {
    aborter(418, "why");
  } catch (const ImATeapot& e) {
    EXPECT_EQ(e.description(), "why");
  }
}

TEST(Aborter, LearnsOwnCodes) {
  Aborter aborter;
  EXPECT_THROW(aborter(402), std::invalid_argument);
  EXPECT_FALSE(aborter.contains(402));
  aborter.add<PaymentRequired>(402);
  EXPECT_TRUE(aborter.contains(402));
  EXPECT_THROW(aborter(402), PaymentRequired);
  EXPECT_THROW(Aborter()(402), std::invalid_argument);
}

}  // namespace
}  // namespace retort
