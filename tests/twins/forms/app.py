# SPDX-License-Identifier: BSD-3-Clause
# Forms of every kind of field and validator, shown by a template. app.cpp says the same in Retort's words.
# What is known to differ is put in by differences.py.
import datetime
import decimal

import wtforms
from flask import Flask, render_template, request
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired, FileAllowed, FileSize
from wtforms import validators as v
from wtforms.i18n import get_translations

import differences

differences.install()


class Languages:
    csrf = False

    def get_translations(self, form):
        lang = request.args.get("lang")
        return get_translations([lang]) if lang else None


class Translated(FlaskForm):
    Meta = Languages


def no_digits(form, field):
    if field.data and any(c.isdigit() for c in field.data):
        raise v.ValidationError("No <digits>!")


class Text(Translated):
    plain = wtforms.StringField(description="say <it>")
    area = wtforms.TextAreaField("Area & more", render_kw={"rows": 5, "class": "wide"})
    password = wtforms.PasswordField()
    hidden = wtforms.HiddenField()
    search = wtforms.SearchField()
    tel = wtforms.TelField()
    address = None
    site = wtforms.URLField()
    mail = wtforms.EmailField()
    color = differences.ColorField()
    filtered = wtforms.StringField(filters=[lambda s: s.strip() if s else s], default="a default")
    flag = wtforms.BooleanField()
    on = wtforms.BooleanField(default=True)
    submit = wtforms.SubmitField("Send > it")


class Checked(Translated):
    required = wtforms.StringField(validators=[v.DataRequired()])
    sent = wtforms.StringField(validators=[v.InputRequired("Mind this.")])
    brief = wtforms.StringField(validators=[v.Length(max=1)])
    lengthy = wtforms.StringField(validators=[v.Optional(), v.Length(min=2, message="%(min)d, not %(length)d")])
    between = wtforms.TextAreaField(validators=[v.Length(2, 4)])
    exact = wtforms.StringField(validators=[v.Length(3, 3)])
    mail = wtforms.StringField(validators=[v.Optional(strip_whitespace=False), v.Email()])
    url = wtforms.StringField(validators=[v.URL(require_tld=False)])
    uuid = wtforms.StringField(validators=[v.UUID()])
    ip = wtforms.StringField(validators=[v.IPAddress(ipv6=True)])
    mac = wtforms.StringField(validators=[v.MacAddress()])
    regexp = wtforms.StringField(validators=[v.Regexp(r"\w+\s\d+")])
    one = wtforms.StringField(validators=[v.AnyOf(["a", "b<"])])
    none = wtforms.StringField(validators=[v.NoneOf([1, "x", 2.5])])
    own = wtforms.StringField(validators=[no_digits, v.Length(max=3)])
    again = wtforms.PasswordField("Pass again", validators=[v.EqualTo("required", "not %(other_label)s")])
    wrong = wtforms.StringField(validators=[v.EqualTo("nothing")])


class Numbers(Translated):
    integer = wtforms.IntegerField(validators=[v.NumberRange(1, 10)])
    least = wtforms.IntegerField(validators=[v.Optional(), v.NumberRange(min=-5)])
    real = wtforms.FloatField(validators=[v.NumberRange(max=2.5)])
    money = wtforms.DecimalField(validators=[v.Optional(), v.NumberRange(decimal.Decimal("0.10"), 99)])
    rounded = wtforms.DecimalField(places=1, rounding=decimal.ROUND_UP)
    exact = wtforms.DecimalField(places=None)
    volume = wtforms.IntegerRangeField(validators=[v.NumberRange(0, 11)])
    share = wtforms.DecimalRangeField()
    needed = wtforms.IntegerField(validators=[v.DataRequired()])


class Times(Translated):
    date = wtforms.DateField(validators=[v.Optional()])
    german = wtforms.DateField(format="%d.%m.%Y")
    time = wtforms.TimeField()
    moment = wtforms.DateTimeField(validators=[v.InputRequired()])
    either = wtforms.DateTimeField(format=["%Y-%m-%d %H:%M", "%Y%m%d%H%M"])
    local = wtforms.DateTimeLocalField()
    month = wtforms.MonthField()
    standard = wtforms.DateField(default=lambda: datetime.date(2024, 2, 29))


class Choices(Translated):
    select = wtforms.SelectField(choices=[("a", "Alpha"), ("b", "Beta & <Co>")])
    plain = wtforms.SelectField(choices=["x", "y"], validators=[v.InputRequired()], default="y")
    number = wtforms.SelectField(choices=[(1, "one"), (2, "two")], coerce=int)
    free = wtforms.SelectField(choices=["x"], validate_choice=False)
    grouped = wtforms.SelectField(choices={"G & 1": [("a", "A")], "G2": [("b", "B"), ("c", "C")]})
    several = wtforms.SelectMultipleField(choices=[("a", "Alpha"), ("b", "Beta"), ("c", "Gamma")])
    numbers = wtforms.SelectMultipleField(choices=[(1, "one"), (2, "two")], coerce=int)
    radio = wtforms.RadioField(choices=[("a", "Alpha"), ("b", "Be'ta")], validators=[v.InputRequired()])


class Address(wtforms.Form):
    Meta = Languages
    street = wtforms.StringField(validators=[v.InputRequired()])
    city = wtforms.StringField(default="Here")


class Nested(Translated):
    address = wtforms.FormField(Address)
    streets = wtforms.FieldList(wtforms.StringField(validators=[v.Length(max=5)]), min_entries=1, max_entries=3)
    people = wtforms.FieldList(wtforms.FormField(Address))


class Upload(Translated):
    document = FileField(validators=[FileRequired()])
    picture = FileField(validators=[FileAllowed(["png", "jpg"])])
    sized = FileField(validators=[FileSize(max_size=10, min_size=2)])
    several = differences.MultipleFileField()


FORMS = {"text": Text, "checked": Checked, "numbers": Numbers, "times": Times, "choices": Choices, "nested": Nested,
         "upload": Upload}
DATA = {
    "text": {"plain": "<old>", "area": "two\nlines", "password": "secret", "hidden": "h\"", "flag": True, "on": False},
    "checked": {"required": "r", "again": "r", "one": "a"},
    "numbers": {"integer": 7, "real": 1.5, "money": decimal.Decimal("12.345"), "rounded": decimal.Decimal("0.11"),
                "exact": decimal.Decimal("1.500"), "volume": 3, "needed": 0},
    "times": {"date": datetime.date(2024, 5, 6), "german": datetime.date(1999, 5, 6), "time": datetime.time(7, 8),
              "moment": datetime.datetime(2024, 5, 6, 7, 8, 9), "either": datetime.datetime(2024, 5, 6, 7, 8),
              "local": datetime.datetime(2024, 5, 6, 7, 8, 9), "month": datetime.date(2024, 5, 1)},
    "choices": {"select": "b", "number": 2, "several": ["a", "c"], "numbers": [2], "radio": "b"},
    "nested": {"address": {"street": "Main", "city": "Town"}, "streets": ["one", "two"],
               "people": [{"street": "A", "city": "B"}, {"street": "C", "city": "D"}]},
    "upload": {},
}


def create_app():
    app = Flask(__name__)
    app.config["SECRET_KEY"] = "twins"

    @app.route("/<name>", methods=["GET", "POST"])
    def show(name):
        form = FORMS[name](prefix=request.args.get("prefix", ""),
                           data=DATA[name] if request.args.get("data") else None)
        valid = form.validate_on_submit() if request.args.get("submit", "1") == "1" else form.validate()
        return render_template("form.html", form=form, valid=valid)

    return app
