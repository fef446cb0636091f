#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What the compiler does not check: the direction of dependence between rooms, what public
headers include and cost, the form of files, formatting. Exits 1 when something is wrong.

The rules are docs/design/architecture.md's; the table of rooms below is theirs.
"""

import argparse
import importlib.util
import os
import re
import shutil
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import format as formatting  # noqa: E402
import tree  # noqa: E402

# room: the rooms that it may include (and what those include).
ROOMS = {
    "base": [],
    "value": ["base"],
    "crypto": ["base"],
    "http": ["base"],
    "fiber": ["base"],
    "json": ["value"],
    "routing": ["http"],
    "jinja": ["value"],
    "signing": ["json", "crypto"],
    "message": ["http", "json"],
    "server": ["message", "fiber"],
    "app": ["message", "routing", "jinja", "signing", "fiber"],
    "db": ["json", "fiber"],
    "testing": ["app"],
    "cli": ["app", "server"],
    "migrate": ["db"],
    "ext": ["app", "db", "migrate"],
    "tools": ["ext", "cli", "migrate", "testing"],
}

# Not in public headers: what costs every user compile time, or leaks what is behind the wall.
BANNED = re.compile(
    r"^(iostream|regex|filesystem|ranges|thread|mutex|map|functional|memory|chrono"
    r"|sys/(socket|epoll|eventfd|un|uio|mman|timerfd)\.h|netinet/.*|arpa/.*|netdb\.h|signal\.h"
    r"|openssl/.*|spdlog/.*|fmt/.*|simdjson.*|nlohmann/.*|re2/.*|boost/.*|sqlite3\.h|libpq-fe\.h|hiredis.*|curl/.*"
    r"|nghttp2/.*|uni[a-z]+\.h|idna\.h|zlib\.h|brotli/.*|zstd\.h)$"
)
# The thin headers that stand in for banned ones.
ALLOWED_ANYWAY = {("retort/base/duration.h", "chrono"), ("retort/base/memory.h", "memory")}

MACHINE_PATH = re.compile(r"(?<![\w.~$}])/(?:work/(?:main|shared)|home/\w+/\w+|root/\w+|Users/\w+|tmp/briefs)\b")
MAX_LINES = 800


class Report:
    def __init__(self):
        self.errors = 0
        self.warnings = []
        self._seen = 0
        self._started = time.monotonic()

    def error(self, where, what):
        self.errors += 1
        print(f"{where}: {what}")

    def warn(self, where, what):
        self.warnings.append(f"{where}: {what}")

    def done(self, name, note):
        verdict = "ok  " if self.errors == self._seen else "FAIL"
        now = time.monotonic()
        print(f"{verdict} {name}: {note} ({now - self._started:.1f} s)", flush=True)
        self._seen = self.errors
        self._started = now


def reachable(room):
    """The room itself and every room that it may include, directly or through others."""
    found, todo = set(), [room]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += ROOMS.get(name, [])
    return found


def check_layers(report):
    allowed = {room: reachable(room) for room in ROOMS}
    paths = [path for path in tree.files(tree.CPP, ("retort",)) if len(path.parts) > 2]
    for path in paths:
        room = path.parts[1]
        if room not in ROOMS:
            report.error(path, f"room {room} is not in the table of {Path(__file__).name}")
            continue
        for line, kind, name in tree.includes(tree.read(path)):
            if kind == '"' and not name.startswith(("retort/", "tests/support/")):
                report.error(f"{path}:{line}", f'"{name}" is not a full path from the root ("retort/...")')
            if not name.startswith("retort/"):
                continue
            parts = Path(name).parts
            if len(parts) == 2:
                report.error(f"{path}:{line}", f"a room includes the umbrella {name}")
            elif parts[1] not in allowed[room]:
                report.error(f"{path}:{line}", f"room {room} may not include room {parts[1]} ({name})")
            elif "detail" in parts and parts[1] != room:
                report.error(f"{path}:{line}", f"{name} is a detail of room {parts[1]}")
    report.done("layers", f"{len(paths)} files")


def banned_in(header, seen):
    """(file, line, include) of each banned include that `header` brings in through retort's own headers."""
    if header in seen or not (tree.ROOT / header).exists():
        return
    seen.add(header)
    for line, _, name in tree.includes(tree.read(header)):
        if name.startswith("retort/"):
            yield from banned_in(name, seen)
        elif BANNED.match(name) and (header, name) not in ALLOWED_ANYWAY:
            yield header, line, name


def check_banned_includes(report):
    headers, found = tree.public_headers(), {}
    for header in headers:
        for place in banned_in(str(header), set()):
            found.setdefault(place, header)
    for (file, line, name), header in sorted(found.items()):
        through = "" if str(header) == file else f" (reached from the public header {header})"
        report.error(f"{file}:{line}", f"<{name}> does not belong in a public header{through}")
    report.done("includes of public headers", f"{len(headers)} headers")


def check_form(report):
    paths = tree.files({".h", ".cpp", ".py"})
    for path in paths:
        text = tree.read(path)
        head = text.split("\n", 4)[:4]
        if not any("SPDX-License-Identifier: BSD-3-Clause" in line for line in head[: 2 if path.suffix == ".py" else 1]):
            report.error(f"{path}:1", "the SPDX line is missing")
        if path.suffix == ".h" and "\n#pragma once\n" not in text:
            report.error(f"{path}:1", "#pragma once is missing")
        lines = text.count("\n")
        generated = any("enerated" in line for line in head)
        if lines > MAX_LINES and not generated:
            report.error(path, f"{lines} lines; {MAX_LINES} at most")
        if text and not text.endswith("\n"):
            report.error(path, "no newline at the end")
    report.done("form of files", f"{len(paths)} files")


def check_sources(report):
    sources = [path for path in tree.files({".cpp"}, ("retort",)) if not path.stem.endswith("_test")]
    for path in sources:
        own = str(path.with_suffix(".h"))
        if (tree.ROOT / own).exists():
            first = next((name for _, _, name in tree.includes(tree.read(path))), None)
            if first != own:
                report.error(path, f"its own header {own} is not its first include")
        room = tree.ROOT.joinpath(*path.parts[:2])
        stem = path.stem
        if "detail" not in path.parts and not any(test.stem.startswith(stem) for test in room.rglob("*_test.cpp")):
            report.warn(path, "no test of that name beside it")
    report.done("sources", f"{len(sources)} sources")


def check_machine_paths(report):
    paths = [path for path in tree.files() if path.suffix not in {".png", ".jpg", ".ico", ".woff2", ".gz", ".zip"}]
    for path in paths:
        if path.name == Path(__file__).name:
            continue
        for number, line in enumerate(tree.read(path).splitlines(), 1):
            hit = MACHINE_PATH.search(line)
            if hit:
                report.error(f"{path}:{number}", f"a path of somebody's machine: {hit[0]}")
    report.done("machine paths", f"{len(paths)} files")


def check_format(report):
    if not shutil.which(formatting.PROGRAM):
        report.error(formatting.PROGRAM, "is not installed (./dev setup lint)")
        return
    paths = tree.files(tree.CPP)
    for path in formatting.unformatted(paths):
        report.error(path, "not formatted (./dev format)")
    report.done("format", f"{len(paths)} files")


def load_compile_bench():
    spec = importlib.util.spec_from_file_location("bench_compile", tree.ROOT / "bench/compile/run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def over_budget(report, bench, name, cost, budget):
    if cost > budget:
        tell = report.error if cost > budget * bench.TOLERANCE else report.warn
        tell(name, f"costs the compiler {cost * 1000:.4g} ms; {budget * 1000:.4g} ms at most")


def check_headers(report, bench):
    costs = bench.header_costs(tree.public_headers())
    for header, cost in costs.items():
        if isinstance(cost, str):
            report.error(header, "does not compile alone (warnings are errors)\n" + cost)
        else:
            over_budget(report, bench, header, cost, bench.header_budget(header))
    measured = {header: cost for header, cost in costs.items() if isinstance(cost, float)}
    for header, cost in sorted(measured.items(), key=lambda item: -item[1])[:10]:
        print("     " + bench.row(header, cost))
    report.done("public headers alone", f"{len(costs)} headers, the ten slowest above")


def check_hello(report, bench):
    try:
        hello = bench.cost(bench.hello_source())
        print("     " + bench.row("hello, -O0", hello, bench.HELLO_BUDGET))
        over_budget(report, bench, "examples/hello", hello, bench.HELLO_BUDGET)
        for kind in ("lambdas", "functions"):
            cost = bench.route_cost(kind)
            print("     " + bench.row(f"a further route ({kind}), -O0", cost, bench.ROUTE_BUDGET))
            over_budget(report, bench, f"routes ({kind})", cost, bench.ROUTE_BUDGET)
    except (OSError, bench.CompileError) as error:
        report.error("examples/hello", f"cannot be measured: {error}")
    report.done("compile-time budgets", "hello and routes")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--fast", action="store_true", help="nothing that compiles")
    options = parser.parse_args()
    os.chdir(tree.ROOT)
    report = Report()
    check_layers(report)
    check_banned_includes(report)
    check_form(report)
    check_sources(report)
    check_machine_paths(report)
    check_format(report)
    if not options.fast:
        bench = load_compile_bench()
        check_headers(report, bench)
        check_hello(report, bench)
    for warning in report.warnings:
        print(f"note: {warning}")
    print(f"lint: {report.errors} error(s), {len(report.warnings)} note(s)")
    return 1 if report.errors else 0


if __name__ == "__main__":
    sys.exit(main())
