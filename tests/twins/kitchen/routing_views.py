# SPDX-License-Identifier: BSD-3-Clause
# Rules, blueprints, hooks, error handlers, aborts.
from flask import Blueprint, Response, abort, g, jsonify, render_template, request, url_for
from werkzeug import exceptions
from werkzeug.exceptions import NotFound, TooManyRequests


class KitchenError(Exception):
    pass


class HotError(KitchenError):
    pass


def where():
    return jsonify(endpoint=request.endpoint, blueprint=request.blueprint, args=request.view_args,
                   rule=request.url_rule.rule)


def add_rules(app):
    def view(**values):
        return where()

    for rule, endpoint, options in (
        ("/rule/user/<name>", "user", {}),
        ("/rule/length/<string(length=3):code>", "length", {}),
        ("/rule/min/<string(minlength=2,maxlength=4):code>", "minmax", {}),
        ("/rule/int/<int:n>", "int", {}),
        ("/rule/signed/<int(signed=True):n>", "signed", {}),
        ("/rule/fixed/<int(fixed_digits=4):n>", "fixed", {}),
        ("/rule/range/<int(min=3,max=9):n>", "range", {}),
        ("/rule/float/<float:x>", "float", {}),
        ("/rule/any/<any(red, green):color>", "any", {}),
        ("/rule/uuid/<uuid:id>", "uuid", {}),
        ("/rule/path/<path:p>/end", "path", {}),
        ("/rule/two/<a>-<b>", "two", {}),
        ("/rule/slash/", "slash", {}),
        ("/rule/noslash", "noslash", {}),
        ("/rule/loose", "loose", {"strict_slashes": False}),
        ("/rule/pages/", "routing_pages", {"defaults": {"page": 1}}),
        ("/rule/pages/<int:page>", "routing_pages", {}),
        ("/rule/methods", "methods", {"methods": ["PUT", "DELETE"]}),
        ("/rule/nooptions", "nooptions", {"provide_automatic_options": False}),
        ("/rule/old", "old", {"redirect_to": "/rule/noslash"}),
        ("/rule/\u00e4/<name>", "unicode", {}),
    ):
        app.add_url_rule(rule, endpoint if endpoint == "routing_pages" else f"rule_{endpoint}", view, **options)


def add_blueprints(app):
    parent = Blueprint("parent", __name__, url_prefix="/parent")
    child = Blueprint("child", __name__)
    shop = Blueprint("shop", __name__, static_folder="parts/static", template_folder="parts/templates")
    unit = Blueprint("unit", __name__, url_defaults={"size": 3})

    @parent.get("/")
    def index():
        return jsonify(here=where().json, links=[url_for(".index"), url_for("parent.child.index"), url_for(".child.index")])

    @child.get("/", endpoint="index")
    def child_index():
        g.order.append("view")
        return jsonify(here=where().json, order=g.order, link=url_for(".index"), blueprints=request.blueprints)

    @parent.before_request
    def before_parent():
        g.setdefault("order", []).append("parent")

    @child.before_request
    def before_child():
        g.order.append("child")

    @child.after_request
    def after_child(response):
        response.headers.add("X-Order", "child")
        return response

    @parent.after_request
    def after_parent(response):
        response.headers.add("X-Order", "parent")
        return response

    @child.get("/missing")
    def missing():
        abort(404)

    @child.errorhandler(404)
    def child_404(error):
        return f"child: {error.description}", 404

    @parent.get("/hot")
    def hot():
        raise HotError("in the parent")

    @parent.errorhandler(KitchenError)
    def parent_error(error):
        return f"parent: {error}", 500

    @unit.get("/piece")
    def piece(size):
        return where()

    @shop.get("/page/<lang>")
    def page(lang):
        return render_template("part/page.html", lang=lang)

    @shop.app_context_processor
    def shop_context():
        return {"shop": "open"}

    @shop.before_app_request
    def before_all():
        if request.args.get("stop") == "app":
            return "stopped by the shop"

    @shop.after_app_request
    def after_all(response):
        response.headers["X-Shop"] = "open"
        return response

    @shop.app_errorhandler(TooManyRequests)
    def busy(error):
        return "busy", 429

    parent.register_blueprint(child, url_prefix="/child")
    app.register_blueprint(parent)
    app.register_blueprint(child, url_prefix="/again", name="again")
    app.register_blueprint(shop, url_prefix="/shop")
    app.register_blueprint(unit, url_prefix="/unit")
    app.register_blueprint(unit, url_prefix="/pair", name="pair", url_defaults={"size": 2})


def add_hooks(app):
    @app.before_request
    def order():
        g.order = ["app"]

    @app.before_request
    def maybe_stop():
        if request.args.get("stop") == "before":
            return "stopped", 203

    @app.after_request
    def mark(response):
        response.headers["X-After-Request"] = "app"
        return response

    @app.after_request
    def replace(response):
        if request.args.get("replace"):
            return Response("replaced", status=202)
        return response

    @app.url_value_preprocessor
    def preprocess(endpoint, values):
        if endpoint == "preprocessed":
            values["word"] = values["word"].upper()

    @app.url_defaults
    def defaults(endpoint, values):
        if endpoint == "preprocessed":
            values.setdefault("word", "default")

    @app.get("/hook/pre/<word>", endpoint="preprocessed")
    def preprocessed(word):
        return f"{word} {url_for('preprocessed')}"


def add_errors(app):
    @app.errorhandler(KitchenError)
    def kitchen_error(error):
        return f"kitchen: {error}", 500

    @app.errorhandler(410)
    def gone(error):
        return jsonify(name=error.name, code=error.code, description=error.description), 410

    @app.errorhandler(exceptions.Conflict)
    def conflict(error):
        return f"conflict: {error.description}", 409

    @app.errorhandler(500)
    def broken(error):
        original = getattr(error, "original_exception", None)
        return f"broken: {original is not None}", 500

    @app.get("/error/raise/<kind>")
    def raise_(kind):
        if kind == "kitchen":
            raise KitchenError("cold")
        if kind == "hot":
            raise HotError("hot")
        if kind == "not-found":
            raise NotFound("custom description")
        if kind == "plain":
            raise RuntimeError("secret")
        if kind == "key":
            return request.form["nothing"]
        if kind == "response":
            abort(Response("aborted", 418))
        if kind == "again":
            raise TooManyRequests(retry_after=30)
        return "nothing"

    @app.get("/error/abort/<int:code>")
    def abort_(code):
        if "text" in request.args:
            abort(code, request.args["text"])
        abort(code)


def add_to(app):
    add_hooks(app)
    add_rules(app)
    add_blueprints(app)
    add_errors(app)
