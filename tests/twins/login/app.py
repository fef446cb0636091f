# SPDX-License-Identifier: BSD-3-Clause
# Who is logged in, by Flask-Login; app.cpp says the same in Retort's words. One app for each session
# protection, and one with other settings.
from datetime import timedelta

from flask import Blueprint, Flask, get_flashed_messages, jsonify, render_template_string, request, session
from flask_login import (LoginManager, UserMixin, confirm_login, current_user, decode_cookie, encode_cookie,
                         fresh_login_required, login_fresh, login_required, login_url, login_user, logout_user)
from flask_login.utils import _create_identifier, login_remembered, make_next_param
from werkzeug.middleware.dispatcher import DispatcherMiddleware


class User(UserMixin):
    def __init__(self, id, name, active=True):
        self.id, self.name, self.active = id, name, active

    @property
    def is_active(self):
        return self.active


USERS = {"1": User(1, "ada"), "2": User(2, "bob|ob"), "3": User(3, "carol", False)}


def add_views(app):
    @app.get("/login")
    def login():
        days = request.args.get("days", type=int)
        ok = login_user(USERS[request.args["user"]], remember="remember" in request.args, force="force" in request.args,
                        fresh="stale" not in request.args, duration=None if days is None else timedelta(days=days))
        return jsonify(ok=ok)

    @app.get("/logout")
    def logout():
        logout_user()
        return "out"

    @app.get("/me")
    def me():
        return jsonify(id=current_user.get_id(), authenticated=current_user.is_authenticated, active=current_user.is_active,
                       anonymous=current_user.is_anonymous, fresh=login_fresh(), remembered=login_remembered())

    @app.get("/page")
    def page():
        return render_template_string(
            "{% if current_user.is_authenticated %}{{ current_user.name }} {{ current_user.get_id() }}{% else %}nobody"
            " {{ current_user.get_id() }} {{ current_user.is_anonymous }}{% endif %}")

    @app.get("/secret")
    @login_required
    def secret():
        return "secret of " + current_user.name

    @app.route("/secret/any", methods=["GET", "POST", "OPTIONS"])
    @login_required
    def any_method():
        return request.method + str(session.get("x"))

    @app.get("/fresh/<name>")
    @fresh_login_required
    def fresh(name):
        return "fresh " + name

    @app.get("/confirm")
    def confirm():
        confirm_login()
        return "confirmed"

    @app.get("/flashed")
    def flashed():
        return jsonify(get_flashed_messages(with_categories=True))

    @app.get("/next")
    def next_page():
        return str(session.get("next"))

    @app.get("/permanent")
    def permanent():
        session.permanent = True
        return "permanent"

    @app.get("/identifier")
    def identifier():
        return _create_identifier() + str(session.get("x"))

    @app.get("/encode")
    def encode():
        return encode_cookie(request.args["payload"]) + str(session.get("x"))

    @app.get("/decode")
    def decode():
        return f"{decode_cookie(request.args['cookie'])}{session.get('x')}"

    @app.get("/urls")
    def urls():
        return jsonify([login_url(view, request.args["to"]) for view in
                        ("login", "/in?b=1", "http://twin.example/in", "https://other.example/in")] +
                       [make_next_param("/in", request.args["to"]), str(session.get("x"))])


def make_app(name, **config):
    app = Flask(name)
    app.config.from_mapping(SECRET_KEY="clé of the twins", **config)
    manager = LoginManager(app)
    manager.login_view = "login"
    manager.user_loader(lambda id: USERS.get(id))
    add_views(app)
    shop = Blueprint("shop", __name__)

    @shop.get("/shop")
    @login_required
    def index():
        return "shop"

    app.register_blueprint(shop)
    return app, manager


def create_app():
    basic, manager = make_app("basic")
    manager.refresh_view = "login"
    strong, _ = make_app("strong", SESSION_PROTECTION="strong")
    none, _ = make_app("none", SESSION_PROTECTION=None)
    custom, manager = make_app(
        "custom", REMEMBER_COOKIE_NAME="stay", REMEMBER_COOKIE_DURATION=3600, REMEMBER_COOKIE_PATH="/custom",
        REMEMBER_COOKIE_DOMAIN="twin.example", REMEMBER_COOKIE_SECURE=True, REMEMBER_COOKIE_HTTPONLY=False,
        REMEMBER_COOKIE_SAMESITE="Lax", USE_SESSION_FOR_NEXT=True)
    manager.refresh_view = "/again"
    manager.blueprint_login_views["shop"] = "/shop/in"
    manager.login_message = "Who are you?"
    manager.login_message_category = "info"
    manager.needs_refresh_message = "Still there?"
    manager.needs_refresh_message_category = "warning"
    manager.localize_callback = lambda text: text.upper()
    disabled, _ = make_app("disabled", LOGIN_DISABLED=True)
    handled, manager = make_app("handled")
    manager.unauthorized_handler(lambda: ("members only", 403))
    manager.needs_refresh_handler(lambda: ("once more", 418))
    manager.request_loader(lambda request: USERS.get(request.headers.get("X-User")))
    root = Flask("root")
    root.wsgi_app = DispatcherMiddleware(root.wsgi_app, {
        "/basic": basic, "/strong": strong, "/none": none, "/custom": custom, "/disabled": disabled, "/handled": handled})
    return root
