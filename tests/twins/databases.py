# SPDX-License-Identifier: BSD-3-Clause
"""What twins of the database rooms share: their command line, and a run on SQLite and on PostgreSQL."""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import postgresql_server

SKIPPED = 77


def has(python, module):
    return subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode == 0


def parse(description, module):
    """The options; ends the program where the module's package is missing. Goes on under the Python that has it."""
    package = "python3-" + module.replace("_", "-")
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--retort", required=True, help="the twin's program")
    parser.add_argument("--python", default="/usr/bin/python3", help=f"that has Debian's {package}")
    options = parser.parse_args()
    if not has(options.python, module):
        print(f"SKIPPED: {package} is not installed")
        sys.exit(SKIPPED)
    if Path(sys.executable).resolve() != Path(options.python).resolve():
        sys.exit(subprocess.run([options.python, *sys.argv]).returncode)
    options.retort = str(Path(options.retort).resolve())
    return options


def on_each(options, report):
    """Calls report(database's name, URL, an empty folder), which is true when the twins differ. The exit code."""
    with tempfile.TemporaryDirectory(prefix="retort-twin-") as folder:
        failed = report("SQLite", f"sqlite:///{folder}/twin.db", folder)
    if not has(options.python, "psycopg2") or not postgresql_server.binaries():
        print("PostgreSQL: SKIPPED: postgresql or python3-psycopg2 is not installed")
        return int(failed)
    server = postgresql_server.Server()
    try:
        time.sleep(0.5)
        with tempfile.TemporaryDirectory(prefix="retort-twin-") as folder:
            failed |= report("PostgreSQL", server.url, folder)
    finally:
        server.stop()
    return int(failed)
