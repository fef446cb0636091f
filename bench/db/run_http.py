#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Retort's models and sessions over HTTP against Flask with psycopg2, on a PostgreSQL of its own.

The database tests of the TechEmpower benchmarks: one row (db), 20 rows by 20 statements
(queries), fortunes in a template, 20 rows read and updated (updates); World has 10,000 rows.
Both serve with one worker, take turns, and are asked whether they answer right before anything is
measured. "CPU us" is what the web server's own processes use a request, by /proc: the ratio of
these is what one core is worth. The database and the load generator run on the other core, so
that requests a second are bounded by PostgreSQL more often than by Retort.

  run_http.py --bin build/release/bin [--rounds 5] [--seconds 3] [--connections 64]
"""

import argparse
import contextlib
import glob
import html
import importlib.util
import json
import os
import pwd
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROWS, STREAMED = 10_000, 100_000
FORTUNES = [
    "fortune: No such file or directory",
    "A computer scientist is someone who fixes things that aren't broken.",
    "After enough decimal places, nobody gives a damn.",
    "A bad random number generator: 1, 1, 1, 1, 1, 4.33e+67, 1, 1, 1",
    "A computer program does what you tell it to do, not what you want it to do.",
    "Emacs is a nice operating system, but I prefer UNIX.",
    "Any program that runs right is obsolete.",
    "A list is only as strong as its weakest link.",
    "Feature: A bug with seniority.",
    "Computers make very fast, very accurate mistakes.",
    '<script>alert("This should not be displayed in a browser alert box.");</script>',
    "フレームワークのベンチマーク",
]
PATHS = {
    "one row (db)": "/db",
    "20 rows (queries)": "/queries?queries=20",
    "fortunes": "/fortunes",
    "20 updates (updates)": "/updates?queries=20",
}

specification = importlib.util.spec_from_file_location("bench_http", HERE.parent / "http" / "run.py")
bench_http = importlib.util.module_from_spec(specification)
specification.loader.exec_module(bench_http)


class Postgresql:
    """A cluster in a temporary folder, on a free port of the loopback, on the load's core."""

    def __init__(self):
        programs = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda f: int(f.split("/")[4]))
        if not programs:
            raise FileNotFoundError("PostgreSQL is not installed (Debian: postgresql)")
        self.programs = programs[-1]
        self.folder = Path(tempfile.mkdtemp(prefix="retort-bench-pg-"))
        self.port = bench_http.free_port()
        self.user = None
        if os.geteuid() == 0:  # the server will not have root
            self.user = pwd.getpwnam("postgres")
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        self.process = None
        try:
            self.run("initdb", "-D", "data", "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
            self.start()
            self.fill()
        except BaseException:
            self.stop()
            raise

    def options(self):
        identity = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []} if self.user else {}
        return {"cwd": self.folder, "stdin": subprocess.DEVNULL, **identity}

    def run(self, program, *arguments, text=None):
        options = self.options()
        if text is not None:
            del options["stdin"]
        done = subprocess.run([f"{self.programs}/{program}", *arguments], input=text, capture_output=True, text=True,
                              check=False, timeout=120, **options)  # fmt: skip
        if done.returncode != 0:
            raise RuntimeError(f"{program}: {done.stderr[-1000:]}")
        return done.stdout

    def start(self):
        settings = {"port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": self.folder,
                    "synchronous_commit": "off", "shared_buffers": "256MB"}  # fmt: skip
        extra = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen(
            ["taskset", "-c", str(bench_http.LOAD_CORE), f"{self.programs}/postgres", "-D", "data", *extra],
            stdout=log, stderr=log, start_new_session=True, **self.options(),
        )  # fmt: skip
        log.close()
        for _ in range(200):
            with contextlib.suppress(RuntimeError):
                self.run("pg_isready", "-h", str(self.folder), "-p", str(self.port))
                return
            time.sleep(0.05)
        raise RuntimeError("PostgreSQL does not start: " + (self.folder / "log").read_text()[-500:])

    def sql(self, text):
        return self.run("psql", "-h", str(self.folder), "-p", str(self.port), "-U", "bench", "-d", "postgres", "-qAt",
                        "-v", "ON_ERROR_STOP=1", "-f", "-", text=text)  # fmt: skip

    def fill(self):
        values = ", ".join(f"({i}, '{m.replace(chr(39), chr(39) * 2)}')" for i, m in enumerate(FORTUNES, 1))
        self.sql(
            f"""CREATE TABLE world (id bigint PRIMARY KEY, randomnumber bigint NOT NULL);
            INSERT INTO world SELECT i, i * 7919 % {ROWS} + 1 FROM generate_series(1, {STREAMED}) AS i;
            CREATE TABLE fortune (id bigint PRIMARY KEY, message text NOT NULL);
            INSERT INTO fortune VALUES {values};
            VACUUM ANALYZE"""
        )

    def url(self):
        """By the unix socket, for both."""
        return f"postgresql://bench@/postgres?host={self.folder}&port={self.port}"

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
            if self.process.poll() is None:
                self.process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def served(name, binaries, database):
    if name == "retort":
        return bench_http.Server(name, binaries, lambda port: [str(binaries / "bench_db_http"), str(port), database])
    python = bench_http.python_with_flask()
    if not python:
        raise FileNotFoundError("Flask and gunicorn are not installed")
    return bench_http.Server(
        name, binaries,
        lambda port: [python, "-m", "gunicorn", "-w", "1", "-b", f"127.0.0.1:{port}", "-k", "gthread", "--threads", "4",
                      "--keep-alive", "60", "--chdir", str(HERE), "http_flask:app"],
        environment={**os.environ, "DATABASE": database},
    )  # fmt: skip


def check_worlds(server, postgresql, path, count):
    body, _ = bench_http.get(server.port, path)
    worlds = json.loads(body)
    worlds = [worlds] if isinstance(worlds, dict) else worlds
    assert len(worlds) == count, (server.name, path, body[:300])
    numbers = {}
    for world in worlds:
        assert set(world) == {"id", "randomNumber"} and 1 <= world["id"] <= ROWS, (server.name, path, world)
        numbers[world["id"]] = world["randomNumber"]
    rows = postgresql.sql(f"SELECT id, randomnumber FROM world WHERE id IN ({', '.join(map(str, numbers))})")
    there = {int(i): int(n) for i, n in (line.split("|") for line in rows.split())}
    wrong = [i for i in numbers if numbers[i] != there[i]]
    # One that was asked for twice is updated twice: any of its numbers may be the last.
    repeated = {w["id"] for w in worlds if sum(o["id"] == w["id"] for o in worlds) > 1}
    assert set(wrong) <= repeated, (server.name, path, numbers, there)


def check_fortunes(server):
    body, _ = bench_http.get(server.port, "/fortunes")
    found = [html.unescape(m) for m in re.findall(r"<td>\d+</td><td>(.*?)</td>", body.decode())]
    wanted = sorted([*FORTUNES, "Additional fortune added at request time."], key=lambda m: m.encode())
    assert found == wanted, (server.name, found)
    assert b"<script>" not in body, server.name


def check(server, postgresql):
    """That it answers right, or AssertionError."""
    check_worlds(server, postgresql, "/db", 1)
    check_worlds(server, postgresql, "/queries?queries=20", 20)
    check_worlds(server, postgresql, "/updates?queries=20", 20)
    check_fortunes(server)


def measure(binaries, server, path, options):
    before = sum(server.cpu())
    answer = bench_http.load(binaries, server, "--path", path, "--connections", options.connections, "--depth", 1,
                             "--seconds", options.seconds, "--warmup", 0, "--varying", 1)  # fmt: skip
    answer["cpu_us"] = (sum(server.cpu()) - before) / answer["requests"] * 1e6
    return answer


def compare(servers, binaries, options):
    rows = []
    print(f"\n{options.connections} connections, one worker each, medians of {options.rounds} rounds")
    print(f"  {'test':<22}{'server':<9}{'req/s':>9}{'p50 ms':>9}{'p99 ms':>9}{'CPU us':>10}{'per core':>10}")
    for title, path in PATHS.items():
        runs = {server.name: [] for server in servers}
        for server in servers:
            bench_http.load(binaries, server, "--path", path, "--connections", options.connections, "--seconds", 0.3,
                            "--warmup", 0, "--varying", 1)  # fmt: skip
        for _ in range(options.rounds):
            for server in servers:
                runs[server.name].append(measure(binaries, server, path, options))
        for name, all_of_it in runs.items():
            row = {key: statistics.median(run[key] for run in all_of_it) for key in all_of_it[0]}
            ratios = [flask["cpu_us"] / run["cpu_us"] for run, flask in zip(all_of_it, runs.get("flask", []))]
            row.update(test=title, server=name, per_core=statistics.median(ratios) if ratios else None)
            rows.append(row)
            ratio = f"{row['per_core']:>9.1f}x" if ratios else ""
            print(f"  {title:<22}{name:<9}{row['requests_per_second']:>9,.0f}{row['p50_us'] / 1000:>9.2f}"
                  f"{row['p99_us'] / 1000:>9.2f}{row['cpu_us']:>10.1f}{ratio}", flush=True)  # fmt: skip
    return rows


def crowd(server, postgresql, binaries, options):
    """256 requests at once on the worker's 8 shared connections."""
    held = int(bench_http.get(server.port, "/held")[0])
    answer = bench_http.load(binaries, server, "--path", "/db", "--connections", 256, "--seconds", options.seconds,
                             "--warmup", 0, "--varying", 1)  # fmt: skip
    held = int(bench_http.get(server.port, "/held")[0]) - held
    connections = int(postgresql.sql("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' "
                                     "AND application_name <> 'psql'"))  # fmt: skip
    print(f"\n256 requests at once: {answer['requests_per_second']:,.0f} req/s, p99 {answer['p99_us'] / 1000:.1f} ms; "
          f"worker held for 100 ms: {held} times; connections to the database: {connections}")  # fmt: skip
    return {"test": "256 at once", "held": held, "database_connections": connections, **answer}


def stream(server):
    """The most memory that the process had, after a short and after a long result."""

    def most():
        return int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{server.process.pid}/status").read_text())[1])

    Path(f"/proc/{server.process.pid}/clear_refs").write_text("5")
    bench_http.get(server.port, "/stream?rows=2000")
    short = most()
    body, _ = bench_http.get(server.port, f"/stream?rows={STREAMED}")
    rows = int(body.split()[0])
    assert rows == STREAMED, body
    print(f"\n{rows:,} rows streamed: most memory {most():,} kB, with 2,000 rows {short:,} kB")
    return {"test": "stream", "rows": rows, "kb": most(), "kb_of_2000": short}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--bin", type=Path, default=HERE.parents[1] / "build/release/bin")
    parser.add_argument("--servers", nargs="+", choices=["retort", "flask"], default=["retort", "flask"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--json", type=Path, help="where to write the rows as JSON")
    options = parser.parse_args()
    if (os.cpu_count() or 1) < 2 or not shutil.which("taskset"):
        parser.error("needs two cores and taskset (util-linux)")
    binaries, rows, servers = options.bin.resolve(), [], []
    with contextlib.ExitStack() as stack:
        postgresql = Postgresql()
        stack.callback(postgresql.stop)
        for name in options.servers:
            try:
                servers.append(served(name, binaries, postgresql.url()))
            except FileNotFoundError as error:
                print(f"  {name}: {error}, left out")
                continue
            stack.callback(servers[-1].stop)
            check(servers[-1], postgresql)
        rows += compare(servers, binaries, options)
        for server in servers:
            if server.name == "retort":
                rows.append(crowd(server, postgresql, binaries, options))
                rows.append(stream(server))
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
