#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What Retort costs the compiler: hello, each further route, each public header.

Prints seconds of CPU time of g++ (or $CXX), the least of several runs, beside the budgets of
docs/design/architecture.md. `dev lint` uses the same functions.
"""

import argparse
import os
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
TYPED_BUDGET = 0.6  # of the typed layers below, whose headers hold the templates of queries
TYPED_LAYERS = ("retort/db/", "retort/ext/sqlalchemy/", "retort/migrate/")
ROUTE_BUDGET = 0.005  # seconds at -O0 for each further route
ROUTES = 100
# The same compilation of the same text differs by a fifth between a machine's quiet and its slow
# phases. What is over its budget by less than this is told and does not fail.
TOLERANCE = 1.25

# The budgets are for a quiet machine of 2020s speed, on which this takes as long. Where it takes
# longer (other work on the cores), a cost that is over its budget is scaled down by as much. Of
# both the least of several runs counts, taken in turns: a single slow run of either says nothing.
REFERENCE = "#include <string>\n#include <vector>\n#include <optional>\n"
REFERENCE_SECONDS = 0.364

COMPILER = shlex.split(os.environ.get("CXX") or "g++")


class CompileError(Exception):
    pass


def compile_once(source, level="-O0", extra=()):
    """CPU seconds that one compilation of `source` (text) takes. Raises CompileError."""
    with tempfile.NamedTemporaryFile("w+", suffix=".err") as errors:
        command = [*COMPILER, "-std=c++20", level, *extra, f"-I{tree.ROOT}", "-x", "c++", "-c", "-", "-o", "/dev/null"]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=errors, stderr=errors, env={**os.environ, "CCACHE_DISABLE": "1"}
        )
        process.stdin.write(source.encode())
        process.stdin.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            errors.seek(0)
            raise CompileError(errors.read())
        return usage.ru_utime + usage.ru_stime


def least(source, level="-O0", runs=5, enough=None):
    """The least of `runs` compilations. With `enough`: scaled to the quiet machine, and no more runs once below."""
    best = reference = float("inf")
    for _ in range(runs):
        best = min(best, compile_once(source, level))
        if enough is not None:
            if best > enough:
                reference = min(reference, compile_once(REFERENCE))
            if best * scale(reference) <= enough:
                break
    return best * scale(reference)


def scale(reference):
    """What a cost is multiplied by where the reference takes `reference` seconds (infinite: not measured)."""
    return min(1.0, REFERENCE_SECONDS / reference) if reference < float("inf") else 1.0


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


def route_cost(kind, level="-O0", runs=3, enough=None):
    """CPU seconds that a further route costs: between the least of 1 and of ROUTES + 1 routes."""
    few = many = reference = float("inf")
    for _ in range(runs):
        few = min(few, compile_once(routes_source(kind, 1), level))
        many = min(many, compile_once(routes_source(kind, ROUTES + 1), level))
        if enough is not None:
            if (many - few) / ROUTES > enough:
                reference = min(reference, compile_once(REFERENCE))
            if (many - few) / ROUTES * scale(reference) <= enough:
                break
    return (many - few) / ROUTES * scale(reference)


def header_costs(headers, runs=6):
    """{header: seconds, or the compiler's message when it does not compile alone}."""

    def first(header):
        try:
            return compile_once(f'#include "{header}"\n', extra=("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror"))
        except CompileError as error:
            return str(error)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        costs = dict(zip(headers, pool.map(first, headers)))
    for header, cost in costs.items():  # what looked slow is measured again, with the machine for itself
        budget = header_budget(header)
        if isinstance(cost, float) and cost > budget:
            costs[header] = min(cost, least(f'#include "{header}"\n', runs=runs, enough=budget))
    return costs


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
    print(row("the reference: <string>, <vector>, <optional>, -O0", least(REFERENCE, runs=options.runs)))
    print(row("hello, -O0", least(hello_source(), "-O0", options.runs), HELLO_BUDGET))
    print(row("hello, -O2", least(hello_source(), "-O2", options.runs)))
    for kind in ("lambdas", "functions"):
        print(row(f"a further route ({kind}), -O0", route_cost(kind, "-O0", 3), ROUTE_BUDGET))
        print(row(f"a further route ({kind}), -O2", route_cost(kind, "-O2", 3)))
    if options.no_headers:
        return 0
    costs = header_costs(tree.public_headers())
    for header, cost in sorted(costs.items(), key=lambda item: -item[1] if isinstance(item[1], float) else -99):
        print(row(header, cost, header_budget(header)) if isinstance(cost, float) else f"{header} does not compile alone")
    return 0


if __name__ == "__main__":
    sys.exit(main())
