# SPDX-License-Identifier: BSD-3-Clause
# Templates: the standard context, processors, filters, tests, globals, folders of blueprints, streams.
from flask import (
    Response, flash, g, get_template_attribute, render_template, render_template_string, request, session, stream_template,
    stream_template_string)
from markupsafe import Markup

POSTS = [{"id": 1, "title": "Flask & friends", "tags": ["a", "b"]}, {"id": 2, "title": "<Jinja>", "tags": []}]


def index():
    g.user = "ada"
    session["seen"] = True
    flash("rendered", "info")
    return render_template("index.html", title="Kitchen", posts=POSTS, markup=Markup("<i>safe</i>"), unsafe="<i>unsafe</i>")


def text():
    return render_template("plain.txt", value="<raw & plain>"), {"Content-Type": "text/plain"}


def first_of():
    return render_template(["missing.html", "form.html"])


def string():
    return render_template_string("{{ x }} {{ x|shout }} {{ request.path }} {{ 4 is square }} {{ answer() }}", x="<a>")


def attribute():
    hello = get_template_attribute("macros.html", "hello")
    return hello("w<o>rld")


def streamed():
    return Response(stream_template("list.html", items=list(range(30))), mimetype="text/html")


def streamed_string():
    return Response(stream_template_string("{% for i in items %}{{ i }};{% endfor %}{{ request.method }}", items=[1, 2, 3]))


def missing():
    return render_template("not_there.html")


def undefined():
    return render_template_string("[{{ nothing }}][{{ nothing.x.y }}]")


def form():
    return render_template("form.html", name=request.form.get("name", ""))


def add_to(app):
    for view in (index, text, first_of, string, attribute, streamed, streamed_string, missing, undefined):
        name = view.__name__.replace("_", "-")
        app.add_url_rule(f"/page/{name}", f"page_{name}", view)
    app.add_url_rule("/page/form", "page_form", form, methods=["GET", "POST"])

    @app.template_filter("shout")
    def shout(text):
        return text.upper() + "!"

    @app.template_test("square")
    def square(n):
        return int(n**0.5) ** 2 == n

    @app.template_global("answer")
    def answer():
        return 42

    @app.context_processor
    def add_year():
        return {"year": 2026, "title": "from the processor"}
