# SPDX-License-Identifier: BSD-3-Clause
# Every attribute of Request.
from flask import jsonify, request
from werkzeug.http import http_date

ANY = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def date(value):
    return None if value is None else http_date(value)


def location():
    return jsonify(
        method=request.method, path=request.path, full_path=request.full_path, script_root=request.script_root,
        root_path=request.root_path, url=request.url, base_url=request.base_url, root_url=request.root_url,
        host=request.host, host_url=request.host_url, scheme=request.scheme, is_secure=request.is_secure,
        remote_addr=request.remote_addr, query_string=request.query_string.decode(), endpoint=request.endpoint,
        blueprint=request.blueprint, blueprints=request.blueprints, rule=request.url_rule.rule,
        view_args=request.view_args, access_route=list(request.access_route), remote_user=request.remote_user)


def fields():
    return jsonify(
        content_type=request.content_type, mimetype=request.mimetype, mimetype_params=request.mimetype_params,
        content_length=request.content_length, content_encoding=request.content_encoding, is_json=request.is_json,
        user_agent=request.user_agent.string, referrer=request.referrer, date=date(request.date),
        max_forwards=request.max_forwards, origin=request.origin, content_md5=request.content_md5,
        pragma=request.pragma.to_header(), acrm=request.access_control_request_method,
        acrh=request.access_control_request_headers.to_header() if request.access_control_request_headers else None)


def args():
    a = request.args
    return jsonify(
        q=a.get("q", ""), page=a.get("page", 1, type=int), price=a.get("price", 0.5, type=float),
        tags=a.getlist("tag"), numbers=a.getlist("n", type=int), all=a.to_dict(), lists=a.to_dict(flat=False),
        has_q="q" in a, size=len(a), keys=list(a.keys()), items=list(a.items(multi=True)))


def arg():
    return request.args["needed"]


def form():
    f = request.form
    return jsonify(
        name=f.get("name"), tags=f.getlist("tag"), all=f.to_dict(flat=False), data=request.get_data(as_text=True),
        files={name: len(request.files.getlist(name)) for name in request.files})


def field():
    return request.form["username"]


def values():
    return jsonify(values=request.values.to_dict(flat=False), first=request.values.get("a"))


def files():
    out = []
    for name, file in request.files.items(multi=True):
        out.append({"name": name, "filename": file.filename, "type": file.content_type, "mimetype": file.mimetype,
                    "params": file.mimetype_params, "data": file.stream.read().decode("latin-1"),
                    "given": bool(file)})
    return jsonify(files=out, title=request.form.get("title"))


def one_file():
    return request.files["document"].filename


def body():
    return request.get_data(as_text=True)


def body_then_form():
    data = request.get_data()
    return jsonify(size=len(data), form=request.form.to_dict())


def form_then_body():
    form = request.form.to_dict()
    return jsonify(form=form, size=len(request.get_data()))


def json_():
    force, silent = "force" in request.args, "silent" in request.args
    return jsonify(got=request.get_json(force=force, silent=silent))


def json_attribute():
    return jsonify(request.json["name"])


def headers():
    h = request.headers
    return jsonify(
        token=h.get("X-Token"), case=h.get("x-tOKEN", "none"), number=h.get("X-Number", 0, type=int),
        has="X-Token" in h, list=h.getlist("X-Token"))


def header():
    return request.headers["X-Needed"]


def cookies():
    return jsonify(all=request.cookies.to_dict(), visited=request.cookies.get("visited", "no"))


def accept():
    m, c, e, l = (request.accept_mimetypes, request.accept_charsets, request.accept_encodings,
                  request.accept_languages)
    return jsonify(
        best=m.best_match(["text/html", "application/json"]), html=m.accept_html, json=m.accept_json,
        xhtml=m.accept_xhtml, quality=float(m["text/html"]), other=float(m["image/png"]), values=list(m.values()), header=str(m),
        has="application/json" in m, charset=c.best_match(["utf-8", "latin-1"]), encoding=e.best_match(["gzip", "br"]),
        language=l.best_match(["en", "de", "fr"], "none"), lquality=float(l["de-AT"]), first=l.best)


def authorization():
    a = request.authorization
    if a is None:
        return jsonify(None)
    return jsonify(type=a.type, username=a.username, password=a.password, realm=a.get("realm"), nonce=a.get("nonce"))


def cache():
    c = request.cache_control
    return jsonify(
        no_cache=bool(c.no_cache), no_store=bool(c.no_store), max_age=c.max_age, max_stale=c.max_stale,
        min_fresh=c.min_fresh, no_transform=bool(c.no_transform), only_if_cached=bool(c.only_if_cached),
        if_match=sorted(request.if_match.as_set()), star=request.if_none_match.star_tag,
        has=request.if_none_match.contains("abc"), weak=request.if_none_match.contains_weak("def"),
        if_modified_since=date(request.if_modified_since), if_unmodified_since=date(request.if_unmodified_since),
        if_range=request.if_range.to_header(), range=request.range.to_header() if request.range else None,
        ranges=request.range.ranges if request.range else None)


def small():
    return jsonify(request.form.to_dict())


def context_locals():
    from flask import current_app, g, has_app_context, has_request_context
    g.x = 1
    g.setdefault("y", 2)
    out = [g.x, g.get("y"), g.get("z", "none"), "x" in g, g.pop("x"), "x" in g, has_app_context(),
           has_request_context(), current_app.name == "app" or current_app.name]
    return jsonify(out[:-1])


def add_to(app):
    for rule, view in {
        "location": location, "fields": fields, "args": args, "arg": arg, "form": form, "field": field,
        "values": values, "files": files, "one-file": one_file, "body": body, "body-then-form": body_then_form,
        "form-then-body": form_then_body, "json": json_, "json-attribute": json_attribute, "headers": headers,
        "header": header, "cookies": cookies, "accept": accept, "authorization": authorization, "cache": cache,
        "small": small, "locals": context_locals,
    }.items():
        app.add_url_rule(f"/request/{rule}", f"request_{rule}", view, methods=ANY)
    app.add_url_rule("/request/view-args/<int:number>/<float:real>/<path:rest>", "request_view_args", lambda **_: location())
