#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Renders one page by the engine, by hand, by Jinja2 and by nunjucks, in turns; prints renders
a second and the ratios that matter. Run it after `./dev build release`.

    bench/jinja/run.py [--program PATH] [--milliseconds N] [--rounds N]
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def collect(results, command, environment=None):
    output = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
    for line in output.splitlines():
        values = json.loads(line)
        rows = values.pop("rows", None)
        for name, value in values.items():
            if isinstance(value, (int, float)):
                results.setdefault((rows, f"{name}"), []).append(value)


def python_with_jinja2():
    for candidate in ("/usr/bin/python3", sys.executable):
        found = subprocess.run([candidate, "-c", "import jinja2"], capture_output=True, check=False)
        if found.returncode == 0:
            return candidate
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--program", default=ROOT / "build/release/bin/bench_jinja_render")
    parser.add_argument("--milliseconds", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    arguments = [str(HERE / "templates"), str(options.milliseconds)]
    python, node = python_with_jinja2(), shutil.which("node")
    ours, jinja2, nunjucks = {}, {}, {}
    for _ in range(options.rounds):
        collect(ours, [str(options.program), *arguments])
        if python:
            collect(jinja2, [python, str(HERE / "render_jinja2.py"), *arguments])
        if node:
            environment = {**os.environ, "NODE_PATH": "/usr/share/nodejs"}
            collect(nunjucks, [node, str(HERE / "render_nunjucks.js"), *arguments], environment)
    rate = {
        source: {key: statistics.median(values) for key, values in results.items()}
        for source, results in (("ours", ours), ("jinja2", jinja2), ("nunjucks", nunjucks))
    }
    for rows in (12, 1000):
        hand, retort = rate["ours"][rows, "hand"], rate["ours"][rows, "retort"]
        view = rate["ours"][rows, "retort_view"]
        print(f"{rows} rows: by hand {hand:,.0f}/s, retort {retort:,.0f}/s, of structs {view:,.0f}/s")
        print(f"  time / by hand: {hand / retort:.2f} (structs {hand / view:.2f})")
        if python:
            print(f"  times Jinja2 ({rate['jinja2'][rows, 'jinja2']:,.0f}/s): {retort / rate['jinja2'][rows, 'jinja2']:.1f}")
        if node:
            print(f"  times nunjucks ({rate['nunjucks'][rows, 'nunjucks']:,.0f}/s): {retort / rate['nunjucks'][rows, 'nunjucks']:.1f}")
    compiled = rate["ours"][None, "compile"]
    print(f"the page's two templates parsed and lowered: {compiled:,.0f}/s; a thousand templates: {500 / compiled * 1e3:.0f} ms")
    if python:
        print(f"  times Jinja2: {compiled / rate['jinja2'][None, 'compile']:.1f}")
    print(f"two threads render {rate['ours'][None, 'threads2'] / rate['ours'][None, 'threads1']:.2f} times what one does")


main()
