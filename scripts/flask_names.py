#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Checks that docs/coming-from-flask.md and docs/flask-differences.md tell of every public name of
Flask that an application can use. Exits with 77 where Flask is not installed."""
import inspect
import re
import sys
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("coming-from-flask", "flask-differences")
NOT_INSTALLED = 77


def told():
    """The words between backticks on the pages."""
    words = set()
    for page in PAGES:
        text = (ROOT / "docs" / f"{page}.md").read_text()
        for code in re.findall(r"`([^`\n]+)`", text):
            words.update(re.findall(r"[A-Za-z_]\w*", code))
    return words


def public(thing):
    names = set(dir(thing)) | set(getattr(thing, "__dict__", {}))
    return sorted(name for name in names if not name.startswith("_"))


def things(flask):
    """What is asked, by the name to print."""
    from flask import sessions, testing, views

    yield "flask", [name for name in public(flask) if not is_foreign(getattr(flask, name))]
    for name in ("dump", "dumps", "load", "loads"):
        yield "flask.json", [name]
    objects = (flask.Flask("names"), flask.Blueprint("names", "names"), flask.Config("."), flask.Request,
               flask.Response, views.View, views.MethodView, sessions.SessionMixin, sessions.SessionInterface,
               testing.FlaskClient, testing.FlaskCliRunner)
    for thing in objects:
        yield thing.__name__ if inspect.isclass(thing) else type(thing).__name__, public(thing)


def is_foreign(value):
    return inspect.ismodule(value) or type(value).__name__ == "_Feature"


def main():
    warnings.simplefilter("ignore")
    try:
        import flask
    except ImportError:
        print("skipped: python3-flask is not installed")
        return NOT_INSTALLED
    words = told()
    count = failures = 0
    for owner, names in things(flask):
        count += len(names)
        missing = [name for name in names if name not in words]
        failures += len(missing)
        for name in missing:
            print(f"{owner}.{name}: on no page")
    print(f"{count} names of Flask, {failures} of them on no page")
    return 1 if failures or not count else 0


if __name__ == "__main__":
    sys.exit(main())
