# SPDX-License-Identifier: BSD-3-Clause
REQUIRES = ["flask_wtf"]

RAW = "5d41402abc4b2a76b9719d911017c592ae8f1b30"
SEED = {"path": f"/seed/{RAW}"}
TOKEN = {"path": "/token"}
SIGNED = "{x-signed}"


def field(name="csrf_token", value=SIGNED, **more):
    return {"path": "/post", "form": [("a", "1"), (name, value)], **more}


def header(name, value=SIGNED, **more):
    return {"path": "/post", "method": "POST", "headers": {name: value, **more.pop("headers", {})}, **more}


def with_token(*steps):
    """Each of the steps with a token of its own."""
    return [SEED] + [step for wanted in steps for step in (TOKEN, wanted)]


def secure(**headers):
    return header("X-CSRFToken", headers={"X-Forwarded-Proto": "https", **headers})


def from_page(referrer):
    return secure(Referer=referrer)


SAME = "https://twin.example/"
CHILD = {
    "path": "/parent/child/post", "method": "POST",
    "differs": {"why": "Flask-WTF exempts what is nested since 1.3.1", "status": 200, "body": "child",
                "headers": {"Content-Length": "5", "Vary": None}},
}

SCENARIOS = [
    {"name": "first token", "steps": [{"path": "/first"}, {"path": "/first"}]},
    {"name": "methods", "steps": with_token(
        {"path": "/post"}, {"path": "/post", "method": "OPTIONS"}, *(field(method=m) for m in ("POST", "PUT", "PATCH", "DELETE")))},
    {"name": "no token", "steps": [
        {"path": "/post", "method": "POST"}, SEED, {"path": "/post", "method": "POST"}, field(value=""),
        header("X-CSRFToken", ""), {"path": "/nothing", "method": "POST"}, {"path": "/token", "method": "POST"}]},
    {"name": "no session", "steps": [field(value="x"), {"path": "/token/of/x"}, field()]},
    {"name": "places", "steps": with_token(
        field(), field("login-csrf_token"), field("xcsrf_token"), field("csrf_token2"), field("CSRF_TOKEN"),
        field(files=[["f", "a.txt", "text/plain", b"x"]]), header("X-CSRFToken"), header("X-CSRF-Token"),
        header("x-csrftoken"), header("X-XSRF-Token"), header("X-CSRFToken", json={"a": 1}),
        {"path": "/post", "json": {"csrf_token": SIGNED}}, {"path": "/post?csrf_token={x-signed}", "method": "POST"},
        field(value="x", headers={"X-CSRFToken": SIGNED}), field("a-csrf_token", "x", headers={"X-CSRFToken": SIGNED}),
        field(value="", headers={"X-CSRFToken": SIGNED}))},
    {"name": "altered", "steps": with_token(*(field(value=value) for value in (
        SIGNED + "x", "x" + SIGNED, SIGNED + ".x", "." + SIGNED, "x", "x.y", "x.y.z", "..", RAW, "\u00fc", " " + SIGNED)))},
    {"name": "another session's", "steps": [
        SEED, {"path": "/token/of/" + "0" * 40}, field(), {"path": "/token/of/x"}, field(),
        TOKEN, {"path": "/seed/" + "1" * 40}, TOKEN, field()]},
    {"name": "age", "steps": [SEED] + [step for age in (0, 10, 3500, 3700, 100_000) for step in (
        {"path": f"/token/aged/{age}"}, field())]},
    {"name": "keys", "steps": [SEED] + [step for key in ("the tokens' own", "the old one", "the app's", "another") for step in (
        {"path": "/token/by/" + key.replace(" ", "%20")}, field())]},
    {"name": "exempt", "steps": [
        {"path": "/exempt", "method": "POST"}, {"path": "/parent/post", "method": "POST"}, CHILD,
        {"path": "/handled/post", "method": "POST"}]},
    {"name": "by hand", "steps": with_token(
        {"path": "/by-hand", "method": "POST"}, {"path": "/by-hand", "form": [("csrf_token", SIGNED)]},
        {"path": "/validate", "form": [("token", SIGNED)]}, {"path": "/validate", "form": [("token", "x")]},
        {"path": "/validate", "form": []}, {"path": "/handled/post", "form": [("csrf_token", SIGNED)]})},
    {"name": "referrers", "steps": with_token(
        secure(), secure(Referer=""), *(from_page(r) for r in (
            SAME, SAME[:-1], SAME + "a?b#c", "HTTPS://TWIN.EXAMPLE/", "http://twin.example/", "https://evil.example/",
            "https://twin.example.evil.example/", "https://twin.example@evil.example/", "https://evil.example?twin.example",
            "https://evil.example/" + SAME, "https://twin.example:8443/", "//twin.example/", "twin.example", "null")),
        header("X-CSRFToken", headers={"Referer": "https://evil.example/"}))},
]
