# SPDX-License-Identifier: BSD-3-Clause
"""The page of render_bench.cpp by Jinja2: renders a second as JSON."""

import json
import sys
import time

import jinja2

FOLDER = sys.argv[1]
SECONDS = int(sys.argv[2]) / 1000 if len(sys.argv) > 2 else 0.1


def make_context(rows):
    return {
        "title": "All posts",
        "site": "Retort",
        "year": 2026,
        "navigation": [
            {"href": "/", "caption": "Home", "active": True},
            {"href": "/posts", "caption": "Posts", "active": False},
            {"href": "/about", "caption": "About & more", "active": False},
            {"href": "/login", "caption": "Log in", "active": False},
        ],
        "posts": [
            {"id": i, "title": f"Post <number> {i} & more", "author": f"author{i % 7}", "score": i * 7 % 101}
            for i in range(rows)
        ],
    }


def measure(run, seconds):
    begin = now = time.thread_time()
    runs = 0
    while now < begin + seconds:
        run()
        runs += 1
        now = time.thread_time()
    return runs / (now - begin)


def main():
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER), autoescape=jinja2.select_autoescape(), auto_reload=False
    )
    page = environment.get_template("table.html")
    for rows in (12, 1000):
        context = make_context(rows)
        best = max(measure(lambda: page.render(context), SECONDS) for _ in range(5))
        print(json.dumps({"rows": rows, "jinja2": best, "bytes": len(page.render(context).encode())}))
    sources = [open(f"{FOLDER}/{name}.html").read() for name in ("layout", "table")]

    def compile_both():
        for source in sources:
            environment.from_string(source)

    print(json.dumps({"compile": measure(compile_both, 5 * SECONDS), "version": jinja2.__version__}))


main()
