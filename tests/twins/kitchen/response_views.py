# SPDX-License-Identifier: BSD-3-Clause
# Every attribute of Response, and what a view may return.
from datetime import datetime, timedelta, timezone

from flask import Response, after_this_request, jsonify, make_response, redirect, request
from werkzeug.datastructures import ContentRange

WHEN = datetime(2026, 2, 20, 12, 30, 15, tzinfo=timezone.utc)


def made():
    response = make_response("Custom", 201)
    response.headers["X-Custom-Header"] = "MyValue"
    return response


def status_text():
    response = make_response("teapot")
    response.status = "418 I AM A TEAPOT"
    return response


def status_code():
    response = Response("gone")
    response.status_code = 410
    response.headers["X-Status"] = response.status
    return response


def bytes_():
    return Response(b"\x00\x01\xff", mimetype="application/octet-stream")


def mimetype():
    response = make_response("{}")
    response.mimetype = "application/ld+json"
    response.headers["X-Type"] = f"{response.mimetype} {response.is_json}"
    return response


def content_type():
    response = make_response("a,b")
    response.content_type = "text/csv; charset=utf-8; header=present"
    response.headers["X-Params"] = ",".join(f"{k}={v}" for k, v in sorted(response.mimetype_params.items()))
    return response


def header_list():
    response = Response("many")
    response.headers.add("X-Many", "one")
    response.headers.add("X-Many", "two")
    response.headers["X-Once"] = "first"
    response.headers["X-Once"] = "second"
    response.headers.setdefault("X-Once", "third")
    response.headers.setdefault("X-Default", "there")
    response.headers.add("Content-Disposition", "attachment", filename="a b.txt")
    del response.headers["X-Not-There"]
    return response


def set_cookie():
    response = Response("cookies")
    response.set_cookie("plain", "value")
    response.set_cookie("aged", "1", max_age=3600)
    response.set_cookie("dated", "1", expires=WHEN)
    response.set_cookie("path", "1", path="/response", domain="twin.example")
    response.set_cookie("strict", "1", secure=True, httponly=True, samesite="Strict")
    response.set_cookie("lax", "1", samesite="Lax", path=None)
    response.set_cookie("quoted", 'a b;c,"d"\\')
    response.set_cookie("unicode", "\u00e4\u20ac")
    return response


def delete_cookie():
    response = Response("gone")
    response.delete_cookie("plain")
    response.delete_cookie("path", path="/response", domain="twin.example")
    response.delete_cookie("strict", secure=True, httponly=True, samesite="Strict")
    return response


def dates():
    response = Response("dates")
    response.last_modified = WHEN
    response.expires = WHEN + timedelta(days=1)
    response.date = WHEN
    response.age = timedelta(seconds=90)
    response.headers["X-Modified"] = response.last_modified.isoformat()
    return response


def caching():
    response = Response("cached")
    response.cache_control.max_age = 300
    response.cache_control.public = True
    response.cache_control.must_revalidate = True
    response.cache_control.s_maxage = 60
    response.cache_control.stale_while_revalidate = None
    response.vary.add("Cookie")
    response.vary.update(["Accept", "cookie"])
    return response


def no_cache():
    response = Response("never")
    response.cache_control.no_cache = True
    response.cache_control.no_store = True
    response.cache_control.private = "X-Private"
    del response.cache_control.no_store
    return response


def content():
    response = Response("content")
    response.content_encoding = "identity"
    response.content_location = "/elsewhere"
    response.content_language.update(["en", "de"])
    response.content_md5 = "abc=="
    response.allow.update(["GET", "HEAD"])
    response.accept_ranges = "bytes"
    response.headers["X-Length"] = str(response.content_length)
    return response


def cors():
    response = Response("cors")
    response.access_control_allow_origin = "https://a.example"
    response.access_control_allow_credentials = True
    response.access_control_allow_headers = ["X-One", "X-Two"]
    response.access_control_allow_methods = ["GET", "PUT"]
    response.access_control_expose_headers = ["X-Three"]
    response.access_control_max_age = 600
    return response


def policies():
    from werkzeug.http import COEP, COOP
    response = Response("policies")
    response.content_security_policy.default_src = "'self'"
    response.content_security_policy.script_src = "'self' https://cdn.example"
    response.content_security_policy_report_only.img_src = "*"
    response.cross_origin_opener_policy = COOP.SAME_ORIGIN
    response.cross_origin_embedder_policy = COEP.REQUIRE_CORP
    return response


def authenticate():
    response = Response("who?", status=401)
    response.www_authenticate.set_basic("kitchen")
    return response


def partial():
    response = Response("bcd", status=206)
    response.content_range = ContentRange("bytes", 1, 4, 10)
    return response


def etag():
    response = Response("tagged")
    response.add_etag()
    response.headers["X-Tag"] = str(response.get_etag()[1])
    return response.make_conditional(request)


def set_etag():
    response = Response("tagged")
    response.set_etag("abc", weak="weak" in request.args)
    response.last_modified = WHEN
    return response.make_conditional(request)


def ranged():
    response = Response("0123456789" * 10, mimetype="text/plain")
    response.set_etag("digits")
    response.last_modified = WHEN
    return response.make_conditional(request, accept_ranges=True, complete_length=100)


def location():
    response = Response("moved", status=201)
    response.location = "/request/\u00e4 b?x=\u20ac"
    return response


def location_corrected():
    response = Response("moved", status=201)
    response.autocorrect_location_header = True
    response.location = "other"
    return response


def redirect_():
    return redirect(request.args["to"], int(request.args.get("code", 302)))


def data():
    response = Response("before")
    response.data = "after"
    response.headers["X-Data"] = response.get_data(as_text=True)
    return response


def own_json():
    response = jsonify(a=1)
    response.headers["X-Json"] = str(response.json["a"])
    response.headers["X-Is-Json"] = str(response.is_json)
    return response


def streamed():
    def pieces():
        yield "one "
        yield "two "
        yield "three"

    response = Response(pieces(), mimetype="text/plain")
    response.headers["X-Streamed"] = str(response.is_streamed)
    response.content_length = 13
    return response


def later():
    @after_this_request
    def add_header(response):
        response.headers["X-After"] = "this"
        return response

    return "later"


# What a view may return.


def results(kind):
    return {
        "text": lambda: "text",
        "bytes": lambda: b"bytes",
        "dict": lambda: {"b": 1, "a": [1, 2, None]},
        "list": lambda: [1, {"x": "y"}],
        "status": lambda: ("text", 202),
        "headers": lambda: ("text", {"X-Result": "headers"}),
        "both": lambda: ("text", 203, {"X-Result": "both", "Content-Type": "text/plain"}),
        "json-status": lambda: ({"a": 1}, 201),
        "response-status": lambda: (Response("made", status=200), 206),
        "response-headers": lambda: (Response("made", headers={"X-Result": "a"}), {"X-Result": "b"}),
        "empty": lambda: ("", 204),
        "escaped": lambda: ("<b>\u00e4\u20ac</b>", 200),
    }[kind]()


def numbers():
    return jsonify([0, -1, 1.5, 1e100, 10**15, True, False, None, 0.1, 1e-7, 100.0])


def texts():
    return jsonify(["\u00e4\u20ac\U0001f600", "</script>&'\"", "\\ \n\t\x01", ""])


def add_to(app):
    for view in (made, status_text, status_code, bytes_, mimetype, content_type, header_list, set_cookie,
                 delete_cookie, dates, caching, no_cache, content, cors, policies, authenticate, partial, etag,
                 set_etag, ranged, location, location_corrected, redirect_, data, own_json, streamed, later, numbers,
                 texts):
        name = view.__name__.strip("_").replace("_", "-")
        app.add_url_rule(f"/response/{name}", f"response_{name}", view)
    app.add_url_rule("/result/<kind>", "results", results)
