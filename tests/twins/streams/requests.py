# SPDX-License-Identifier: BSD-3-Clause
BIG = b"0123456789abcdef" * 40_000  # 640 kB: above what files lie in memory
SOME = bytes(range(256)) * 800  # 204,800 bytes
LARGE = bytes(range(256)) * 4000  # above MAX_CONTENT_LENGTH
TOO_LARGE = {
    "why": "Werkzeug 2.3 and later hold the limit for whoever reads the body", "status": 413,
    "body": "<!doctype html>\n<html lang=en>\n<title>413 Request Entity Too Large</title>\n"
            "<h1>Request Entity Too Large</h1>\n<p>The data value transmitted exceeds the capacity limit.</p>\n",
    "headers": {"Content-Type": "text/html; charset=utf-8", "Content-Length": "171"},
}
CHUNKED = {"why": "HEAD gets the header fields of GET (RFC 9110, 9.3.2)", "headers": {"Transfer-Encoding": "chunked"}}


def scenario(name, *steps):
    return {"name": name, "steps": [step if isinstance(step, dict) else {"path": step} for step in steps]}


def get(path, **headers):
    return {"path": path, "headers": {name.replace("_", "-"): value for name, value in headers.items()}}


def post(path, **more):
    return {"path": path, "method": "POST", **more}


def raw(path, body, kind="application/octet-stream"):
    return post(path, body=body, headers={"Content-Type": kind})


def chunked(path, *pieces, kind="application/octet-stream"):
    body = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    return post(path, body=body, headers={"Transfer-Encoding": "chunked", "Content-Type": kind})


SCENARIOS = [
    scenario("streams", "/stream/0", "/stream/1", "/stream/1000", "/stream/big", "/stream/length", "/stream/empty",
             {"path": "/stream/5", "method": "HEAD", "differs": CHUNKED}, {"path": "/stream/length", "method": "HEAD"}),
    scenario("a stream with its context", "/context/stream", "/context/stream", "/counts"),
    scenario("call_on_close", "/closed", "/counts", "/closed/stream", "/counts", {"path": "/closed", "method": "HEAD"}, "/counts"),
    scenario("a client that goes away", {"path": "/endless", "abandon": 100_000}, "/counts", {"path": "/endless", "abandon": 10}, "/counts"),
    scenario(
        "uploads", post("/upload", form=[("a", "1"), ("b", "\u00e4")], files=[["f", "a.txt", "text/plain", b"text"], ["f", "b.bin", "", SOME]]),
        post("/upload", form=[], files=[["f", "empty.txt", "text/plain", b""]]),
        post("/upload", form=[], files=[["f", "lines.txt", "text/plain", b"\r\n--twin-boundar\r\n\r\n-"]]),
        post("/upload", form=[("a", "1")], files=[["f", "big", "a/b", BIG]]),
        post("/save", form=[], files=[["f", "x", "application/octet-stream", SOME]]),
        post("/save", form=[], files=[["f", "x", "application/octet-stream", BIG]]), post("/save", form=[], files=[["g", "x", "a/b", b""]])),
    scenario("raw bodies", raw("/raw", b""), raw("/raw", b"x"), raw("/raw", SOME), raw("/data", SOME), raw("/unread", SOME), "/counts"),
    scenario("bodies in chunks", chunked("/raw"), chunked("/raw", b"one", b"two"), chunked("/raw", SOME, BIG[:5000]), chunked("/data", b"x" * 70_000),
             chunked("/form", b"a=1&", b"b=2", kind="application/x-www-form-urlencoded")),
    scenario("limits", raw("/raw", LARGE) | {"differs": TOO_LARGE}, raw("/data", LARGE) | {"differs": TOO_LARGE}, raw("/unread", LARGE),
             post("/upload", form=[], files=[["f", "large", "a/b", LARGE]]), raw("/form", b"a=" + b"x" * 1_000_000, "application/x-www-form-urlencoded"),
             raw("/form", b"a=" + b"x" * 400_000, "application/x-www-form-urlencoded")),
    scenario(
        "files in ranges", "/file", get("/file", Range="bytes=0-6"), get("/file", Range="bytes=279993-"), get("/file", Range="bytes=-7"),
        get("/file", Range="bytes=100000-200000"), get("/file", Range="bytes=0-1,3-4"), get("/file", Range="bytes=280000-"),
        get("/file", Range="bytes=9-5"), get("/file", Range="lines=1-2"), "/file", get("/file", Range="bytes=7-13", If_Range="{etag}"),
        get("/file", Range="bytes=7-13", If_Range='"other"'), {"path": "/file", "method": "HEAD"},
        {"path": "/file", "method": "HEAD", "headers": {"Range": "bytes=0-6"}}, "/file", get("/file", If_None_Match="{etag}"), "/attachment",
        "/bytes", get("/bytes", Range="bytes=255-257"), "/static/numbers.txt", get("/static/numbers.txt", Range="bytes=7-12")),
]
