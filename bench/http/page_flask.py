# SPDX-License-Identifier: BSD-3-Clause
# The small application of server_page.cpp, for Flask: a session, three hooks, one template.
from pathlib import Path

from flask import Flask, g, render_template, session

app = Flask(__name__, template_folder=str(Path(__file__).resolve().parent / "templates"))
app.config["SECRET_KEY"] = "a key that only benchmarks use"
POSTS = [{"id": i, "title": f"Post <number> {i}", "author": f"author{i % 3}"} for i in range(10)]


@app.before_request
def load_user():
    g.user = session.get("user")


@app.after_request
def add_header(response):
    response.headers["X-Frame-Options"] = "DENY"
    return response


@app.teardown_request
def forget(error):
    g.pop("user", None)


@app.context_processor
def user():
    return {"user": g.get("user")}


@app.route("/")
def index():
    return "Hello, World!"


@app.route("/login")
def login():
    session["user"] = "ada"
    return "Welcome"


@app.route("/posts/<int:post_id>")
def post(post_id):
    return POSTS[post_id]


@app.route("/page")
def page():
    return render_template("page.html", posts=POSTS)
