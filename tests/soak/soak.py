#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Mixed traffic against the users API of examples/api, for ten minutes on loopback: requests that
succeed and fail, pipelined, chunked, slow, aborted, reset ones and garbage. Fails when a request
goes unanswered or is answered wrongly, memory grows after the warm-up, descriptors leak, or the
server does not drain and leave with 0 at SIGTERM.

  soak.py [--binary build/release/bin/api] [--minutes 10] [--clients 12] [--seed 1]
"""

import argparse
import collections
import contextlib
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from client import Broken, Client, Closed, request_bytes  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
USERS, HEALTH = "/api/users", "/api/health"


def user_body(name):
    return json.dumps({"name": name, "email": f"{name}@example.com"}).encode()


class Actor:
    """One client's behaviour. Each scenario checks the answers it gets."""

    def __init__(self, port, number, seed):
        self.port = port
        self.number = number
        self.random = random.Random(seed * 1000 + number)
        self.created = 0
        self.done = collections.Counter()
        self.answers = 0
        self.client = None  # a connection kept alive between scenarios

    def scenarios(self):
        return {
            self.life_of_a_user: 20, self.list_users: 10, self.health: 20, self.errors: 10, self.pipelined: 10,
            self.chunked: 6, self.expect_continue: 3, self.head_and_options: 5, self.slow_head: 2,
            self.abort_in_head: 4, self.abort_in_body: 4, self.abort_before_answer: 4, self.garbage: 4,
            self.giant_head: 1, self.fresh_connection: 10,
        }  # fmt: skip

    def act(self):
        weighted = self.scenarios()
        scenario = self.random.choices(list(weighted), list(weighted.values()))[0]
        try:
            scenario()
        except BaseException:
            self.drop()
            raise
        finally:
            self.done[scenario.__name__] += 1

    def kept(self):
        if self.client is None:
            self.client = Client(self.port)
        return self.client

    def drop(self):
        if self.client is not None:
            self.client.close()
            self.client = None

    def expect(self, answer, *statuses):
        self.answers += 1
        if answer[0] not in statuses:
            raise Broken(f"{answer[0]} instead of {statuses}: {answer[2][:200]!r}")
        if answer[1].get("connection", "").lower() == "close":
            self.drop()
        return answer

    def call(self, method, path, *statuses, body=None, headers=()):
        return self.expect(self.kept().request(method, path, body, headers), *statuses)

    def new_name(self):
        self.created += 1
        return f"soak{self.number}x{self.created}"

    # What a well-behaved client does.

    def life_of_a_user(self):
        name = self.new_name()
        user = json.loads(self.call("POST", USERS, 201, body=user_body(name))[2])
        path = f"{USERS}/{user['id']}"
        try:
            if json.loads(self.call("GET", path, 200)[2])["name"] != name:
                raise Broken("somebody else's user")
            self.call("POST", USERS, 409, body=user_body(name))
            self.call("PUT", path, 200, body=user_body(name + "b"))
            if json.loads(self.call("GET", path, 200)[2])["name"] != name + "b":
                raise Broken("the update is lost")
        finally:
            self.call("DELETE", path, 200, 204)
        self.call("GET", path, 404)

    def list_users(self):
        json.loads(self.call("GET", USERS, 200)[2])

    def health(self):
        json.loads(self.call("GET", HEALTH, 200)[2])

    def errors(self):
        self.call("GET", f"/nowhere/{self.random.random()}", 404)
        self.call("POST", HEALTH, 405, body=b"{}")
        self.call("POST", USERS, 400, 422, body=b'{"name": ')
        self.call("POST", USERS, 400, 422, body=b"{}")
        self.call("GET", f"{USERS}/999999999", 404)

    def head_and_options(self):
        self.call("HEAD", HEALTH, 200)
        self.call("OPTIONS", USERS, 200)

    def pipelined(self):
        client, count = self.kept(), self.random.randint(2, 40)
        paths = [self.random.choice([HEALTH, USERS, "/nowhere", f"{USERS}/999999999"]) for _ in range(count)]
        client.send(b"".join(request_bytes("GET", path) for path in paths))
        for path in paths:
            self.expect(client.response(), 404 if "nowhere" in path or "999" in path else 200)
        client.must_be_silent()

    def chunked(self):
        name = self.new_name()
        body, client = user_body(name), self.kept()
        client.send(f"POST {USERS} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                    "Transfer-Encoding: chunked\r\n\r\n".encode())  # fmt: skip
        while body:
            size = self.random.randint(1, 20)
            piece, body = body[:size], body[size:]
            client.send(b"%x\r\n%s\r\n" % (len(piece), piece))
        client.send(b"0\r\n\r\n")
        user = json.loads(self.expect(client.response(), 201)[2])
        self.call("DELETE", f"{USERS}/{user['id']}", 200, 204)

    def expect_continue(self):
        body, client = b"{}", self.kept()
        client.send(request_bytes("POST", USERS, body, [("Expect", "100-continue")])[: -len(body)])
        time.sleep(0.01)
        client.send(body)
        self.expect(client.response(), 400, 422)

    def fresh_connection(self):
        client = Client(self.port)
        try:
            self.expect(client.request("GET", HEALTH, headers=[("Connection", "close")]), 200)
            with contextlib.suppress(Closed):
                client.response()
                raise Broken("an answer after the last one")
        finally:
            client.close()

    def slow_head(self):
        client = Client(self.port)
        try:
            for byte in request_bytes("GET", HEALTH):
                client.send(bytes([byte]))
                time.sleep(0.01)
            self.expect(client.response(), 200)
        finally:
            client.close()

    # What the others do. No answer is owed to them, but an end is.

    def abort_in_head(self):
        client = Client(self.port)
        head = request_bytes("GET", USERS)
        client.send(head[: self.random.randint(1, len(head) - 1)])
        self.random.choice([client.close, client.reset])()

    def abort_in_body(self):
        client = Client(self.port)
        client.send(request_bytes("POST", USERS, b"x" * 10_000)[:-5000])
        self.random.choice([client.close, client.reset])()

    def abort_before_answer(self):
        client = Client(self.port)
        client.send(request_bytes("GET", USERS) * self.random.randint(1, 20))
        self.random.choice([client.close, client.reset])()

    def garbage(self):
        client = Client(self.port)
        try:
            with contextlib.suppress(OSError):
                client.send(self.random.choice([
                    self.random.randbytes(self.random.randint(1, 2000)) + b"\r\n\r\n",
                    b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
                    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                    b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
                ]))  # fmt: skip
            self.must_be_refused(client)
        finally:
            client.close()

    def giant_head(self):
        client = Client(self.port)
        try:
            with contextlib.suppress(OSError):
                client.send(b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 200_000 + b"\r\n\r\n")
            self.must_be_refused(client)
        finally:
            client.close()

    def must_be_refused(self, client):
        """A 4xx or 5xx and the end of the connection, or only its end."""
        with contextlib.suppress(Closed, ConnectionError):
            status = client.response()[0]
            if status not in (400, 408, 413, 414, 431, 501, 505):
                raise Broken(f"nonsense was answered with {status}")
            client.response()
            raise Broken("an answer after nonsense")


class Soak:
    def __init__(self, process, port, options):
        self.process, self.port, self.options = process, port, options
        self.stopping = threading.Event()
        self.actors = [Actor(port, n, options.seed) for n in range(options.clients)]
        self.failures = collections.Counter()
        self.samples = []

    def run(self):
        fds_before = self.descriptors()
        started = time.monotonic()
        end = started + self.options.minutes * 60
        threads = [threading.Thread(target=self.play, args=(actor,), daemon=True) for actor in self.actors]
        for thread in threads:
            thread.start()
        interval = min(5, self.options.minutes * 60 / 40)
        while time.monotonic() < end and self.process.poll() is None and len(self.failures) < 20:
            time.sleep(interval)
            self.sample(time.monotonic() - started)
        self.stopping.set()
        for thread in threads:
            thread.join(60)
            if thread.is_alive():
                self.failures["a client hangs"] += 1
        if self.process.poll() is None:
            self.check_memory()
            self.check_descriptors(fds_before)
        self.check_end()

    def play(self, actor):
        while not self.stopping.is_set() and self.process.poll() is None:
            try:
                actor.act()
            except (Broken, Closed, OSError, ValueError, KeyError) as error:
                self.failures[f"{type(error).__name__}: {error}"] += 1
        actor.drop()

    def rss(self):
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        return 0

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def sample(self, elapsed):
        with contextlib.suppress(OSError):
            answers = sum(actor.answers for actor in self.actors)
            self.samples.append((elapsed, self.rss()))
            print(f"{elapsed:6.0f} s  {self.rss():8d} kB  {self.descriptors():4d} fds  {answers:9d} answers", flush=True)

    def check_memory(self):
        """The last quarter of the run against the one after the warm-up's quarter."""
        quarter = len(self.samples) // 4
        if quarter < 2:
            return
        early = statistics.median(rss for _, rss in self.samples[quarter : 2 * quarter])
        late = statistics.median(rss for _, rss in self.samples[-quarter:])
        print(f"memory: {early:.0f} kB after the warm-up, {late:.0f} kB at the end")
        if late - early > max(2048, early * 0.05):
            self.failures[f"memory grew from {early:.0f} to {late:.0f} kB"] += 1

    def check_descriptors(self, before):
        end = time.monotonic() + 15
        while self.descriptors() > before and time.monotonic() < end:
            time.sleep(0.2)
        print(f"descriptors: {before} before, {self.descriptors()} after")
        if self.descriptors() > before:
            self.failures[f"{self.descriptors() - before} descriptors leaked"] += 1

    def check_end(self):
        if self.process.poll() is not None:
            self.failures[f"the server died: {self.process.returncode}"] += 1
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            if self.process.wait(30) != 0:
                self.failures[f"the server left with {self.process.returncode}"] += 1
        except subprocess.TimeoutExpired:
            self.failures["the server did not leave"] += 1

    def report(self):
        total = sum((actor.done for actor in self.actors), collections.Counter())
        print(", ".join(f"{name} {count}" for name, count in total.most_common()))
        print(f"{sum(actor.answers for actor in self.actors)} answers checked")
        for what, count in self.failures.most_common():
            print(f"FAILED {count} x {what}")
        print("soak: failed" if self.failures else "soak: passed")
        return 1 if self.failures else 0


def start(binary):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    process = subprocess.Popen(
        [str(binary), "serve", "--workers", "2", "--port", str(port)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    for _ in range(200):
        if process.poll() is not None:
            sys.exit(f"soak: {binary} left with {process.returncode}")
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return process, port
        time.sleep(0.05)
    process.kill()
    sys.exit(f"soak: {binary} does not listen")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--binary", type=Path, default=ROOT / "build/release/bin/api")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--clients", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    process, port = start(options.binary.resolve())
    try:
        soak = Soak(process, port, options)
        soak.run()
        return soak.report()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
