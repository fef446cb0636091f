# SPDX-License-Identifier: BSD-3-Clause
"""The models of app.cpp, for Flask-Migrate."""

import os

from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import MetaData

CONVENTION = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

app = Flask("twin")
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["TWIN_URL"]
db = SQLAlchemy(app, metadata=MetaData(naming_convention=CONVENTION))
Migrate(app, db, directory=os.environ["TWIN_MIGRATIONS"], compare_type=True)


class User(db.Model):
    __tablename__ = "users"
    id = db.Column(db.Integer, primary_key=True)
    email = db.Column(db.String(120), nullable=False, unique=True)
    active = db.Column(db.Boolean, nullable=False)
    joined = db.Column(db.DateTime, nullable=False)


class Post(db.Model):
    __tablename__ = "posts"
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer, db.ForeignKey("users.id", ondelete="CASCADE"), nullable=False)
    title = db.Column(db.String(80), nullable=False, index=True)
    body = db.Column(db.Text)
    price = db.Column(db.Numeric(10, 2))


class Tag(db.Model):
    __tablename__ = "tags"
    id = db.Column(db.Integer, primary_key=True)
    post_id = db.Column(db.Integer, db.ForeignKey("posts.id"), nullable=False)
    name = db.Column(db.String(30), nullable=False)


if os.environ.get("TWIN_WITHOUT_TAGS"):
    db.metadata.remove(Tag.__table__)
