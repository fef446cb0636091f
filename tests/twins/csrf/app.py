# SPDX-License-Identifier: BSD-3-Clause
# Flask-WTF's CSRF protection: tokens and sessions made by one are used at the other. app.cpp says the same in
# Retort's words.
import re

from flask import Blueprint, Flask, g, make_response, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf, validate_csrf
from werkzeug.middleware.proxy_fix import ProxyFix
from wtforms import ValidationError


class Session(SecureCookieSession):
    """Looking whether a key is there is an access, as it is since Flask 3.1.3."""

    def __contains__(self, key):
        self.accessed = True
        return super().__contains__(key)


class Sessions(SecureCookieSessionInterface):
    session_class = Session


class Aged(URLSafeTimedSerializer):
    """Signs with a time that lies back."""

    def __init__(self, key, age):
        super().__init__(key, salt="wtf-csrf-token")
        signer = self.default_signer

        class Signer(signer):
            def get_timestamp(self):
                return super().get_timestamp() - age

        self.signer = Signer


def create_app():
    app = Flask(__name__)
    app.config.from_mapping(SECRET_KEY="the app's", WTF_CSRF_SECRET_KEY=["the old one", "the tokens' own"])
    app.session_interface = Sessions()
    app.wsgi_app = ProxyFix(app.wsgi_app)
    csrf = CSRFProtect(app)

    def answer(token):
        response = make_response("")
        response.headers["X-Signed"] = token
        return response

    @app.get("/seed/<token>")
    def seed(token):
        session["csrf_token"] = token
        return "seeded"

    @app.get("/token")
    def token():
        return answer(generate_csrf())

    @app.get("/first")
    def first():
        generate_csrf()
        return str(bool(re.fullmatch("[0-9a-f]{40}", session.pop("csrf_token"))))

    @app.get("/token/aged/<int:age>")
    def aged(age):
        return answer(Aged("the tokens' own", age).dumps(session["csrf_token"]))

    @app.get("/token/of/<value>")
    def of(value):
        return answer(Aged("the tokens' own", 0).dumps(value))

    @app.get("/token/by/<key>")
    def by(key):
        return answer(Aged(key, 0).dumps(session["csrf_token"]))

    @app.route("/post", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    def post():
        return f"{request.method} {g.get('csrf_valid', False)}"

    @app.post("/exempt")
    @csrf.exempt
    def exempt():
        return "exempt"

    @app.post("/validate")
    @csrf.exempt
    def validate():
        try:
            validate_csrf(request.form.get("token"))
        except ValidationError as e:
            return str(e)
        return "valid"

    @app.post("/by-hand")
    @csrf.exempt
    def by_hand():
        csrf.protect()
        return "by hand"

    child = Blueprint("child", __name__)
    child.add_url_rule("/post", "post", lambda: "child", methods=["POST"])
    parent = Blueprint("parent", __name__)
    parent.add_url_rule("/post", "post", lambda: "parent", methods=["POST"])
    parent.register_blueprint(child, url_prefix="/child")
    csrf.exempt(parent)
    app.register_blueprint(parent, url_prefix="/parent")

    handled = Blueprint("handled", __name__)
    handled.add_url_rule("/post", "post", lambda: "handled", methods=["POST"])

    @handled.errorhandler(CSRFError)
    def refused(error):
        return f"refused: {error.description}", 403

    app.register_blueprint(handled, url_prefix="/handled")
    return app
