# SPDX-License-Identifier: BSD-3-Clause
"""The application of http_app.cpp for Flask with psycopg2 and a pool; run under gunicorn.

The database is in the environment's DATABASE.
"""

import os
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path
from random import randint

from flask import Flask, jsonify, render_template, request
from psycopg2.extras import execute_batch
from psycopg2.pool import ThreadedConnectionPool

app = Flask(__name__, template_folder=str(Path(__file__).resolve().parent / "templates"))
pool = ThreadedConnectionPool(4, 8, os.environ["DATABASE"])
SELECT = "SELECT id, randomnumber FROM world WHERE id = %s"
ROWS = 10_000


@contextmanager
def cursor(autocommit=True):
    connection = pool.getconn()
    try:
        connection.autocommit = autocommit
        with connection.cursor() as cursor:
            yield cursor
        if not autocommit:
            connection.commit()
    finally:
        pool.putconn(connection)


def asked_for():
    count = min(max(request.args.get("queries", 1, int), 1), 500)
    return [randint(1, ROWS) for _ in range(count)]


@app.get("/")
def hello():
    return "Hello, World!"


@app.get("/db")
def one():
    with cursor() as c:
        c.execute(SELECT, (randint(1, ROWS),))
        row = c.fetchone()
    return jsonify(id=row[0], randomNumber=row[1])


@app.get("/queries")
def queries():
    worlds = []
    with cursor() as c:
        for number in asked_for():
            c.execute(SELECT, (number,))
            row = c.fetchone()
            worlds.append({"id": row[0], "randomNumber": row[1]})
    return jsonify(worlds)


@app.get("/fortunes")
def fortunes():
    with cursor() as c:
        c.execute("SELECT id, message FROM fortune")
        rows = [{"id": row[0], "message": row[1]} for row in c.fetchall()]
    rows.append({"id": 0, "message": "Additional fortune added at request time."})
    rows.sort(key=itemgetter("message"))
    return render_template("fortunes.html", fortunes=rows)


@app.get("/updates")
def updates():
    worlds = []
    with cursor(autocommit=False) as c:
        for number in sorted(asked_for()):
            c.execute(SELECT, (number,))
            worlds.append({"id": c.fetchone()[0], "randomNumber": randint(1, ROWS)})
        execute_batch(
            c,
            "UPDATE world SET randomnumber = %s WHERE id = %s",
            [(each["randomNumber"], each["id"]) for each in worlds],
        )
    return jsonify(worlds)
