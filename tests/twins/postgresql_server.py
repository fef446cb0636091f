# SPDX-License-Identifier: BSD-3-Clause
"""A PostgreSQL server of one's own, in a temporary folder and on a free port."""

import glob
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time


def binaries():
    """The folder of initdb and postgres, or None."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    folder = os.path.dirname(found[-1]) if found else None
    if folder is None and shutil.which("initdb"):
        folder = os.path.dirname(shutil.which("initdb"))
    return folder


class Server:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="retort-postgresql-")
        self.options = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self.options = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        data = os.path.join(self.folder, "data")
        self.options |= {"cwd": self.folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([f"{binaries()}/initdb", "-D", data, "-U", "retort", "-A", "trust", "-E", "UTF8",
                        "--locale=C.UTF-8", "--no-sync"], check=True, **self.options)
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.process = subprocess.Popen(
            [f"{binaries()}/postgres", "-D", data, "-p", str(self.port), "-c", "listen_addresses=127.0.0.1",
             "-c", "unix_socket_directories=", "-c", "fsync=off"], **self.options)
        for _ in range(400):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        self.url = f"postgresql://retort@127.0.0.1:{self.port}/postgres"

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
