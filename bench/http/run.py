#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Retort's HTTP path against the floor and other servers, on this machine, in one run.

Each server is pinned to one core, the load generator to another; the servers take turns, round
after round, and the medians are shown. A claim of speed is a ratio from such a run: the floor
is a hand-written epoll loop with a constant answer as long as Retort's.

  run.py --bin build/release/bin [--mode plaintext json params page sleep idle] [--rounds 3]
         [--servers floor retort ...] [--depth 1 16] [--connections 64] [--seconds 3]
"""

import argparse
import contextlib
import http.client
import json
import os
import re
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
SERVER_CORE, LOAD_CORE = 0, 1
TICKS = os.sysconf("SC_CLK_TCK")
PARAMS_PATH = "/r500/17/x/abc"
IDLE_CONNECTIONS = 5000
SLEEPERS = 10_000

# name: what is served (modes), whether pipelining works.
MODES = {
    "floor": {"plaintext", "idle"},
    "retort": {"plaintext", "json", "params", "sleep", "idle"},
    "retort-handler": {"plaintext", "idle"},
    "nginx": {"plaintext", "json", "idle"},
    "h2o": {"plaintext", "json", "idle"},
    "cpp-httplib": {"plaintext", "json", "params"},
    "pistache": {"plaintext", "json", "params"},
    "flask": {"plaintext", "json", "params"},
    "retort-page": {"page"},
    "flask-page": {"page"},
}
NO_PIPELINING = {"cpp-httplib", "pistache", "flask", "flask-page"}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def find_program(name):
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    return found


def python_with_flask():
    for program in ("/usr/bin/python3", sys.executable):
        if os.path.exists(program) and not subprocess.run(
            [program, "-c", "import flask, gunicorn"], capture_output=True, check=False
        ).returncode:
            return program
    return None


def fill_in(template, port, folder):
    text = (HERE / template).read_text().replace("@PORT@", str(port)).replace("@DIR@", str(folder))
    path = folder / template.removesuffix(".in")
    path.write_text(text)
    return str(path)


def command_of(name, port, binaries, folder):
    """The command that serves `name` on `port`, or None when it is not there."""
    program = {
        "floor": "bench_http_floor", "retort": "bench_http_retort", "retort-handler": "bench_http_retort",
        "cpp-httplib": "bench_http_cpphttplib", "pistache": "bench_http_pistache", "retort-page": "bench_http_page",
    }.get(name)  # fmt: skip
    if program:
        path = binaries / program
        extra = {"retort": ["app"], "retort-handler": ["handler"]}.get(name, [])
        return [str(path), str(port), *extra] if path.exists() else None
    if name == "nginx":
        nginx = find_program("nginx")
        return nginx and [nginx, "-p", str(folder), "-e", str(folder / "nginx-error.log"),
                          "-c", fill_in("nginx.conf.in", port, folder)]  # fmt: skip
    if name == "h2o":
        www = folder / "www"
        www.mkdir()
        (www / "index.html").write_text("Hello, World!")
        (www / "message.json").write_text('{"message":"Hello, World!"}')
        folder.chmod(0o755)
        www.chmod(0o755)
        h2o = find_program("h2o")
        return h2o and [h2o, "-c", fill_in("h2o.conf.in", port, folder)]
    module = {"flask": "app_flask:app", "flask-page": "page_flask:app"}[name]
    python = python_with_flask()
    return python and [python, "-m", "gunicorn", "-w", "1", "-b", f"127.0.0.1:{port}", "-k", "gthread", "--threads",
                       "4", "--keep-alive", "60", "--chdir", str(HERE), module]  # fmt: skip


class Server:
    """A server's processes, pinned to one core, in a process group of their own."""

    def __init__(self, name, binaries, command=None, environment=None):
        self.name = name
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="retort-bench-"))
        self.process = None
        self.headers = []  # further arguments of the load generator
        command = command(self.port) if command else command_of(name, self.port, binaries, self.folder)
        if command is None:
            raise FileNotFoundError(name)
        log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen(
            ["taskset", "-c", str(SERVER_CORE), *command],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, env=environment,
        )  # fmt: skip
        log.close()
        self.wait_until_it_answers()

    def wait_until_it_answers(self):
        end = time.monotonic() + 20
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as s:
                s.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                if s.recv(4096).startswith(b"HTTP/1.1 200"):
                    return
            time.sleep(0.1)
        log = (self.folder / "log").read_text(errors="replace")
        self.stop()
        raise RuntimeError(f"{self.name} does not answer: {log[-500:]}")

    def pids(self):
        """The server's processes: all of its session."""
        found = []
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                with contextlib.suppress(OSError):
                    fields = stat_fields(entry)
                    if int(fields[3]) == self.process.pid:
                        found.append(int(entry))
        return found

    def cpu(self):
        """(user, kernel) CPU seconds of all its processes so far."""
        user = kernel = 0
        for pid in self.pids():
            with contextlib.suppress(OSError):
                fields = stat_fields(pid)
                user += int(fields[11])
                kernel += int(fields[12])
        return user / TICKS, kernel / TICKS

    def private_bytes(self):
        """Memory that belongs to its processes alone (not the kernel's socket buffers)."""
        total = 0
        for pid in self.pids():
            with contextlib.suppress(OSError):
                text = Path(f"/proc/{pid}/smaps_rollup").read_text()
                total += sum(int(kb) for kb in re.findall(r"^Private_\w+:\s+(\d+) kB", text, re.M)) * 1024
        return total

    def stop(self):
        if self.process is not None:
            for number in (signal.SIGTERM, signal.SIGKILL):
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.process.pid, number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(3)
                    break
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process = None
        shutil.rmtree(self.folder, ignore_errors=True)


def stat_fields(pid):
    """/proc/<pid>/stat from the state on: [0] state, [3] session, [11] utime, [12] stime."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def load(binaries, server, *arguments):
    result = subprocess.run(
        ["taskset", "-c", str(LOAD_CORE), str(binaries / "bench_http_load"), str(server.port), *map(str, arguments)],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=700, check=False,
    )  # fmt: skip
    if result.returncode != 0:
        raise RuntimeError(f"{server.name}: {result.stderr.strip()}")
    return json.loads(result.stdout)


def measure(binaries, server, path, depth, options):
    user, kernel = server.cpu()
    answer = load(binaries, server, "--path", path, "--connections", options.connections, "--depth", depth,
                  "--seconds", options.seconds, "--warmup", 0, *server.headers)  # fmt: skip
    user_after, kernel_after = server.cpu()
    answer["user_us"] = (user_after - user) / answer["requests"] * 1e6
    answer["kernel_us"] = (kernel_after - kernel) / answer["requests"] * 1e6
    return answer


def compare(title, servers, binaries, depth, path_of, options):
    """Interleaved rounds of one kind of request; `servers` are (label, server) pairs."""
    results = {label: [] for label, _ in servers}
    for label, server in servers:  # warm-up
        load(binaries, server, "--path", path_of[label], "--connections", options.connections, "--depth", depth,
             "--seconds", 0.3, "--warmup", 0, *server.headers)  # fmt: skip
    for _ in range(options.rounds):
        for label, server in servers:
            try:
                results[label].append(measure(binaries, server, path_of[label], depth, options))
            except RuntimeError as error:
                print(f"  {error}")
    print(f"\n{title}, {options.connections} connections, {depth} deep, medians of {options.rounds} rounds")
    print(f"  {'server':<24}{'req/s':>11}{'ratio':>7}{'p50 us':>10}{'p99 us':>10}{'user us':>9}{'kernel us':>10}")
    rows, base = [], None
    for label, runs in results.items():
        if not runs:
            continue
        row = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
        # The ratio is the median of each round's own: what disturbs a round disturbs all of it.
        first = results[servers[0][0]]
        ratios = [r["requests_per_second"] / f["requests_per_second"] for r, f in zip(runs, first)]
        base = base or label
        row.update(server=label, ratio=statistics.median(ratios), of=base, title=title, depth=depth)
        rows.append(row)
        print(
            f"  {label:<24}{row['requests_per_second']:>11,.0f}{row['ratio']:>7.3f}{row['p50_us']:>10.1f}"
            f"{row['p99_us']:>10.1f}{row['user_us']:>9.3f}{row['kernel_us']:>10.3f}"
        )
    print(f"  (ratio: to {base})", flush=True)
    return rows


@contextlib.contextmanager
def started(names, binaries):
    servers = []
    try:
        for name in names:
            try:
                servers.append(Server(name, binaries))
            except FileNotFoundError:
                print(f"  {name}: not installed or not built, left out")
            except RuntimeError as error:
                print(f"  {error}")
        yield servers
    finally:
        for server in servers:
            server.stop()


def run_paths(mode, title, path, names, binaries, options):
    rows = []
    with started([n for n in names if mode in MODES[n]], binaries) as servers:
        for depth in options.depth:
            fit = [(s.name, s) for s in servers if depth == 1 or s.name not in NO_PIPELINING]
            if fit:
                rows += compare(title, fit, binaries, depth, {label: path for label, _ in fit}, options)
    return rows


def run_page(names, binaries, options):
    """A small application's page: a session that is read, a template with inheritance, three hooks."""
    with started([n for n in names if "page" in MODES[n]], binaries) as servers:
        lengths = {}
        for server in servers:
            answer, cookie = get(server.port, "/login")
            cookie = cookie.partition(";")[0]
            server.headers = ["--header", f"Cookie: {cookie}"]
            answer, _ = get(server.port, "/page", {"Cookie": cookie})
            lengths[server.name] = len(answer)
            if b"Posts for ada" not in answer:
                raise RuntimeError(f"{server.name}: not the page: {answer[:500]}")
        if len(set(lengths.values())) > 1:
            raise RuntimeError(f"the pages differ in length: {lengths}")
        fit = [(server.name, server) for server in reversed(servers)]
        return compare("A page with session, template and hooks", fit, binaries, 1, {s.name: "/page" for s in servers},
                       options) if fit else []  # fmt: skip


def get(port, path, headers=None):
    """(body, Set-Cookie) of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers=headers or {})
        response = connection.getresponse()
        return response.read(), response.getheader("Set-Cookie", "")
    finally:
        connection.close()


def run_features(binaries, options):
    """Retort against itself: what JSON and a route among 1,000 cost beside plaintext."""
    rows = []
    with started(["retort"], binaries) as servers:
        for server in servers:
            paths = {"plaintext": "/", "json": "/json", "two variables, 1,002 routes": PARAMS_PATH}
            for depth in options.depth:
                rows += compare("Retort, kinds of request", [(label, server) for label in paths], binaries, depth,
                                paths, options)  # fmt: skip
    return rows


def run_sleep(names, binaries, _options):
    rows = []
    print(f"\n{SLEEPERS:,} concurrent requests to a view that sleeps 10 ms, one worker")
    with started([n for n in names if "sleep" in MODES[n]], binaries) as servers:
        for server in servers:
            answer = load(binaries, server, "--path", "/sleep", "--connections", SLEEPERS, "--count", SLEEPERS,
                          "--seconds", 60)  # fmt: skip
            print(f"  {server.name:<24}{answer['seconds']:>8.3f} s for {answer['requests']:,} answers")
            rows.append({"title": "sleep", "server": server.name, **answer})
    return rows


def run_idle(names, binaries, _options):
    rows = []
    print(f"\n{IDLE_CONNECTIONS:,} idle keep-alive connections (one request each before)")
    print(f"  {'server':<24}{'bytes each':>11}{'CPU s in 5 s':>14}")
    with started([n for n in names if "idle" in MODES[n]], binaries) as servers:
        for server in servers:
            load(binaries, server, "--connections", 64, "--seconds", 0.5, "--warmup", 0)
            time.sleep(0.5)
            before = server.private_bytes()
            clients = [ask_once(server.port) for _ in range(IDLE_CONNECTIONS)]
            time.sleep(1)
            each = (server.private_bytes() - before) / IDLE_CONNECTIONS
            cpu = sum(server.cpu())
            time.sleep(5)
            used = sum(server.cpu()) - cpu
            for client in clients:
                client.close()
            print(f"  {server.name:<24}{each:>11,.0f}{used:>14.2f}", flush=True)
            rows.append({"title": "idle", "server": server.name, "bytes_each": each, "cpu_seconds": used})
    return rows


def ask_once(port):
    client = socket.create_connection(("127.0.0.1", port), 10)
    client.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    client.recv(4096)
    return client


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--bin", type=Path, default=HERE.parents[1] / "build/release/bin")
    parser.add_argument("--mode", nargs="+", choices=["plaintext", "json", "params", "page", "features", "sleep", "idle"],
                        default=["plaintext", "features", "page", "sleep", "idle"])  # fmt: skip
    parser.add_argument("--servers", nargs="+", choices=list(MODES), default=list(MODES))
    parser.add_argument("--depth", nargs="+", type=int, default=[1, 16])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--json", type=Path, help="where to write the rows as JSON")
    options = parser.parse_args()
    if (os.cpu_count() or 1) < 2 or not shutil.which("taskset"):
        parser.error("needs two cores and taskset (util-linux)")
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    binaries, names, rows = options.bin.resolve(), options.servers, []
    for mode in options.mode:
        if mode == "plaintext":
            rows += run_paths(mode, "Plaintext", "/", names, binaries, options)
        elif mode == "json":
            rows += run_paths(mode, "JSON", "/json", names, binaries, options)
        elif mode == "params":
            rows += run_paths(mode, "Two variables among 1,000 routes", PARAMS_PATH, names, binaries, options)
        elif mode == "page":
            rows += run_page(names, binaries, options)
        elif mode == "features":
            rows += run_features(binaries, options)
        elif mode == "sleep":
            rows += run_sleep(names, binaries, options)
        else:
            rows += run_idle(names, binaries, options)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
