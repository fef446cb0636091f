# SPDX-License-Identifier: BSD-3-Clause
# Sessions, flashed messages, signing, password hashes.
from datetime import datetime, timezone
from uuid import UUID

from flask import current_app, flash, get_flashed_messages, jsonify, redirect, request, session, url_for
from itsdangerous import BadSignature, URLSafeSerializer
from markupsafe import Markup
from werkzeug.security import check_password_hash



def read():
    return jsonify(session=dict(session), permanent=session.get("_permanent", False))


def set_():
    for key, value in request.args.items():
        session[key] = value
    return jsonify(modified=session.modified, accessed=session.accessed)


def pop():
    return jsonify(popped=session.pop("user", None), left=sorted(session))


def clear():
    session.clear()
    return "cleared"


def permanent():
    session.permanent = True
    session["kept"] = True
    return str(session.permanent)


def tagged():
    session["tuple"] = (1, "two", (3,))
    session["bytes"] = b"\x00\xff"
    session["markup"] = Markup("<b>bold</b>")
    session["uuid"] = UUID("a8098c1a-f86e-11da-bd1a-00112444be1e")
    session["date"] = datetime(2026, 2, 20, 12, 30, 15, tzinfo=timezone.utc)
    session["dict"] = {" t": "escaped", "n": [1, 2.5, None, True]}
    return "tagged"


def kinds():
    """What the tagged values came back as."""
    values = {key: session.get(key) for key in ("bytes", "markup", "uuid", "date") if key in session}
    return jsonify({key: [type(value).__name__, value.decode("latin-1") if isinstance(value, bytes) else str(value)]
                    for key, value in values.items()})


def nested():
    session.setdefault("cart", {})
    session["cart"]["tea"] = session["cart"].get("tea", 0) + 1
    session.modified = True
    return jsonify(session["cart"])


def big():
    session["big"] = "kitchen sink " * 60
    return "big"


def visits():
    session["visits"] = session.get("visits", 0) + 1
    return f"visit {session['visits']}"


def flash_():
    flash("plain")
    flash("danger!", "danger")
    flash(request.args.get("message", "<b>third</b>"), "info")
    return redirect(url_for("session_flashed"))


def flashed():
    return jsonify(get_flashed_messages(with_categories=True))


def flashed_filtered():
    return jsonify(get_flashed_messages(category_filter=["danger", "info"]))


def sign():
    serializer = URLSafeSerializer(current_app.secret_key, salt="kitchen")
    return serializer.dumps({"id": 7, "names": ["a", "b"]})


def unsign():
    serializer = URLSafeSerializer(current_app.secret_key, salt="kitchen")
    try:
        return jsonify(serializer.loads(request.args["token"]))
    except BadSignature:
        return "bad signature", 400


def password():
    return jsonify(check_password_hash(request.form["hash"], request.form["password"]))


def add_to(app):
    for view in (read, set_, pop, clear, permanent, tagged, kinds, nested, big, visits, flash_, flashed,
                 flashed_filtered, sign, unsign):
        name = view.__name__.strip("_").replace("_", "-")
        app.add_url_rule(f"/session/{name}", f"session_{name}", view)
    app.add_url_rule("/session/password", "session_password", password, methods=["POST"])
