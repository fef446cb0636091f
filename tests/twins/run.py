#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Sends the same requests to a Flask application and to its Retort twin, and compares.

    run.py NAME --retort PROGRAM [--only TEXT] [--python PYTHON]

tests/twins/NAME/ holds app.py, app.cpp and requests.py, whose SCENARIOS are lists of requests:

    {"name": "...", "steps": [request, ...]}

A request is a dict: "path", and optionally "method", "headers" (dict), "query" (list of pairs),
"form" (list of pairs), "files" (list of [field, file name, content type, bytes]), "json",
"body" (bytes), "abandon" (the number of bytes after which the client goes away), "differs" (a dict of
what Retort answers otherwise than Debian's Flask: "why", and "status", "body" or "headers" with the
expected value). A step {"forget": NAME} is no request: a cookie is lost. A value "{etag}", "{last-modified}", "{location}"
or "{body:REGEX}" in "path", "headers" or "form" stands for what the step before answered.

Status, headers and body must be equal, but for Server, Date and Connection. A scenario is run three
times, with a cookie jar each: the cookies that Flask made go to both, then those that Retort made go
to both, then in turns. Session cookies, and what a header X-Signed has, are compared by what they hold:
their times differ. Modules that app.py needs beside flask are named in REQUIRES of requests.py.
"""

import argparse
import base64
import email.utils
import http.client
import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import zlib
from pathlib import Path

HERE = Path(__file__).resolve().parent
IGNORED = {"server", "date", "connection", "keep-alive"}
PASSES = {"cookies by Flask": lambda i: "flask", "cookies by Retort": lambda i: "retort",
          "cookies in turns": lambda i: ("flask", "retort")[i % 2]}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    def __init__(self, name, command, folder):
        self.name = name
        self.port = free_port()
        self.log = tempfile.TemporaryFile("w+")
        command = [str(self.port) if part == "PORT" else part for part in command]
        env = {key: value for key, value in os.environ.items() if not key.startswith("FLASK_")}
        self.process = subprocess.Popen(command, cwd=folder, env=env, stdout=self.log, stderr=self.log)
        for _ in range(400):
            if self.process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        self.stop()
        raise SystemExit(f"{name} does not answer:\n{self.output()}")

    def output(self):
        self.log.seek(0)
        return self.log.read()

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def send(self, method, path, headers, body, abandon=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in headers:
                connection.putheader(name, value)
            try:
                connection.endheaders(body or None)
            except (BrokenPipeError, ConnectionResetError):
                pass  # a server may answer before it has read a body that it refuses
            response = connection.getresponse()
            if abandon is None:
                return Answer(response.status, response.getheaders(), response.read())
            response.read(abandon)
            return Answer(response.status, response.getheaders(), b"")
        finally:
            connection.close()
            if abandon is not None:
                time.sleep(0.3)  # for the server to notice


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = [(name.lower(), value) for name, value in headers if name.lower() not in IGNORED]
        self.body = body

    def header(self, name):
        return next((value for key, value in self.headers if key == name), None)

    def comparable(self):
        """Headers sorted by name (their order among different names means nothing)."""
        pairs = ((name, comparable_header(name, value)) for name, value in self.headers)
        # Werkzeug before 3.1.6 offers ranges in a 206 alone, newer ones in every answer.
        offer = ("accept-ranges", "bytes")
        return sorted((p for p in pairs if p != offer or self.status == 206), key=lambda p: p[0])


def comparable_header(name, value):
    if name == "set-cookie":
        key, _, rest = value.partition("=")
        cookie, semicolon, attributes = rest.partition(";")
        attributes = re.sub(r"Expires=[^;]+", "Expires=...", attributes) if cookie else attributes
        return f"{key}={json.dumps(signed_payload(cookie), sort_keys=True)}{semicolon}{attributes}"
    if name == "x-signed":
        return json.dumps(signed_payload(value))
    if name == "vary" or name == "allow":
        return ", ".join(sorted(value.split(", ")))
    return value


def signed_payload(cookie):
    """What a Flask session cookie holds, or the cookie's text when it is none."""
    compressed = cookie.startswith(".")
    parts = cookie.strip('"').removeprefix(".").split(".")
    if len(parts) != 3:
        return cookie
    try:
        data = base64.urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4))
        return json.loads(zlib.decompress(data) if compressed else data)
    except ValueError:
        return cookie


class Jar(dict):
    def take(self, answer):
        for name, value in answer.headers:
            if name != "set-cookie":
                continue
            key, _, rest = value.partition("=")
            cookie, _, attributes = rest.partition(";")
            gone = "max-age=0" in attributes.lower() or "01 Jan 1970" in attributes
            if gone:
                self.pop(key, None)
            else:
                self[key] = cookie

    def header(self):
        return "; ".join(f"{key}={value}" for key, value in self.items())


def multipart(form, files, boundary="twin-boundary"):
    out = b""
    for name, value in form:
        out += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    for field, filename, kind, data in files:
        out += (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{filename}"\r\n'
            f"Content-Type: {kind}\r\n\r\n"
        ).encode() + data + b"\r\n"
    return out + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def filled(text, last):
    def fill(match):
        if match[1].startswith("body:"):
            found = re.search(match[1][5:].encode(), last.body)
            return found[1].decode() if found else ""
        return last.header(match[1]) or ""

    return re.sub(r"\{((?:body:[^}]+)|[a-z][a-z-]+)\}", fill, text) if last and "{" in text else text


def encode(step, jar, last):
    """(method, path, headers, body) of a step."""
    headers = {"Host": "twin.example", "Accept": "*/*"} | step.get("headers", {})
    headers = {name: filled(value, last) for name, value in headers.items() if value is not None}
    form = [(name, filled(value, last)) for name, value in step.get("form", [])]
    body, kind = step.get("body", b""), None
    if "json" in step:
        body, kind = json.dumps(step["json"]).encode(), "application/json"
    elif "files" in step:
        body, kind = multipart(form, step["files"])
    elif "form" in step:
        body, kind = urllib.parse.urlencode(form).encode(), "application/x-www-form-urlencoded"
    if kind:
        headers.setdefault("Content-Type", kind)
    method = step.get("method", "POST" if body or kind else "GET")
    if (body or method in ("POST", "PUT", "PATCH")) and "Transfer-Encoding" not in headers:
        headers.setdefault("Content-Length", str(len(body)))
    if jar:
        headers.setdefault("Cookie", jar.header())
    path = filled(step["path"], last)
    if "query" in step:
        path += "?" + urllib.parse.urlencode(step["query"])
    return method, path, list(headers.items()), body


def same_second(flask, retort):
    """Expires is told from each server's now: two seconds apart are the same."""
    one, other = (answer.header("expires") for answer in (flask, retort))
    if not one or not other:
        return
    times = [email.utils.parsedate_to_datetime(text).timestamp() for text in (one, other)]
    if abs(times[0] - times[1]) <= 2:
        retort.headers = [(name, one if name == "expires" else value) for name, value in retort.headers]


def differences(step, flask, retort):
    same_second(flask, retort)
    expected = step.get("differs", {})
    out = []
    status = expected.get("status", flask.status)
    if retort.status != status:
        out.append(f"status: Flask {flask.status}, Retort {retort.status}")
    body = expected.get("body", flask.body)
    body = body.encode() if isinstance(body, str) else body
    if retort.body != body:
        out.append(f"body:\n  Flask  {body[:2000]!r}\n  Retort {retort.body[:2000]!r}")
    want, got = flask.comparable(), retort.comparable()
    for name, value in expected.get("headers", {}).items():
        want = [header for header in want if header[0] != name.lower()]
        if value is not None:
            want.append((name.lower(), value))
    for header in sorted(set(want) | set(got)):
        if want.count(header) != got.count(header):
            out.append(f"header of {'Flask' if want.count(header) else 'Retort'} alone: {header[0]}: {header[1]}")
    return out


def run_scenario(scenario, cookies_of, servers):
    """Texts of what differs."""
    jar, last, out = Jar(), None, []
    for i, step in enumerate(scenario["steps"]):
        if "forget" in step:
            jar.pop(step["forget"], None)
            continue
        request = encode(step, jar, last)
        answers = {name: server.send(*request, abandon=step.get("abandon")) for name, server in servers.items()}
        found = differences(step, answers["flask"], answers["retort"])
        if found:
            title = step.get("name") or f"{request[0]} {request[1]}"
            out.append(f"step {i + 1}, {title}:\n  " + "\n  ".join(found))
        last = answers[cookies_of(i)]
        jar.take(last)
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name")
    parser.add_argument("--retort", required=True, help="the twin's program")
    parser.add_argument("--python", default="/usr/bin/python3", help="that has Debian's python3-flask")
    parser.add_argument("--only", default="", help="scenarios whose name holds this")
    options = parser.parse_args()
    folder = HERE / options.name
    spec = importlib.util.spec_from_file_location("requests", folder / "requests.py")
    module = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode = True
    spec.loader.exec_module(module)
    for needed in ["flask"] + getattr(module, "REQUIRES", []):
        if subprocess.run([options.python, "-c", f"import {needed}"], capture_output=True).returncode:
            print(f"SKIPPED: {options.python} has no {needed}")
            return 77
    scenarios = [s for s in module.SCENARIOS if options.only in s["name"]]
    scratch = tempfile.mkdtemp(prefix="retort-twin-")
    servers, failed = {}, 0
    try:
        servers["flask"] = Server("Flask", [options.python, str(HERE / "flask_server.py"), str(folder), "PORT"], scratch)
        servers["retort"] = Server("Retort", [str(Path(options.retort).resolve()), "serve", "--host", "127.0.0.1",
                                              "--port", "PORT", "--workers", "1"], scratch)
        for scenario in scenarios:
            for title, cookies_of in PASSES.items():
                found = run_scenario(scenario, cookies_of, servers)
                if found:
                    failed += 1
                    print(f"FAIL {scenario['name']} ({title})\n " + "\n ".join(found), flush=True)
                    break
    finally:
        for server in servers.values():
            server.stop()
        if failed:
            for server in servers.values():
                print(f"--- {server.name} said:\n{server.output()[-3000:]}")
        shutil.rmtree(scratch, ignore_errors=True)
    steps = sum(len(s["steps"]) for s in scenarios)
    print(f"{len(scenarios) - failed} of {len(scenarios)} scenarios agree ({steps} requests, {len(PASSES)} passes each)")
    return 1 if failed or not scenarios else 0


sys.exit(main())
