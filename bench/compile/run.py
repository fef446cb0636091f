#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What Retort costs the compiler: hello, each further route, each public header.

Prints seconds of CPU time of g++ (or $CXX) and what they come to when counted as memory, beside the
budgets of docs/design/architecture.md. `dev lint` counts alone.
"""

import argparse
import os
import re
import shlex
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import tree  # noqa: E402

HELLO_BUDGET = 0.8  # seconds at -O0
HEADER_BUDGET = 0.5  # seconds at -O0, each header alone
TYPED_BUDGET = 0.6  # of the typed layers below, whose headers hold the templates of queries and forms
TYPED_LAYERS = ("retort/db/", "retort/ext/sqlalchemy/", "retort/ext/wtf/", "retort/migrate/")
ROUTE_BUDGET = 0.005  # seconds at -O0 for each further route
ROUTES = 100
# What is over its budget by less than this is told and does not fail.
TOLERANCE = 1.25

# A compilation's time differs by half between a machine's quiet and its slow phases; the memory that
# g++ takes for its trees is the same in each run, and at -O0 the time follows it. `dev lint` therefore
# counts that memory. So many seconds of a quiet machine a megabyte is (of the reference below: 47 MB,
# 0.364 s; hello: 79 MB, 0.63 s).
SECONDS_PER_MEGABYTE = 0.008

REFERENCE = "#include <string>\n#include <vector>\n#include <optional>\n"
WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror")

COMPILER = shlex.split(os.environ.get("CXX") or "g++")
UNITS = {"": 1e-6, "k": 1e-3, "M": 1.0, "G": 1e3}


class CompileError(Exception):
    pass


def compile_once(source, level="-O0", extra=()):
    """(CPU seconds, what the compiler printed) of one compilation of `source` (text). Raises CompileError."""
    with tempfile.NamedTemporaryFile("w+", suffix=".err") as errors:
        command = [*COMPILER, "-std=c++20", level, *extra, f"-I{tree.ROOT}", "-x", "c++", "-c", "-", "-o", "/dev/null"]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=errors, stderr=errors, env={**os.environ, "CCACHE_DISABLE": "1"}
        )
        process.stdin.write(source.encode())
        process.stdin.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        printed = errors.read()
        if process.returncode != 0:
            raise CompileError(printed)
        return usage.ru_utime + usage.ru_stime, printed


def least(source, level="-O0", runs=5):
    """The least CPU seconds of `runs` compilations."""
    return min(compile_once(source, level)[0] for _ in range(runs))


def cost(source, extra=()):
    """What g++ takes for `source` at -O0, in seconds of a quiet machine, counted as memory: the same in each run."""
    _, printed = compile_once(source, extra=("-ftime-report", *extra))
    total = re.search(r"^ TOTAL .*?([0-9.]+)([kMG]?)$", printed, re.MULTILINE)
    if total is None:
        raise CompileError(f"no total in what {COMPILER[0]} -ftime-report printed:\n{printed}")
    return float(total[1]) * UNITS[total[2]] * SECONDS_PER_MEGABYTE


def hello_source():
    return tree.read("examples/hello/main.cpp")


def routes_source(kind, count):
    """An application with `count` typed routes: lambdas, or functions as template arguments."""
    lines = ["#include <retort/retort.h>", "#include <cstdint>", "#include <string>", "using namespace retort;"]
    if kind == "functions":
        lines += [f"static std::string view_{i}(std::int64_t a) {{ return std::to_string(a); }}" for i in range(count)]
    lines += ["App create_app() {", '  App app{"routes"};']
    for i in range(count):
        if kind == "functions":
            lines.append(f'  app.get<view_{i}>("/r{i}/<int:a>");')
        else:
            lines.append(
                f'  app.get("/r{i}/<int:a>", "r{i}", [](std::int64_t a) {{ return std::to_string(a); }});'
            )
    lines += ["  return app;", "}", ""]
    return "\n".join(lines)


def route_seconds(kind, level="-O0", runs=3):
    """CPU seconds that a further route takes: between the least of 1 and of ROUTES + 1 routes."""
    few = least(routes_source(kind, 1), level, runs)
    return (least(routes_source(kind, ROUTES + 1), level, runs) - few) / ROUTES


def route_cost(kind):
    """As route_seconds, counted as memory."""
    return (cost(routes_source(kind, ROUTES + 1)) - cost(routes_source(kind, 1))) / ROUTES


def header_costs(headers):
    """{header: cost, or the compiler's message when it does not compile alone}."""

    def one(header):
        try:
            return cost(f'#include "{header}"\n', WARNINGS)
        except CompileError as error:
            return str(error)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(headers, pool.map(one, headers)))


def header_budget(header):
    return TYPED_BUDGET if str(header).startswith(TYPED_LAYERS) else HEADER_BUDGET


def row(what, seconds, budget=None):
    shown = f"{seconds * 1000:8.1f} ms  {what}"
    if budget is None:
        return shown
    verdict = "ok" if seconds <= budget else "TOO SLOW"
    return f"{shown}  (budget {budget * 1000:.0f} ms: {verdict})"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--no-headers", action="store_true")
    options = parser.parse_args()
    print("CPU time, the least of several runs:")
    print(row("the reference: <string>, <vector>, <optional>, -O0", least(REFERENCE, runs=options.runs)))
    print(row("hello, -O0", least(hello_source(), "-O0", options.runs), HELLO_BUDGET))
    print(row("hello, -O2", least(hello_source(), "-O2", options.runs)))
    for kind in ("lambdas", "functions"):
        print(row(f"a further route ({kind}), -O0", route_seconds(kind, "-O0"), ROUTE_BUDGET))
        print(row(f"a further route ({kind}), -O2", route_seconds(kind, "-O2")))
    print("counted as memory:")
    print(row("the reference: <string>, <vector>, <optional>, -O0", cost(REFERENCE)))
    print(row("hello, -O0", cost(hello_source()), HELLO_BUDGET))
    if options.no_headers:
        return 0
    costs = header_costs(tree.public_headers())
    for header, found in sorted(costs.items(), key=lambda item: -item[1] if isinstance(item[1], float) else -99):
        print(row(header, found, header_budget(header)) if isinstance(found, float) else f"{header} does not compile alone")
    return 0


if __name__ == "__main__":
    sys.exit(main())
