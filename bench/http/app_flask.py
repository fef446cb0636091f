# SPDX-License-Identifier: BSD-3-Clause
"""Flask as a peer of the HTTP benchmark; run under gunicorn with one worker."""

import time

from flask import Flask, jsonify

app = Flask(__name__)


@app.get("/")
def plaintext():
    return "Hello, World!"


@app.get("/json")
def message():
    return jsonify({"message": "Hello, World!"})


@app.get("/sleep")
def sleep():
    time.sleep(0.01)
    return "Hello, World!"


def add_params(i):
    app.add_url_rule(f"/r{i}/<int:a>/x/<b>", f"r{i}", lambda a, b: f"{a}{b}")


for number in range(1000):
    add_params(number)
