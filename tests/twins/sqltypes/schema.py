# SPDX-License-Identifier: BSD-3-Clause
"""The tables of the twin by SQLAlchemy, and the rows that it writes."""

import datetime
import decimal
import enum
import uuid

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

UTC = datetime.timezone.utc
D = decimal.Decimal


class Color(enum.Enum):
    red = 0
    dark_blue = 1


class Uuid(sa.types.TypeDecorator):
    """What SQLAlchemy 2 has as sqlalchemy.Uuid."""

    impl = sa.CHAR(32)
    cache_ok = True

    def load_dialect_impl(self, dialect):
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.UUID(as_uuid=True))
        return dialect.type_descriptor(sa.CHAR(32))

    def process_bind_param(self, value, dialect):
        return value if value is None or dialect.name == "postgresql" else value.hex

    def process_result_value(self, value, dialect):
        return value if value is None or isinstance(value, uuid.UUID) else uuid.UUID(value)


metadata = sa.MetaData()
samples = sa.Table(
    "samples", metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("flag", sa.Boolean),
    sa.Column("small", sa.SmallInteger),
    sa.Column("whole", sa.Integer),
    sa.Column("big", sa.BigInteger),
    sa.Column("ratio", sa.Float),
    sa.Column("price", sa.Numeric(12, 4)),
    sa.Column("amount", sa.Numeric),
    sa.Column("name", sa.String(80)),
    sa.Column("note", sa.Text),
    sa.Column("data", sa.LargeBinary),
    sa.Column("day", sa.Date),
    sa.Column("at", sa.Time),
    sa.Column("moment", sa.DateTime),
    sa.Column("instant", sa.DateTime(timezone=True)),
    sa.Column("span", sa.Interval),
    sa.Column("token", Uuid),
    sa.Column("document", sa.JSON(none_as_null=True)),
    sa.Column("home", sa.JSON(none_as_null=True)),
    sa.Column("color", sa.Enum(Color)),
)

array = postgresql.ARRAY
postgresql_metadata = sa.MetaData()
lists = sa.Table(
    "lists", postgresql_metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("names", array(sa.String)),
    sa.Column("grid", array(sa.Integer, dimensions=2)),
    sa.Column("prices", array(sa.Numeric)),
    sa.Column("chunks", array(sa.LargeBinary)),
    sa.Column("moments", array(sa.DateTime)),
    sa.Column("instants", array(sa.DateTime(timezone=True))),
    sa.Column("spans", array(sa.Interval)),
    sa.Column("tokens", array(postgresql.UUID(as_uuid=True))),
    sa.Column("flags", array(sa.Boolean)),
    sa.Column("ratios", array(sa.Float)),
)

time, delta, date, moment = datetime.time, datetime.timedelta, datetime.date, datetime.datetime
# Values of each column; every row of the table takes the next one of each.
SAMPLES = {
    "flag": [True, False],
    "small": [0, -32768, 32767],
    "whole": [0, -(2**31), 2**31 - 1],
    "big": [0, -(2**63), 2**63 - 1],
    "ratio": [1.0, 0.1, -2.5e-300, 1.7976931348623157e308, 1e16, -0.0],
    "price": [D("12.3400"), D("5"), D("-0.0001"), D("99999999.9999"), D("0"), D("1E+3")],
    "amount": [D("12.34"), D("-7"), D("0.5"), D("123456.789")],
    "name": ["", "O'Reilly; DROP TABLE samples; --", "naïve 🦉", "a\\b\"c\n\t%_"],
    "note": ["plain", "x" * 5000, "NULL", "null", "12", "\u200bhidden"],
    "data": [b"", b"\0\xff'\\x41", bytes(range(256))],
    "day": [date(1, 1, 1), date(33, 1, 2), date(2024, 2, 29), date(9999, 12, 31)],
    "at": [time(0, 0), time(7, 8, 9), time(23, 59, 59, 999999), time(1, 2, 3, 10)],
    "moment": [moment(2024, 5, 6, 7, 8, 9), moment(1, 1, 1), moment(9999, 12, 31, 23, 59, 59, 999999),
               moment(1969, 12, 31, 23, 59, 59, 1)],
    "instant": [moment(2024, 5, 6, 7, 8, 9, tzinfo=UTC), moment(1969, 12, 31, 23, 59, 59, 120000, tzinfo=UTC)],
    "span": [delta(0), delta(days=1, hours=2, seconds=3, microseconds=500000), delta(microseconds=-1),
             delta(days=-400), delta(days=365, microseconds=1), delta(hours=-36, seconds=-1)],
    "token": [uuid.UUID(int=0), uuid.UUID("a8098c1a-f86e-11da-bd1a-00112444be1e")],
    "document": [5, 1.5, "5", "x", True, {"a": [1, "é", None], "b": {}}, [], "null", "'", {"": "\\\"\u2028"}],
    "home": [{"city": "Rome", "number": 7}, {"city": "O'Hare", "number": None}],
    "color": [Color.red, Color.dark_blue],
}
LISTS = {
    "names": [[], ["a", None, ""], ["NULL", "a,b", "{x}", '"q"', "\\", " ", "é"]],
    "grid": [[[1, 2], [3, 4]], [[-1]]],
    "prices": [[D("12.340"), D("-7")], [D("1E+3")]],
    "chunks": [[b"", b"\0\xff\"\\"], [b"x"]],
    "moments": [[moment(2024, 5, 6, 7, 8, 9, 10)], [moment(1, 1, 1), moment(2000, 1, 1)]],
    "instants": [[moment(2024, 5, 6, 7, 8, 9, 10, tzinfo=UTC)]],
    "spans": [[delta(0), delta(days=-1, microseconds=1)], [delta(days=400)]],
    "tokens": [[uuid.UUID(int=1)], []],
    "flags": [[True, False], [True]],
    "ratios": [[1.5, 0.1, -1e300], []],
}


def rows(values):
    """As many as the longest list needs, and one of NULLs."""
    count = max(len(column) for column in values.values())
    out = [{"id": i + 1} | {name: column[i % len(column)] for name, column in values.items()} for i in range(count)]
    return out + [{"id": count + 1} | {name: None for name in values}]
