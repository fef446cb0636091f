# SPDX-License-Identifier: BSD-3-Clause
"""The twin's models by Flask-SQLAlchemy, and what it does with them. sqlmodels.cpp has the same."""

import copy
import datetime
import decimal
import enum
import sys
import uuid
from pathlib import Path

import flask
import flask_sqlalchemy
import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "sqltypes"))
from schema import SAMPLES, UTC, Uuid  # noqa: E402

db = flask_sqlalchemy.SQLAlchemy(metadata=sa.MetaData(naming_convention={
    "ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s", "pk": "pk_%(table_name)s"}))


class Color(enum.Enum):
    red = 0
    dark_blue = 1


awards = db.Table(
    "awards",
    db.Column("player_id", db.BigInteger, db.ForeignKey("players.id"), primary_key=True),
    db.Column("badge_id", db.BigInteger, db.ForeignKey("badges.id"), primary_key=True))
Key = db.BigInteger().with_variant(db.Integer, "sqlite")


class Team(db.Model):
    __tablename__ = "teams"
    id = db.Column(Key, primary_key=True)
    name = db.Column(db.String(40), unique=True, nullable=False)
    parent_id = db.Column(db.BigInteger, db.ForeignKey("teams.id"))
    parent = db.relationship("Team", remote_side=[id], back_populates="parts")
    parts = db.relationship("Team", back_populates="parent")
    players = db.relationship("Player", back_populates="team", cascade="all, delete-orphan")


class Player(db.Model):
    __tablename__ = "players"
    id = db.Column(Key, primary_key=True)
    name = db.Column(db.String(40), nullable=False)
    team_id = db.Column(db.BigInteger, db.ForeignKey("teams.id"), index=True)
    version = db.Column(db.BigInteger, nullable=False)
    team = db.relationship("Team", back_populates="players")
    profile = db.relationship("Profile", back_populates="player", uselist=False, cascade="all, delete-orphan")
    badges = db.relationship("Badge", secondary=awards, back_populates="players")
    __mapper_args__ = {"version_id_col": version}


class Profile(db.Model):
    __tablename__ = "profiles"
    id = db.Column(Key, primary_key=True)
    bio = db.Column(db.Text, nullable=False)
    player_id = db.Column(db.BigInteger, db.ForeignKey("players.id"), unique=True)
    player = db.relationship("Player", back_populates="profile")


class Badge(db.Model):
    __tablename__ = "badges"
    id = db.Column(Key, primary_key=True)
    label = db.Column(db.String(40), nullable=False)
    players = db.relationship("Player", secondary=awards, back_populates="badges")


class Sample(db.Model):
    __tablename__ = "samples"
    id = db.Column(Key, primary_key=True)
    flag = db.Column(db.Boolean)
    small = db.Column(db.SmallInteger)
    whole = db.Column(db.Integer)
    big = db.Column(db.BigInteger)
    ratio = db.Column(db.Float)
    price = db.Column(db.Numeric(12, 4))
    amount = db.Column(db.Numeric)
    name = db.Column(db.String(80))
    note = db.Column(db.Text)
    data = db.Column(db.LargeBinary)
    day = db.Column(db.Date)
    at = db.Column(db.Time)
    moment = db.Column(db.DateTime)
    instant = db.Column(db.DateTime(timezone=True))
    span = db.Column(db.Interval)
    token = db.Column(Uuid)
    document = db.Column(db.JSON(none_as_null=True))
    home = db.Column(db.JSON(none_as_null=True))
    color = db.Column(db.Enum(Color))
    version = db.Column(db.BigInteger, nullable=False)
    __mapper_args__ = {"version_id_col": version}


COLUMNS = [c.name for c in Sample.__table__.columns]


def make_app(url):
    app = flask.Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db.init_app(app)
    return app


def own(value):
    return Color[value.name] if isinstance(value, enum.Enum) else copy.deepcopy(value)


def sample_rows():
    count = max(len(column) for column in SAMPLES.values())
    rows = [{name: own(column[i % len(column)]) for name, column in SAMPLES.items()} for i in range(count)]
    return rows + [{}]


def insert():
    for row in sample_rows():
        db.session.add(Sample(**row))
    reds, blues = Team(name="P reds"), Team(name="P blues")
    blues.parent = reds
    ann = Player(name="P ann", team=reds, profile=Profile(bio="P first"))
    ben = Player(name="P ben", team=blues)
    fast, tall = Badge(label="P fast"), Badge(label="P tall")
    ann.badges = [fast, tall]
    ben.badges = [tall]
    db.session.add_all([ann, ben, fast, tall, Player(name="P free")])
    db.session.commit()


def one(model, **values):
    return db.session.query(model).filter_by(**values).one()


def change(theirs):
    """Rows that were made by `theirs`, "P" or "R"."""
    for sample in db.session.query(Sample).order_by(Sample.id):
        shifted = db.session.get(Sample, sample.id % db.session.query(Sample).count() + 1)
        sample.note = None if sample.note is None else sample.note[::-1][:300] + "!"
        sample.whole = shifted.small
        sample.flag = None if sample.flag is None else not sample.flag
    ann, ben, free = (one(Player, name=f"{theirs} {name}") for name in ("ann", "ben", "free"))
    ann.team, ben.team = ben.team, ann.team
    free.team = one(Team, name=f"{theirs} reds")
    ann.badges.remove(one(Badge, label=f"{theirs} fast"))
    free.badges.append(one(Badge, label=f"{theirs} fast"))
    ann.profile.bio += ", changed"
    ben.profile = Profile(bio=f"{theirs} late")
    one(Team, name=f"{theirs} blues").parent = None
    db.session.commit()


def delete(theirs):
    db.session.delete(one(Team, name=f"{theirs} reds"))  # with its players, their profiles and awards
    db.session.delete(one(Badge, label=f"{theirs} tall"))
    for sample in db.session.query(Sample).order_by(Sample.id.desc()).limit(2):
        db.session.delete(sample)
    db.session.commit()


def text(value, column):
    """As sqlmodels.cpp has it."""
    import json
    if value is None:
        return "NULL"
    if column in ("document", "home"):
        return json.dumps(value, sort_keys=True)
    if isinstance(value, datetime.datetime) and column == "instant":
        # SQLite forgets the zone: what is there is UTC.
        value = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    if isinstance(value, (bytes, memoryview)):
        return repr(bytes(value))
    if isinstance(value, (decimal.Decimal, uuid.UUID)):
        return str(value)
    return value.name if isinstance(value, enum.Enum) else str(value)


def dump():
    """Everything, by models and relationships."""
    db.session.expire_all()
    out = []
    for sample in db.session.query(Sample).order_by(Sample.id):
        out.append(["sample"] + [text(getattr(sample, name), name) for name in COLUMNS])
    for team in db.session.query(Team).order_by(Team.id):
        out.append(["team", str(team.id), team.name, team.parent.name if team.parent else "",
                    sorted(p.name for p in team.parts), sorted(p.name for p in team.players)])
    for player in db.session.query(Player).order_by(Player.id):
        out.append(["player", str(player.id), player.name, str(player.version), player.team.name if player.team else "",
                    player.profile.bio if player.profile else "", sorted(b.label for b in player.badges)])
    for badge in db.session.query(Badge).order_by(Badge.id):
        out.append(["badge", str(badge.id), badge.label, sorted(p.name for p in badge.players)])
    return out
