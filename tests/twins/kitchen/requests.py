# SPDX-License-Identifier: BSD-3-Clause
from pathlib import Path

NOTES = Path(__file__).resolve().parent / "static/notes.txt"
PBKDF2 = "pbkdf2:sha256:1000$saltsalt$44ab2a37bac5d38cd9dbb7f2fa44310245929ea5fd127369c6ac11517786221f"
SCRYPT = ("scrypt:32768:8:1$saltsaltsaltsalt$c0af19712e5c96b151d9b999f4f0be28f90ec42175c2f1d1a157b5b4f6a901cb"
          "450f2bc24aacf22cd92e1dc3d6f0d832f3922a5ce8cea631015044b61d350daf")
PNG = b"\x89PNG\r\n\x1a\n\0\xff"


def scenario(name, *steps):
    return {"name": name, "steps": [step if isinstance(step, dict) else {"path": step} for step in steps]}


def get(path, headers=None, **more):
    return {"path": path, "headers": headers or {}, **more}


def post(path, form=None, headers=None, **more):
    more = {"form": form, **more} if form is not None else more
    return {"path": path, "method": "POST", "headers": headers or {}, **more}


def each(name, path, *values):
    return scenario(name, *(path.format(value) for value in values))


VARY = {"why": "Flask 3.1.3 and later say Vary: Cookie for every look at the session", "headers": {"Vary": "Cookie"}}
ETAG = {"why": "newer Werkzeugs make tags of SHA3-256",
        "headers": {"ETag": '"6d+hGG/YJDriy4xGVPnNOFKfxhuyj7B/lR9M/9YnNr0"'}}
ETAGS = '"8e1ec218dc7ecaadd65388fba9b6723ce114268a", "6d+hGG/YJDriy4xGVPnNOFKfxhuyj7B/lR9M/9YnNr0"'
NO_QUOTES = {"why": "Werkzeug 2.3 and later quote no tokens", "headers": {"WWW-Authenticate": "Basic realm=kitchen"}}

BAD = "Werkzeug 2.3 and later keep the escapes of what is no UTF-8"
BAD_ARGS = {
    "why": BAD, "headers": {"Content-Length": "201"},
    "body": '{"all":{"q":"\\u00e4%FF"},"has_q":true,"items":[["q","\\u00e4%FF"],["q","second"]],"keys":["q"],'
            '"lists":{"q":["\\u00e4%FF","second"]},"numbers":[],"page":1,"price":0.5,"q":"\\u00e4%FF","size":1,"tags":[]}\n'}
BAD_FORM = {"why": BAD, "headers": {"Content-Length": "67"},
            "body": '{"all":{"bad":["%C3"]},"data":"","files":{},"name":null,"tags":[]}\n'}


def uri(location, shown):
    """A redirect's page since Werkzeug 2.3: it shows what the view gave."""
    body = (
        "<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n<p>You should be redirected "
        f'automatically to the target URL: <a href="{shown}">{shown}</a>. If not, click the link.\n')
    return {"why": "Werkzeug 2.3 and later show the location as the view gave it", "body": body,
            "headers": {"Location": location, "Content-Length": str(len(body.encode()))}}


JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

REQUESTS = [
    scenario(
        "where a request is for",
        "/request/location", "/request/location?x=1&y=%20", "/request/location?", "/request/location?%C3%A4=%C3%A4",
        "/request/view-args/7/1.5/a/b%20c", "/request/view-args/7/x/a", "/request/view-args/0/0.25/%C3%A4",
        {"path": "/request/location", "method": "PATCH", "body": b"x"},
        get("/request/location", {"Host": "other.example:8080"}), get("/request/location", {"Host": "twin.example:80"}),
        get("/request/location", {"X-Forwarded-For": "1.2.3.4, 5.6.7.8"}),
        get("/request/location", {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"})),
    scenario(
        "fields of a request",
        "/request/fields",
        post("/request/fields", headers={"Content-Type": "Text/HTML; Charset=UTF-8; x=\"a b\""}, body=b"<p>"),
        post("/request/fields", headers=JSON | {"Content-Encoding": "identity", "Content-MD5": "abc"}, body=b"{}"),
        get("/request/fields", {"Content-Type": "application/problem+json"}),
        get("/request/fields", {"User-Agent": "Mozilla/5.0 (X11; Linux)", "Referer": "http://twin.example/from?x=1"}),
        get("/request/fields", {"Date": "Fri, 20 Feb 2026 12:30:15 GMT", "Max-Forwards": "3", "Origin": "https://a.example"}),
        get("/request/fields", {"Date": "nonsense", "Max-Forwards": "many", "Pragma": "no-cache"}),
        {"path": "/request/fields", "method": "GET", "headers": {
            "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "X-One, x-two"}}),
    scenario(
        "args",
        "/request/args", "/request/args?q=flask&page=2&price=1.25&tag=a&tag=b&n=1&n=x&n=3", "/request/args?page=two&price=x",
        "/request/args?q=a+b%20c%2Bd&empty=&alone&=nameless", get("/request/args?q=%C3%A4%FF&q=second", differs=BAD_ARGS), "/request/args?a;b=1&&c",
        "/request/args?page=+5", "/request/args?page=5_0&price=nan", "/request/args?page=%205%20", "/request/arg?needed=yes", "/request/arg"),
    scenario(
        "forms",
        post("/request/form", [("name", "ada"), ("tag", "x y"), ("tag", "\u00e4&=")]),
        post("/request/form", headers=FORM, body=b"name=&tag&=&%zz=%41"), post("/request/form", headers=FORM, body=b"bad=%C3", differs=BAD_FORM),
        post("/request/form", headers={"Content-Type": "text/plain"}, body=b"name=ada"),
        post("/request/form", [("name", "x")], files=[["f", "a.txt", "text/plain", b"data"]]),
        {"path": "/request/form", "method": "PUT", "form": [("name", "put")]},
        {"path": "/request/form", "method": "PATCH", "form": [("name", "patch")]},
        {"path": "/request/form", "method": "DELETE", "form": [("name", "delete")]},
        post("/request/field", [("username", "ada")]), post("/request/field", [("user", "ada")]),
        post("/request/values?a=1&b=2", [("a", "3"), ("c", "4")]), "/request/values?a=1&a=2"),
    scenario(
        "uploads",
        post("/request/files", [("title", "t")], files=[
            ["document", "a.txt", "text/plain; charset=utf-8", b"text\r\n--twin"], ["picture", "p.png", "image/png", PNG]]),
        post("/request/files", [], files=[["document", "", "application/octet-stream", b""]]),
        post("/request/files", [], files=[["d", "../../x.txt", "text/plain", b"1"], ["d", "second", "a/b", b"2"]]),
        post("/request/files", [("title", "none")], files=[]),
        post("/request/one-file", [], files=[["document", "one.txt", "text/plain", b"1"]]),
        post("/request/one-file", [], files=[["other", "one.txt", "text/plain", b"1"]]),
        post("/request/files", headers={"Content-Type": "multipart/form-data; boundary=x"}, body=b"--x\r\nnonsense"),
        post("/request/files", headers={"Content-Type": "multipart/form-data"}, body=b"--x--")),
    scenario(
        "bodies",
        post("/request/body", headers={"Content-Type": "text/plain"}, body="\u00e4\u20ac".encode()),
        post("/request/body", headers=FORM, body=b"a=1&b=2"), post("/request/body", headers={"Content-Type": "text/plain"}, body=b""),
        post("/request/body-then-form", [("a", "1")]), post("/request/form-then-body", [("a", "1")])),
    scenario(
        "json bodies",
        post("/request/json", json={"name": "ada", "n": [1, 2.5, None, True]}),
        post("/request/json", headers=JSON, body=b'"text"'), post("/request/json", headers=JSON, body=b"{nonsense"),
        post("/request/json", headers=JSON, body=b""), post("/request/json?force=1", headers={"Content-Type": "text/plain"}, body=b"[1]"),
        post("/request/json?silent=1", headers=JSON, body=b"nonsense"),
        post("/request/json?silent=1", headers={"Content-Type": "text/plain"}, body=b"[1]"),
        post("/request/json", headers={"Content-Type": "application/x+json"}, body=b"[1]"),
        post("/request/json", headers=JSON, body=b'{"a": 1, "a": 2}'), post("/request/json", headers=JSON, body=b'{"\\u00e4": "\\ud83d\\ude00"}'),
        post("/request/json-attribute", json={"name": "grace"})),
    scenario(
        "headers and cookies",
        get("/request/headers", {"X-Token": "t", "X-Number": "7"}), get("/request/headers", {"X-Number": "x"}),
        "/request/headers", get("/request/header", {"X-Needed": "yes"}),
        get("/request/cookies", {"Cookie": "visited=yes; a=1; b=\"q \\054 r\"; a=2; nameless; =x"}),
        get("/request/cookies", {"Cookie": "k=%C3%A4; sp ace=1; e="}), "/request/cookies"),
    scenario(
        "content negotiation",
        get("/request/accept", {"Accept": "text/html,application/json;q=0.9,*/*;q=0.1"}),
        get("/request/accept", {"Accept": "application/json, text/*;q=0.5"}), get("/request/accept", {"Accept": "image/webp"}),
        get("/request/accept", {"Accept": "text/html;q=0, */*"}), get("/request/accept", {"Accept": None}),
        get("/request/accept", {"Accept-Language": "de-AT, de;q=0.8, en;q=0.5", "Accept-Charset": "latin-1, utf-8;q=0.7"}),
        get("/request/accept", {"Accept-Language": "it", "Accept-Encoding": "br;q=0.5, gzip, *;q=0"}),
        get("/request/accept", {"Accept": "application/xhtml+xml;q=0.8, nonsense"})),
    scenario(
        "authorization",
        "/request/authorization", get("/request/authorization", {"Authorization": "Basic YWRhOnB3Ong="}),
        get("/request/authorization", {"Authorization": "basic nonsense"}),
        get("/request/authorization", {"Authorization": 'Digest username="ada", realm="r", nonce="n", uri="/", response="x"'})),
    scenario(
        "conditions of a request",
        "/request/cache", get("/request/cache", {"Cache-Control": "no-cache, max-age=0, min-fresh=5, only-if-cached"}),
        get("/request/cache", {"Cache-Control": "no-store, max-stale=30"}),
        get("/request/cache", {"If-None-Match": '"abc", W/"def"', "If-Match": '"x"'}),
        get("/request/cache", {"If-None-Match": "*"}),
        get("/request/cache", {"If-Modified-Since": "Fri, 20 Feb 2026 12:30:15 GMT", "If-Unmodified-Since": "never"}),
        get("/request/cache", {"If-Range": '"abc"', "Range": "bytes=0-9,20-"}),
        get("/request/cache", {"If-Range": "Fri, 20 Feb 2026 12:30:15 GMT", "Range": "bytes=-5"}),
        get("/request/cache", {"Range": "bytes=9-1"})),
    scenario("context-local objects", "/request/locals", "/request/small"),
]

WHEN = "Fri, 20 Feb 2026 12:30:15 GMT"
RESPONSES = [
    each("status and type", "/response/{}", "made", "status-text", "status-code", "bytes", "mimetype", "content-type"),
    each("headers of a response", "/response/{}", "header-list", "dates", "caching", "no-cache", "content", "cors", "policies",
         "partial"),
    scenario("a challenge", get("/response/authenticate", differs=NO_QUOTES)),
    scenario("cookies of a response", "/response/set-cookie", "/request/cookies", "/response/delete-cookie", "/request/cookies"),
    scenario(
        "etags", get("/response/etag", differs=ETAG), get("/response/etag", {"If-None-Match": ETAGS}, differs=ETAG),
        get("/response/etag", {"If-None-Match": "*"}, differs=ETAG), "/response/set-etag", get("/response/set-etag", {"If-None-Match": '"abc"'}), get("/response/set-etag?weak=1", {"If-None-Match": '"abc"'}),
        get("/response/set-etag", {"If-None-Match": '"x", "y"', "If-Modified-Since": WHEN}),
        get("/response/set-etag", {"If-Modified-Since": WHEN}), get("/response/set-etag", {"If-Modified-Since": "Thu, 19 Feb 2026 12:30:15 GMT"}),
        get("/response/set-etag", {"If-Match": '"other"'}), get("/response/set-etag", {"If-Match": '"abc"'}),
        {"path": "/response/set-etag", "method": "HEAD", "headers": {"If-None-Match": '"abc"'}}),
    scenario(
        "ranges", "/response/ranged", get("/response/ranged", {"Range": "bytes=0-9"}), get("/response/ranged", {"Range": "bytes=95-"}),
        get("/response/ranged", {"Range": "bytes=-3"}), get("/response/ranged", {"Range": "bytes=95-200"}),
        get("/response/ranged", {"Range": "bytes=0-1,5-6"}), get("/response/ranged", {"Range": "bytes=10-19", "If-Range": '"digits"'}),
        get("/response/ranged", {"Range": "bytes=10-19", "If-Range": '"other"'}), get("/response/ranged", {"Range": "bytes=10-19", "If-Range": WHEN}),
        get("/response/ranged", {"Range": "items=1-2"}), {"path": "/response/ranged", "method": "HEAD", "headers": {"Range": "bytes=0-9"}}),
    scenario("a range beyond the end", get("/response/ranged", {"Range": "bytes=100-"}), get("/response/ranged", {"Range": "bytes=5-2"})),
    scenario(
        "redirects", "/response/location", "/response/location-corrected", "/response/redirect?to=/x", "/response/redirect?to=/x&code=301",
        "/response/redirect?to=/x&code=303", "/response/redirect?to=/x&code=307", "/response/redirect?to=/x&code=308",
        get("/response/redirect?to=http://other.example/%3Cb%3E?a=1%26b=2",
            differs=uri("http://other.example/%3Cb%3E?a=1&b=2", "http://other.example/&lt;b&gt;?a=1&amp;b=2")),
        get("/response/redirect?to=/%C3%A4%20b", differs=uri("/%C3%A4%20b", "/\u00e4 b")), "/response/redirect?to=relative"),
    each("bodies of a response", "/response/{}", "data", "own-json", "streamed", "later", "numbers", "texts"),
    each("what a view may return", "/result/{}", "text", "bytes", "dict", "list", "status", "headers", "both", "json-status",
         "response-status", "response-headers", "empty", "escaped"),
]

SESSIONS = [
    scenario(
        "a session", "/session/read", "/session/set?user=ada&n=1", "/session/read", "/session/visits", "/session/visits", "/session/nested",
        "/session/nested", "/session/pop", "/session/read", "/session/clear", "/session/read", "/response/made"),
    scenario("a permanent session", "/session/permanent", "/session/read", "/session/set?x=1"),
    scenario("tagged values", "/session/tagged", "/session/kinds", get("/session/pop", differs=VARY), "/session/kinds"),
    scenario("a compressed session", "/session/big", "/session/read"),
    scenario(
        "a cookie of no worth", get("/session/read", {"Cookie": "session=nonsense"}), get("/session/read", {"Cookie": "session=e30.aaaaaa.bbbb"}),
        get("/session/visits", {"Cookie": "session="})),
    scenario(
        "flashed messages", "/session/flash", "/session/flashed", get("/session/flashed", differs=VARY), "/session/flash?message=%C3%A4",
        "/session/flashed-filtered", get("/session/flashed", differs=VARY)),
    scenario(
        "signed values", "/session/sign", "/session/unsign?token={body:^(.+)$}", "/session/unsign?token=x.y", "/session/unsign"),
    scenario(
        "password hashes", *(post("/session/password", [("hash", text), ("password", password)])
                             for text in (PBKDF2, "nonsense") for password in ("right", "wrong")),
        post("/session/password", [("hash", SCRYPT), ("password", "right")],
             differs={"why": "Werkzeug 2.3 and later read scrypt", "status": 200, "body": "true\n",
                      "headers": {"Content-Type": "application/json", "Content-Length": "5"}})),
]

HELPERS = [
    scenario("url_for", "/helper/urls", get("/helper/urls", {"Host": "other.example:99"}), "/helper/url-errors"),
    scenario(
        "send_file", "/helper/file", get("/helper/file", {"If-None-Match": "{etag}"}), "/helper/file", get("/helper/file", {"If-Modified-Since": "{last-modified}"}),
        "/helper/file?age=1", "/helper/file?notag=1", get("/helper/file", {"Range": "bytes=0-9"}), get("/helper/file", {"Range": "bytes=-5"}),
        {"path": "/helper/file", "method": "HEAD"}, "/helper/attachment", "/helper/attachment?name=report.txt",
        "/helper/attachment?name=%C3%A4+b%22.txt", get("/helper/attachment", {"If-None-Match": '"kitchen-notes"'}),
        get("/helper/attachment", {"Range": "bytes=1-2", "If-Range": '"kitchen-notes"'}), "/helper/memory-file", "/helper/static-file"),
    scenario(
        "static files", "/static/style.css", get("/static/style.css", {"If-None-Match": "{etag}"}), "/static/deep%20dir/a%26b.txt", "/static/nothing.css",
        "/static/../app.py", "/static/%2e%2e/app.py", "/static/", "/static/deep%20dir", get("/static/notes.txt", {"Range": "bytes=2-4"}),
        {"path": "/static/style.css", "method": "HEAD"}, {"path": "/static/style.css", "method": "POST", "body": b"x"},
        {"path": "/static/style.css", "method": "OPTIONS"}, "/helper/directory/notes.txt", "/helper/directory/../app.py", "/helper/directory/nothing"),
    each("helpers", "/helper/{}", "join", "names", "config", "json-kinds", "json-dumps", "signals"),
    scenario(
        "class-based views", "/view/counter", {"path": "/view/counter", "method": "POST"}, "/view/counter", {"path": "/view/counter", "method": "PUT"},
        "/view/kept/word", "/view/decorated", "/view/users", post("/view/users", json={"name": "ada"}), {"path": "/view/users", "method": "HEAD"},
        {"path": "/view/users", "method": "DELETE"}, {"path": "/view/users", "method": "OPTIONS"}, "/view/users/7",
        {"path": "/view/users/7", "method": "PUT", "json": {"name": "x"}}, {"path": "/view/users/7", "method": "DELETE"},
        {"path": "/view/users/7", "method": "POST"}, {"path": "/view/users/7", "method": "OPTIONS"}),
]

PAGES = [
    scenario("a page", "/page/index", "/page/index?q=%3Cb%3E", get("/session/flashed", differs=VARY), {"path": "/page/index", "method": "HEAD"}),
    each("templates", "/page/{}", "text", "first-of", "string", "attribute", "streamed", "streamed-string", "missing", "undefined"),
    scenario("a form", "/page/form", post("/page/form", [("name", "<\"ada\">")])),
]

ROUTES = [
    each("rules", "/rule/{}", "user/ada", "user/a%20b", "user/a/b", "user/%C3%A4", "length/abc", "length/ab", "min/a", "min/ab", "min/abcde",
         "int/7", "int/-7", "int/007", "int/x", "signed/-7", "signed/+7", "fixed/0042", "fixed/42", "range/3", "range/2", "range/10", "float/1.5", "float/1",
         "float/-1.5", "any/red", "any/blue", "uuid/a8098c1a-f86e-11da-bd1a-00112444be1e", "uuid/x", "path/a/b/end", "path/a//b/end", "two/a-b",
         "two/a-b-c", "%C3%A4/x", "nothing", "user//ada"),
    scenario(
        "slashes and redirects", "/rule/slash/", "/rule/slash", "/rule/slash?x=1&y=%20", "/rule/noslash/", "/rule/loose", "/rule/loose/", "/rule/pages/",
        "/rule/pages/1", "/rule/pages/2", "/rule/pages", "/rule/old", {"path": "/rule/slash", "method": "POST", "body": b"x"}, "//rule//noslash"),
    scenario(
        "methods", *({"path": path, "method": method} for path in ("/rule/noslash", "/rule/methods", "/rule/nooptions", "/nothing")
                     for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"))),
    scenario(
        "blueprints", "/parent/", "/parent/child/", "/parent/child/missing", "/again/", "/again/missing", "/parent/hot", "/parent/nothing",
        "/shop/page/en", "/unit/piece", "/pair/piece", "/shop/static/part.txt", "/shop/static/nothing.txt", {"path": "/parent/child/", "method": "OPTIONS"}),
    scenario(
        "hooks", "/rule/noslash?stop=before", "/rule/noslash?stop=app", "/nothing?stop=before", "/rule/noslash?replace=1", "/hook/pre/word",
        "/nothing?replace=1"),
    scenario(
        "errors", *(f"/error/raise/{kind}" for kind in (
            "kitchen", "hot", "not-found", "plain", "key", "response", "again", "nothing")),
        {"path": "/error/raise/plain", "method": "HEAD"}),
    each("aborts", "/error/abort/{}", 400, 401, 403, 404, 405, 406, 408, 409, "409?text=because", 410, "410?text=moved", 411, 412, 413, 414, 415, 416,
         417, 418, 422, 423, 424, 428, 429, 431, 451, 500, 501, 502, 503, 504, 505, "404?text=%3Cb%3E", 299),
]

SCENARIOS = REQUESTS + RESPONSES + SESSIONS + HELPERS + PAGES + ROUTES
