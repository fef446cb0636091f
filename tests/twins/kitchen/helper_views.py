# SPDX-License-Identifier: BSD-3-Clause
# url_for, files, JSON, config, class-based views, signals, secure names.
import datetime
import decimal
import io
import uuid
from pathlib import Path

from flask import (
    current_app, g, json, jsonify, make_response, request, request_finished, request_started, send_file,
    send_from_directory, url_for)
from flask.views import MethodView, View
from werkzeug.utils import safe_join, secure_filename

HERE = Path(__file__).resolve().parent
WHEN = datetime.datetime(2026, 2, 20, 12, 30, 15, tzinfo=datetime.timezone.utc)


def urls():
    return jsonify([
        url_for("request_args"),
        url_for("request_args", q="a b&c", page=2),
        url_for("request_args", tag=["x", "y"]),
        url_for("request_args", _anchor="top of page"),
        url_for("request_args", _external=True),
        url_for("request_args", _external=True, _scheme="https"),
        url_for("request_view_args", number=7, real=1.5, rest="a b/c"),
        url_for("static", filename="style.css"),
        url_for("static", filename="deep dir/a b.txt"),
        url_for("users", _method="POST"),
        url_for("users", page=3),
        url_for("routing_pages", page=1),
        url_for("routing_pages", page=2),
        url_for("parent.child.index"),
        url_for("results", kind="t\u00e4xt/../x"),
    ])


def url_errors():
    out = []
    for values in ({"endpoint": "nothing"}, {"endpoint": "request_view_args", "number": 1}):
        try:
            url_for(**values)
        except Exception as e:
            out.append(type(e).__name__)
    return jsonify(out)


def file():
    return send_file(HERE / "static/notes.txt", max_age=None if "age" in request.args else 30, etag="notag" not in request.args)


def attachment():
    return send_file(HERE / "static/notes.txt", as_attachment=True, download_name=request.args.get("name"),
                     last_modified=WHEN, etag='kitchen-notes')


def from_directory(path):
    return send_from_directory(HERE / "static", path)


def static_file():
    return current_app.send_static_file("style.css")


def memory_file():
    return send_file(io.BytesIO(b"in memory"), mimetype="text/x-memory", download_name="memory.txt")


def join():
    return jsonify([safe_join("/srv", path) for path in
                    ("a", "a/b", "../a", "a/../b", "/etc/passwd", ".", "..", "a/../../b")])


def names():
    return jsonify([secure_filename(name) for name in
                    ("a b.txt", "../../etc/passwd", "i contain cool \u00fcml\u00e4uts.txt", "", "..", "CON", "-x-.txt",
                     "C:\\dir\\file.txt")])


def config():
    c = current_app.config
    return jsonify(
        table=c.get_namespace("TABLE_"), age=c["SEND_FILE_MAX_AGE_DEFAULT"], debug=c["DEBUG"], testing=c["TESTING"],
        missing=c.get("MISSING", "none"), cookie=c["SESSION_COOKIE_NAME"], path=c["APPLICATION_ROOT"],
        scheme=c["PREFERRED_URL_SCHEME"], samesite=c["SESSION_COOKIE_SAMESITE"],
        lifetime=int(c["PERMANENT_SESSION_LIFETIME"].total_seconds()), httponly=c["SESSION_COOKIE_HTTPONLY"])


def json_kinds():
    return jsonify(
        date=WHEN, day=datetime.date(2026, 2, 20), decimal=decimal.Decimal("1.10"),
        uuid=uuid.UUID("a8098c1a-f86e-11da-bd1a-00112444be1e"), nested={"b": [{"y": 1, "x": None}], "a": True})


def json_dumps():
    return json.dumps({"b": "\u00e4", "a": [1, 2.0]})


class Counter(View):
    """A new instance for each request."""

    methods = ["GET", "POST"]

    def __init__(self, start):
        self.count = start

    def dispatch_request(self):
        self.count += 1
        return f"{request.method} {self.count}"


class Kept(View):
    init_every_request = False

    def dispatch_request(self, word):
        return word.upper()


class Users(MethodView):
    def get(self):
        return jsonify(users=["ada", "grace"])

    def post(self):
        return jsonify(created=request.get_json()["name"]), 201


class OneUser(MethodView):
    def get(self, user_id):
        return jsonify(id=user_id)

    def put(self, user_id):
        return jsonify(id=user_id, name=request.get_json()["name"])

    def delete(self, user_id):
        return "", 204


def exclaim(view):
    def wrapped(*args, **kwargs):
        response = make_response(view(*args, **kwargs))
        response.headers["X-Decorated"] = "yes"
        return response
    return wrapped


class Decorated(View):
    decorators = [exclaim]

    def dispatch_request(self):
        return "decorated"


def signals():
    return jsonify(started=g.get("started"), path=request.path)


def add_signals(app):
    def started(sender, **extra):
        g.started = True

    def finished(sender, response, **extra):
        if request.path == "/helper/signals":
            response.headers["X-Finished"] = str(response.status_code)

    app.extensions["kitchen_receivers"] = [started, finished]  # receivers are held weakly
    request_started.connect(started, app)
    request_finished.connect(finished, app)


def add_to(app):
    for view in (urls, url_errors, file, attachment, static_file, memory_file, join, names, config, json_kinds,
                 json_dumps, signals):
        name = view.__name__.replace("_", "-")
        app.add_url_rule(f"/helper/{name}", f"helper_{name}", view)
    app.add_url_rule("/helper/directory/<path:path>", "from_directory", from_directory)
    app.add_url_rule("/view/counter", view_func=Counter.as_view("counter", 41))
    app.add_url_rule("/view/kept/<word>", view_func=Kept.as_view("kept"))
    app.add_url_rule("/view/decorated", view_func=Decorated.as_view("decorated"))
    app.add_url_rule("/view/users", view_func=Users.as_view("users"))
    app.add_url_rule("/view/users/<int:user_id>", view_func=OneUser.as_view("one_user"))
    add_signals(app)
