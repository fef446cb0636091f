#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""How long somebody who edits an app waits: saved to served for a template and for a view, the first build of a
new project, the start of a program; and how large a program is. Medians of several rounds, beside their budgets,
with the machine's load; nothing is asserted.

Takes the retort command of an installed Retort (--retort PREFIX/bin/retort), or of a build folder. What is
measured is what a user runs: `retort ... run --debug`, a file that is renamed over the old one, and a client
that asks until the answer is new.
"""

import argparse
import http.client
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300  # seconds, then something is wrong
BLOG_BUILD = """cmake_minimum_required(VERSION 3.25)
project(blog LANGUAGES CXX)
find_package(retort REQUIRED)
retort_add_app(blog main.cpp blog.cpp)
"""


class Stuck(Exception):
    pass


def until(holds, what, pause=0.002):
    """Seconds until it holds."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > PATIENCE:
            raise Stuck(f"never came: {what}")
        time.sleep(pause)
    return time.monotonic() - began


def get(port, path="/"):
    """The body; nothing where nobody answers."""
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", path)
        return connection.getresponse().read().decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return ""
    finally:
        connection.close()


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def save(path, text):
    """As editors do: a new file is renamed over the old one."""
    new = path.with_name(path.name + ".tmp")
    new.write_text(text)
    new.replace(path)


class Served:
    """`retort --app APP run --debug` while it is used."""

    def __init__(self, retort, app, folder):
        self.port = free_port()
        self.log = open(folder / "terminal.log", "w+")
        self.began = time.monotonic()
        command = [retort, "--app", str(app), "run", "--debug", "--port", str(self.port)]
        self.process = subprocess.Popen(command, cwd=folder, stdout=self.log, stderr=self.log)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
        self.log.close()

    def shows(self, text, path="/"):
        """Seconds until an answer has the text."""

        def holds():
            if self.process.poll() is not None:
                self.log.seek(0)
                raise Stuck(self.log.read())
            return text in get(self.port, path)

        return until(holds, text)


def edits(served, file, pattern, replacement, rounds, path="/"):
    """Seconds from each save to the answer that shows it. `replacement` has a {} for what is new."""
    original = file.read_text()
    if not re.search(pattern, original):
        raise Stuck(f"{file} has no {pattern}")
    out = []
    for i in range(rounds):
        mark = f"edit number {i}"
        text = re.sub(pattern, lambda _: replacement.format(mark), original, count=1)
        time.sleep(0.3)  # saves of one hand
        save(file, text)
        out.append(served.shows(mark, path))
    return out


def of_templates_and_project(retort, folder, rounds, results):
    first = []
    for i in range(max(2, rounds // 2)):
        name = f"shop{i}"
        subprocess.run([retort, "new", name], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        shutil.rmtree(folder / "cache", ignore_errors=True)  # the compiler's, too
        with Served(retort, name, folder) as served:
            served.shows("Hello from")
            first.append(time.monotonic() - served.began)
            if i == 0:
                template = folder / name / "templates/index.html"
                results["template, saved to served"] = (edits(served, template, "Hello from", "{}: Hello from", 2 * rounds), 0.1)
    results["first build of a new minimal project, to its first answer"] = (first, 5.0)


def of_hello(retort, folder, rounds, results):
    file = folder / "hello.cpp"
    shutil.copy(ROOT / "examples/hello/main.cpp", file)
    with Served(retort, file, folder) as served:
        served.shows("Hello, World!")
        results["view of hello, saved to served"] = (edits(served, file, "Hello, World!", "{}", rounds), 1.5)


def of_blog(retort, folder, rounds, results):
    shutil.copytree(ROOT / "examples/blog", folder / "blog")
    (folder / "blog/CMakeLists.txt").write_text(BLOG_BUILD)
    (folder / "blog/blog_test.cpp").unlink(missing_ok=True)
    with Served(retort, folder / "blog", folder) as served:
        served.shows("<html")
        call = r'return render_template\("blog/about.html"\);'
        times = edits(served, folder / "blog/blog.cpp", call, 'return "{}";', rounds, "/about")
        results["view of examples/blog, saved to served"] = (times, 3.0)


def cold_start(program, rounds):
    """Seconds from the start of the process to its first whole answer."""
    out = []
    for _ in range(rounds):
        port = free_port()
        began = time.monotonic()
        process = subprocess.Popen(
            [program, "serve", "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until(lambda: "Hello" in get(port), "the first answer", 0.0002)
        out.append(time.monotonic() - began)
        process.terminate()
        process.wait()
    return out


def of_release(retort, folder, rounds, results, package):
    subprocess.run([retort, "new", "small"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    command = ["cmake", "-S", "small", "--preset", "release"]
    if package:
        command.append(f"-Dretort_DIR={package}")
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", "small/build/release", "--target", "small"], cwd=folder, check=True,
                   stdout=subprocess.DEVNULL)
    program = folder / "small/build/release/small"
    results["start of a release program, to its first answer"] = (cold_start(program, 4 * rounds), 0.02)
    subprocess.run(["strip", program], check=True)
    return program.stat().st_size


def package_of(retort, folder):
    """Where the command finds its Retort: what it has configured a project with."""
    for cache in folder.glob("shop*/build/dev/CMakeCache.txt"):
        found = re.search(r"^retort_DIR:\w+=(.+)$", cache.read_text(), re.M)
        if found:
            return found[1]
    return None


def show(results, size):
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    print(f"{'':58}{'median':>10}{'best':>10}{'budget':>10}")
    for name, (times, budget) in results.items():
        median = statistics.median(times)
        verdict = "" if median < budget else "  over"
        print(f"{name:58}{median * 1e3:7.0f} ms{min(times) * 1e3:7.0f} ms{budget * 1e3:7.0f} ms{verdict}")
    if size:
        print(f"{'stripped minimal release program':58}{size / 1e6:7.2f} MB{'':10}{4:7.2f} MB{'' if size < 4e6 else '  over'}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--retort", required=True, help="the retort command, of a release")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", help="also writes the times to this file")
    options = parser.parse_args()
    retort = str(Path(options.retort).resolve())
    results, size = {}, 0
    with tempfile.TemporaryDirectory(prefix="retort-devloop-") as name:
        folder = Path(name)
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        os.environ.pop("CCACHE_DIR", None)
        try:
            of_templates_and_project(retort, folder, options.rounds, results)
            of_hello(retort, folder, options.rounds, results)
            of_blog(retort, folder, options.rounds, results)
            size = of_release(retort, folder, options.rounds, results, package_of(retort, folder))
        except (Stuck, subprocess.CalledProcessError) as error:
            print(f"devloop: {error}", file=sys.stderr)
            show(results, size)
            return 1
    show(results, size)
    if options.json:
        Path(options.json).write_text(json.dumps({"seconds": {k: v[0] for k, v in results.items()}, "bytes": size}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
