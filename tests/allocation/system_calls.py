#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Counts the system calls of a server while it answers: one recv and one send for all the
requests that came together, an epoll_wait for all the connections that are ready.

    system_calls.py PROGRAM      (prints its port, serves "/")
"""
import collections
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
ROUNDS = 200


def ask(client, times):
    client.sendall(REQUEST * times)
    received = b""
    while received.count(b"Hello, World!") < times:
        piece = client.recv(65536)
        if not piece:
            sys.exit("the server closed the connection")
        received += piece


def counted(server, log, work):
    """The calls that `work` makes the server do."""
    tracer = subprocess.Popen(["strace", "-f", "-o", log, "-p", str(server.pid)], stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    line = tracer.stderr.readline()
    if "attached" not in line:
        print("SKIPPED: strace may not trace here:", line.strip())
        sys.exit(0)
    work()
    time.sleep(0.2)
    tracer.terminate()
    tracer.communicate()
    with open(log, encoding="utf-8", errors="replace") as file:
        calls = collections.Counter(re.findall(r"^\d+ +(?:<\.\.\. )?(\w+)", file.read(), re.M))
    return calls


def expect(calls, what, names, least, most):
    count = sum(calls[name] for name in names)
    print(f"{what}: {count} of {'/'.join(names)}, {least} to {most} expected")
    if not least <= count <= most:
        print(dict(calls))
        sys.exit(1)


def main():
    if not shutil.which("strace"):
        print("SKIPPED: no strace")
        return
    server = subprocess.Popen([sys.argv[1]], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    try:
        port = int(server.stdout.readline())
        client = socket.create_connection(("127.0.0.1", port), 10)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        ask(client, 1)
        with tempfile.TemporaryDirectory() as folder:
            for times in (1, 16):
                calls = counted(server, os.path.join(folder, f"log{times}"),
                                lambda: [ask(client, times) for _ in range(ROUNDS)])
                what = f"{ROUNDS} times {times} request(s)"
                slack = 5  # attaching interrupts a call
                expect(calls, what, ["recvfrom", "read", "recvmsg"], ROUNDS, ROUNDS + slack)
                expect(calls, what, ["sendto", "write", "sendmsg", "writev"], ROUNDS, ROUNDS + slack)
                expect(calls, what, ["epoll_wait", "epoll_pwait"], ROUNDS // 2, ROUNDS + slack)
                others = sum(calls.values()) - 3 * ROUNDS
                if others > 3 * slack:
                    print("other calls:", dict(calls))
                    sys.exit(1)
    finally:
        server.terminate()
        server.wait(10)


if __name__ == "__main__":
    main()
