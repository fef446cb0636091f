#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""One schema with every type: SQLAlchemy writes rows, Retort prints them and writes each again.

    run.py --retort PROGRAM [--python PYTHON]

What Retort printed must be what SQLAlchemy reads from its own rows; and Retort's rows must be read by
SQLAlchemy as its own, and lie in the database as its own do. On SQLite, and on PostgreSQL where that
is installed.
"""

import datetime
import json
import subprocess
import sys
import warnings
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import databases

COPIED = 1000  # Retort's copy of row n is row n + 1000


def text(value, column):
    """As the C++ program prints it."""
    if value is None:
        return "NULL"
    if column in ("document", "home"):
        return json.dumps(value, sort_keys=True)
    if isinstance(value, list):
        return "[" + "; ".join("NULL" if v is None else text(v, column) for v in value) + "]"
    if isinstance(value, datetime.datetime) and column in ("instant", "instants"):
        # SQLite forgets the zone: what is there is UTC.
        utc = datetime.timezone.utc
        value = value.replace(tzinfo=utc) if value.tzinfo is None else value.astimezone(utc)
    if isinstance(value, (bytes, memoryview)):
        return repr(bytes(value))
    return value.name if hasattr(value, "name") else str(value)


def stored(connection, sa, table):
    """{id: what lies in the database}, without SQLAlchemy's types."""
    def raw(name):
        if connection.dialect.name == "sqlite":
            return f"typeof({name}) || ':' || quote({name})"
        return f"CAST({name} AS TEXT)"
    columns = ", ".join(f"{raw(c.name)} AS {c.name}" for c in table.columns if c.name != "id")
    found = connection.execute(sa.text(f"SELECT id, {columns} FROM {table.name}"))
    return {row[0]: list(row)[1:] for row in found}


def compare(connection, sa, table, printed):
    """Texts of what differs."""
    out = []
    names = [c.name for c in table.columns]
    read = {row[0]: [text(v, n) for n, v in zip(names, row)] for row in connection.execute(sa.select(table))}
    raw = stored(connection, sa, table)
    mine = [i for i in read if i <= COPIED]
    for i in mine:
        if i + COPIED not in read:
            out.append(f"{table.name} {i}: Retort wrote no copy")
            continue
        views = {"printed": printed.get((table.name, str(i)), []), "read again": read[i + COPIED][1:]}
        for title, row in views.items():
            for name, want, got in zip(names[1:], read[i][1:], row or ["nothing"] * len(names)):
                if want != got:
                    out.append(f"{table.name}.{name} {i}, {title}: SQLAlchemy {want[:200]}, Retort {got[:200]}")
        for name, want, got in zip(names[1:], raw[i], raw[i + COPIED]):
            if want != got:
                out.append(f"{table.name}.{name} {i}, stored: SQLAlchemy {want!r:.200}, Retort {got!r:.200}")
    return out, len(mine) * (len(names) - 1)


def run(program, url):
    import sqlalchemy as sa

    import schema
    engine = sa.create_engine(url)
    tables = [(schema.samples, schema.SAMPLES)]
    if engine.dialect.name == "postgresql":
        tables.append((schema.lists, schema.LISTS))
    with engine.begin() as connection:
        for table, values in tables:
            table.create(connection)
            connection.execute(table.insert(), schema.rows(values))
    done = subprocess.run([program, url], capture_output=True, text=True, timeout=120)
    if done.returncode:
        return [f"Retort failed: {done.stderr}"], 0
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    printed = {(line[0], line[1]): line[2:] for line in lines}
    found, count = [], 0
    with engine.connect() as connection:
        for table, _ in tables:
            differences, n = compare(connection, sa, table, printed)
            found += differences
            count += n
    engine.dispose()
    return found, count


def report(name, found, count):
    print(f"{name}: {count} values, {len(found)} differences")
    for line in found[:40]:
        print("  " + line)
    return bool(found) or count == 0


def main():
    options = databases.parse(__doc__, "sqlalchemy")
    warnings.simplefilter("ignore")
    return databases.on_each(options, lambda name, url, _: report(name, *run(options.retort, url)))


sys.exit(main())
