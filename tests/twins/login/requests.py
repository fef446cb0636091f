# SPDX-License-Identifier: BSD-3-Clause
import hashlib
import json

REQUIRES = ["flask_login"]
ONE = {"User-Agent": "Mozilla/5.0 (X11; Linux) it's \"odd\" \\ \xe9"}
OTHER = {"User-Agent": "curl/8.0"}
UNTOUCHED = {"why": "Flask-Login reads the session after every request, whether or not anything depends on it"}


def scenario(name, *steps):
    return {"name": name, "steps": [step if isinstance(step, dict) else get(step) for step in steps]}


def get(path, browser=ONE, **more):
    return {"path": path, "headers": browser | more.pop("headers", {}), **more}


def identifier(browser):
    # WSGI has headers as Latin-1.
    agent = browser["User-Agent"].encode("utf-8")
    return hashlib.sha512(f"{b'127.0.0.1'}|{agent}".encode()).hexdigest()


def remembered(path, user, browser=ONE):
    """A step in which the remember cookie brings a user back: Retort ties the new session to the browser."""
    session = {"_fresh": False, "_id": identifier(browser), "_user_id": user}
    return get(path, browser, differs={
        "why": "Flask-Login leaves `_id` out, and its strong protection then ends the session at its second request",
        "headers": {"Set-Cookie": f"session={json.dumps(session, sort_keys=True)}; HttpOnly; Path=/"}})


def forget(name="session"):
    return {"forget": name}


MODES = ("/basic", "/strong", "/none")
SCENARIOS = [
    scenario(f"{mode}: in and out", f"{mode}/me", f"{mode}/page", f"{mode}/secret", f"{mode}/flashed",
             f"{mode}/login?user=1", f"{mode}/me", f"{mode}/page", f"{mode}/secret", f"{mode}/fresh/x",
             get(f"{mode}/secret/any", method="POST"), f"{mode}/shop", f"{mode}/logout", f"{mode}/me",
             f"{mode}/secret?a=b%20c&d=%C3%A9")
    for mode in MODES
] + [
    scenario(f"{mode}: from another browser", f"{mode}/login?user=1", get(f"{mode}/me", OTHER),
             get(f"{mode}/fresh/x", OTHER), get(f"{mode}/secret", OTHER), f"{mode}/me", f"{mode}/fresh/x",
             f"{mode}/confirm", f"{mode}/me", f"{mode}/fresh/x")
    for mode in MODES
] + [
    scenario(f"{mode}: from another browser, permanent", f"{mode}/permanent", f"{mode}/login?user=1",
             get(f"{mode}/me", OTHER), f"{mode}/secret")
    for mode in MODES
] + [
    scenario(f"{mode}: from another address", get(f"{mode}/login?user=1", headers={"X-Forwarded-For": "10.1.1.1, 10.2.2.2"}),
             get(f"{mode}/me", headers={"X-Forwarded-For": " 10.1.1.1 ,x"}),
             get(f"{mode}/me", headers={"X-Forwarded-For": "10.3.3.3"}), f"{mode}/me")
    for mode in MODES
] + [
    scenario(f"{mode}: remembered", f"{mode}/login?user=2&remember=1", f"{mode}/me", forget(),
             remembered(f"{mode}/me", "2"), f"{mode}/me", f"{mode}/fresh/x", f"{mode}/logout", f"{mode}/me")
    for mode in MODES
] + [
    scenario(f"{mode}: remembered in another browser", f"{mode}/login?user=1&remember=1&days=3", forget(),
             remembered(f"{mode}/secret", "1", OTHER), get(f"{mode}/me", OTHER), f"{mode}/me", f"{mode}/logout",
             f"{mode}/me")
    for mode in MODES
] + [
    scenario("who is not active", "/basic/login?user=3", "/basic/me", "/basic/login?user=3&force=1", "/basic/me",
             "/basic/secret"),
    scenario("a stale login", "/basic/login?user=1&stale=1", "/basic/me", "/basic/secret", "/basic/fresh/x",
             "/basic/flashed", "/basic/login?user=1", "/basic/fresh/x"),
    scenario("one user after another", "/basic/login?user=1&remember=1", "/basic/login?user=2", "/basic/me",
             "/basic/logout", "/basic/me"),
    scenario("out twice", "/basic/logout", "/basic/login?user=1", "/basic/logout", "/basic/logout", "/basic/me"),
    scenario("other settings", "/custom/secret?x=1", "/custom/next", "/custom/flashed", "/custom/shop", "/custom/next",
             "/custom/flashed", "/custom/login?user=1&remember=1&stale=1", "/custom/next", "/custom/me", "/custom/fresh/x",
             "/custom/next", "/custom/flashed", "/custom/logout", "/custom/me"),
    scenario("days as a setting and as an argument", "/custom/login?user=1&remember=1",
             "/custom/login?user=1&remember=1&days=10", "/custom/me"),
    scenario("login is disabled", get("/disabled/fresh/x", differs=UNTOUCHED | {"headers": {"Vary": None}}),
             "/disabled/me"),
    scenario("handlers", "/handled/secret", "/handled/login?user=1&stale=1", "/handled/secret", "/handled/fresh/x"),
    scenario("a user of the request", get("/handled/me", headers={"X-User": "2"}),
             get("/handled/secret", headers={"X-User": "2"}), get("/handled/secret", headers={"X-User": "9"}),
             get("/handled/fresh/x", headers={"X-User": "2"}), "/handled/me", "/handled/login?user=1",
             get("/handled/me", headers={"X-User": "2"})),
    scenario("identifiers", "/basic/identifier", get("/basic/identifier", OTHER),
             get("/basic/identifier", {"User-Agent": "it's"}), get("/basic/identifier", {"User-Agent": "say \"it's\""}),
             get("/basic/identifier", {"User-Agent": "\xff\xa0tab\there"}), get("/basic/identifier", {}),
             get("/basic/identifier", headers={"X-Forwarded-For": ""}),
             get("/basic/identifier", headers={"X-Forwarded-For": " , "}),
             get("/basic/identifier", headers={"X-Forwarded-For": "unknown\xe9, 1"})),
    scenario("cookies", *[get("/basic/encode", query=[("payload", p)]) for p in ("1", "", "a|b", "\xfcn\xef")],
             *[get("/basic/decode", query=[("cookie", c)]) for c in ("", "|", "1", "1|", "1|0", "x|y|z")]),
    scenario("URLs", *[get("/basic/urls", query=[("to", to)]) for to in (
        "http://twin.example/a", "http://twin.example/a?b=c&d=%20e#f", "https://twin.example/a", "http://other.example/",
        "/a b", "", "//other.example/a", "http://twin.example", "http://twin.example/\xe9?\xe9=\xfc")]),
]
