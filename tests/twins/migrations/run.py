#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""One database, migrated by Flask-Migrate (Alembic) and by Retort in turns.

    run.py --retort PROGRAM [--python PYTHON]

Both have the same models, one folder of revisions and one table alembic_version. After each turn both
must name the same revision; what is the other's is refused, with nothing changed; at the end neither finds
a difference between the models and the database. On SQLite, and on PostgreSQL where that is installed.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import databases

COMPARE = """
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from app import app, db
with app.app_context(), db.engine.connect() as connection:
    print(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), db.metadata))
"""

TAGS = """op.create_table('tags', sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('post_id', sa.Integer(), nullable=False), sa.Column('name', sa.String(30), nullable=False),
        sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name='fk_tags_post_id_posts'),
        sa.PrimaryKeyConstraint('id', name='pk_tags'))"""


class Failed(Exception):
    pass


class Twin:
    def __init__(self, options, url, folder):
        self.program, self.python = options.retort, options.python
        self.migrations = Path(folder) / "migrations"
        self.environment = {**os.environ, "TWIN_URL": url, "TWIN_MIGRATIONS": str(self.migrations),
                            "FLASK_APP": str(HERE / "app.py"), "PYTHONDONTWRITEBYTECODE": "1",
                            "PYTHONWARNINGS": "ignore", "PYTHONPATH": str(HERE)}
        self.steps = 0

    def call(self, command, fails=False, **environment):
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=HERE,
                              env={**self.environment, **environment})
        if bool(done.returncode) != fails:
            raise Failed(f"{' '.join(command)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stderr if fails else done.stdout

    def flask(self, *words, **options):
        return self.call([self.python, "-m", "flask", "db", *words], **options)

    def retort(self, *words, **options):
        return self.call([self.program, "db", *words], **options)

    def expect(self, what, got, want):
        self.steps += 1
        if got != want:
            raise Failed(f"{what}: {got!r}, expected {want!r}")

    def at(self, revision, head=True):
        """Both say that the database is at this revision."""
        want = f"{revision} (head)" if revision and head else revision
        for tool in (self.flask, self.retort):
            got = [line for line in tool("current").splitlines() if line and not line.startswith("INFO")]
            self.expect(f"{tool.__name__} db current", "".join(got), want)

    def versions(self, pattern):
        return next((self.migrations / "versions").glob(pattern))

    def refuses(self, tool, *words, says):
        """It fails, says why, and the database stays where it was."""
        before = self.retort("current")
        got = tool(*words, fails=True)
        self.expect(f"{tool.__name__} db {' '.join(words)} says {says!r}", bool(re.search(says, got)), True)
        self.expect("what a refusal changes", self.retort("current"), before)

    def same_as_models(self):
        self.expect("retort db check", self.retort("check"), "No new upgrade operations detected.\n")
        self.same_by_alembic()

    def same_by_alembic(self):
        self.expect("Alembic's comparison", self.call([self.python, "-c", COMPARE]).strip(), "[]")

    def write_alembic(self, revision, up, down):
        self.flask("revision", "-m", revision, "--rev-id", revision)
        path = self.versions(f"{revision}_*.py")
        text = path.read_text()
        text = text.replace("def upgrade():\n    pass", "def upgrade():\n    " + up)
        path.write_text(text.replace("def downgrade():\n    pass", "def downgrade():\n    " + down))

    def run(self):
        # Alembic makes the folder and the first tables.
        self.flask("init")
        self.flask("migrate", "-m", "users and posts", "--rev-id", "a1", TWIN_WITHOUT_TAGS="1")
        self.refuses(self.retort, "upgrade", says=r"revision a1 is Alembic's .*run `flask db upgrade a1` first")
        self.flask("upgrade")
        self.at("a1")
        # Retort goes on: what the models have and the database has not.
        made = self.retort("migrate", "-m", "tags", "--rev-id", "b2")
        self.expect("what Retort finds", [line for line in made.splitlines() if line.startswith("Detected")],
                    ["Detected added table tags"])
        self.refuses(self.flask, "upgrade", says=r"revision b2 is Retort's: run `db upgrade b2`")
        self.retort("upgrade")
        self.at("b2")
        self.same_as_models()
        # Alembic takes away an index and adds a column, by hand.
        self.write_alembic("c3", "op.drop_index('ix_posts_title'); op.add_column('users', sa.Column('age', sa.Integer()))",
                           "op.drop_column('users', 'age'); op.create_index('ix_posts_title', 'posts', ['title'])")
        self.refuses(self.retort, "upgrade", says=r"revision c3 is Alembic's")
        self.flask("upgrade")
        self.at("c3")
        # Retort writes what mends that; on SQLite the table is made anew.
        made = self.retort("migrate", "-m", "mend", "--rev-id", "d4")
        self.expect("what Retort finds", sorted(line for line in made.splitlines() if line.startswith("Detected")),
                    ["Detected added index ix_posts_title of posts", "Detected removed column users.age"])
        self.retort("upgrade")
        self.at("d4")
        self.same_as_models()
        # Alembic has nothing to add to that, and comes last.
        self.write_alembic("e5", "op.drop_table('tags')", TAGS)
        self.flask("upgrade")
        self.retort("migrate", "-m", "tags again", "--rev-id", "f6")
        self.retort("upgrade")
        self.at("f6")
        self.same_as_models()
        # Down again, each its own.
        self.refuses(self.flask, "downgrade", says=r"revision f6 is Retort's")
        self.retort("downgrade")
        self.at("e5", head=False)
        self.refuses(self.retort, "downgrade", says=r"revision e5 is Alembic's .*run `flask db downgrade e5` first")
        self.flask("downgrade")
        self.at("d4", head=False)
        self.retort("downgrade", "-1")
        self.flask("downgrade")
        self.at("b2", head=False)
        self.same_by_alembic()
        self.retort("downgrade")
        self.flask("downgrade")
        self.at("")


def report(name, options, url, folder):
    twin = Twin(options, url, folder)
    try:
        twin.run()
    except Failed as error:
        print(f"{name}: after {twin.steps} checks: {error}")
        return True
    print(f"{name}: {twin.steps} checks, no difference")
    return False


def main():
    options = databases.parse(__doc__, "flask_migrate")
    return databases.on_each(options, lambda name, url, folder: report(name, options, url, folder))


sys.exit(main())
