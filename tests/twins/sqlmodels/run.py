#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""One schema by Flask-SQLAlchemy's models and by Retort's: rows go through both, relationships and a
version column, too.

    run.py --retort PROGRAM [--python PYTHON]

Either makes the tables once; then each inserts, changes and deletes what it and the other have made, and
behind every step both must see the same. On SQLite, and on PostgreSQL where that is installed.
"""

import itertools
import json
import subprocess
import sys
import warnings
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import databases


class Twin:
    def __init__(self, program, url):
        self.program, self.url = program, url
        self.found, self.seen = [], 0

    def retort(self, *words):
        done = subprocess.run([self.program, self.url, *words], capture_output=True, text=True, timeout=120)
        if done.returncode:
            self.found.append(f"{' '.join(words)}: Retort failed: {done.stderr.strip()}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def compare(self, step):
        import models
        mine, theirs = models.dump(), self.retort("dump")
        self.seen += sum(len(row) - 1 for row in mine)
        for a, b in itertools.zip_longest(mine, theirs):
            if a == b:
                continue
            cells = [(x, y) for x, y in itertools.zip_longest(a or ["no row"], b or ["no row"]) if x != y]
            self.found.append(f"{step}: {(a or b)[:2]}: " + "; ".join(
                f"SQLAlchemy {str(x)[:80]}, Retort {str(y)[:80]}" for x, y in cells))

    def stale(self):
        """Each holds an object that the other changes meanwhile."""
        import models
        import sqlalchemy.orm.exc
        db = models.db
        held = models.one(models.Player, name="R free")
        self.retort("rename", "R free", "R gone")
        held.name = "P mine"
        try:
            db.session.commit()
            self.found.append("stale: SQLAlchemy overwrote what Retort changed")
        except sqlalchemy.orm.exc.StaleDataError:
            db.session.rollback()
        waiting = subprocess.Popen([self.program, self.url, "hold", "R gone"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, text=True)
        waiting.stdout.readline()
        models.one(models.Player, name="R gone").name = "R free"
        db.session.commit()
        answer = waiting.communicate("go\n", timeout=60)[0].strip()
        if answer != "StaleDataError":
            self.found.append(f"stale: Retort said {answer!r} of what SQLAlchemy changed")

    def run(self, creator):
        import models
        app = models.make_app(self.url)
        with app.app_context():
            models.db.drop_all()
            if creator == "SQLAlchemy":
                models.db.create_all()
            else:
                self.retort("create")
            steps = [
                ("SQLAlchemy inserts", models.insert, ()),
                ("Retort inserts", self.retort, ("insert",)),
                ("SQLAlchemy changes its own", models.change, ("P",)),
                ("Retort changes SQLAlchemy's", self.retort, ("change", "P")),
                ("SQLAlchemy changes Retort's", models.change, ("R",)),
                ("Retort changes its own", self.retort, ("change", "R")),
                ("they meet", self.stale, ()),
                ("Retort deletes SQLAlchemy's", self.retort, ("delete", "P")),
                ("SQLAlchemy deletes Retort's", models.delete, ("R",)),
            ]
            for name, step, words in steps:
                step(*words)
                models.db.session.close()  # SQLite: no lock is left
                self.compare(f"tables by {creator}, {name}")
                models.db.session.close()
            models.db.engine.dispose()


def report(name, program, url):
    twin = Twin(program, url)
    for creator in ("SQLAlchemy", "Retort"):
        twin.run(creator)
    print(f"{name}: {twin.seen} values, {len(twin.found)} differences")
    for line in twin.found[:40]:
        print("  " + line)
    return bool(twin.found) or twin.seen == 0


def main():
    options = databases.parse(__doc__, "flask_sqlalchemy")
    warnings.simplefilter("ignore")
    return databases.on_each(options, lambda name, url, _: report(name, options.retort, url))


sys.exit(main())
