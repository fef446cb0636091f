# SPDX-License-Identifier: BSD-3-Clause
"""Submissions for the forms of app.py: a few by hand, and many that a seeded generator makes of texts that mean
something to one of the fields."""
import random

REQUIRES = ["flask_wtf", "email_validator"]

TEXTS = ["", " ", "a", "b<", "ab", "abc", "abcd", "abcdef", "x", "0", "1", "2.5", "  padded  ", "<b>\"&'", "false", "y",
         "ü", "日本語", "a@b.co", "a@b", "http://localhost/x", "http://a.co:80/?q", "127.0.0.1", "::1", "w 7", "é\u00a04",
         "01:23:45:67:ab:cd", "2bc1c94f-0deb-43e9-92a1-4775189ec9f8", "two\r\nlines", "\x00", "a\u2028b", "%(min)d"]
NUMBERS = ["", " ", "0", "1", "10", "11", "-5", "-6", " 7 ", "+3", "1_0", "1e1", "2.5", "2.50001", "nan", "inf", "-0", "0.1",
           "0.10", ".5", "5.", "x", "99.0001", "٣", "12.345", "0x1", "1,5", "9223372036854775807", "1.7976931348623157e308"]
TIMES = ["", " ", "2024-02-29", "2023-02-29", "29.02.2024", "1.2.2024", "23:59", "24:00", "7:08", "23:59:59",
         "2024-05-06 07:08:09", "2024-05-06T07:08:09", "2024-05-06 07:08", "2024-05-06T07:08", "202405060708", "2024-05",
         "2024-5", "2024-13", "x", "2024-05-06 ", "0001-01-01", "9999-12-31", "10000-01-01"]
CHOICES = ["", "a", "b", "c", "d", "x", "y", "1", "2", "3", "one", "<i>", " a"]

FIELDS = {
    "text": (TEXTS, ["plain", "area", "password", "hidden", "search", "tel", "site", "mail", "color", "filtered", "flag",
                     "on", "submit"]),
    "checked": (TEXTS, ["required", "sent", "brief", "lengthy", "between", "exact", "mail", "url", "uuid", "ip", "mac",
                        "regexp", "one", "none", "own", "again", "wrong"]),
    "numbers": (NUMBERS, ["integer", "least", "real", "money", "rounded", "exact", "volume", "share", "needed"]),
    "times": (TIMES, ["date", "german", "time", "moment", "either", "local", "month", "standard"]),
    "choices": (CHOICES, ["select", "plain", "number", "free", "grouped", "several", "numbers", "radio"]),
    "nested": (TEXTS, ["address-street", "address-city", "streets-0", "streets-1", "streets-2", "streets-3", "streets-9",
                       "people-0-street", "people-0-city", "people-1-street", "people-4-city", "people-x-street",
                       "streets-", "streets-01", "address"]),
}
SUBMISSIONS_OF_A_FORM = 60


def submission(generator, name):
    texts, fields = FIELDS[name]
    prefix = generator.choice(["", "", "", "p"])
    query = [("lang", "de")] if generator.random() < 0.3 else []
    query += [("data", "1")] if generator.random() < 0.3 else []
    query += [("prefix", prefix)] if prefix else []
    form = []
    for field in fields:
        if generator.random() < 0.75:
            form.append(((prefix and prefix + "-") + field, generator.choice(texts)))
            if generator.random() < 0.15:
                form.append((form[-1][0], generator.choice(texts)))
    return {"path": "/" + name, "query": query, "form": form or [("other", "1")]}


def generated(name):
    generator = random.Random("forms of " + name)
    return [submission(generator, name) for _ in range(SUBMISSIONS_OF_A_FORM)]


def by_hand(name):
    path = "/" + name
    return [{"path": path}, {"path": path, "query": [("data", "1")]}, {"path": path, "query": [("submit", "0")]},
            {"path": path, "query": [("submit", "0"), ("data", "1"), ("lang", "de"), ("prefix", "p-")]},
            {"path": path, "form": [("other", "1")]}, {"path": path, "method": "POST", "body": b""}]


def upload(*files, fields=(), **query):
    return {"path": "/upload", "query": list(query.items()), "form": list(fields), "files": list(files)}


TEXT = ("document", "a.txt", "text/plain", b"hello")
UPLOADS = [
    {"path": "/upload"}, upload(TEXT), upload(TEXT, lang="de"), upload(("document", "", "application/octet-stream", b"")),
    upload(TEXT, ("picture", "x.PNG", "image/png", b"1")), upload(TEXT, ("picture", "x.exe", "image/png", b"1")),
    upload(TEXT, ("picture", "png", "image/png", b"1")), upload(TEXT, ("sized", "s", "text/plain", b"1")),
    upload(TEXT, ("sized", "s", "text/plain", b"12")), upload(TEXT, ("sized", "s", "text/plain", b"0123456789")),
    upload(TEXT, ("sized", "s", "text/plain", b"0123456789a")),
    upload(TEXT, ("several", "1", "text/plain", b"1"), ("several", "2", "text/plain", b"2")),
    upload(fields=[("document", "text, not a file")]), upload(TEXT, fields=[("document", "text as well")]),
]

SCENARIOS = [{"name": f"{name}, by hand", "steps": by_hand(name)} for name in FIELDS]
SCENARIOS += [{"name": f"{name}, generated", "steps": generated(name)} for name in FIELDS]
SCENARIOS += [{"name": "upload", "steps": UPLOADS}]
