# SPDX-License-Identifier: BSD-3-Clause
"""What Retort does otherwise than Debian's WTForms 3.0 and Flask-WTF 1.1, put into these, so that the twins can
be compared: first what newer versions do, then what is meant to differ. Each is a class or a function whose name
says it."""
import decimal

import wtforms
from markupsafe import Markup
from werkzeug.datastructures import FileStorage
from wtforms import fields, validators, widgets
from wtforms.utils import unset_value


class ColorField(wtforms.StringField):
    """Since WTForms 3.1."""

    widget = widgets.ColorInput()


class MultipleFileField(wtforms.MultipleFileField):
    """Since Flask-WTF 1.2."""

    def process_formdata(self, valuelist):
        data = [value for value in valuelist if isinstance(value, FileStorage) and value]
        if data:
            self.data = data
        else:
            self.raw_data = ()


def attributes_of_3_1_and_3_2():
    """disabled and readonly are attributes; a hidden field, a range and a colour have no required."""
    for name in ("TextInput", "PasswordInput", "SearchInput", "TelInput", "URLInput", "EmailInput", "TextArea",
                 "DateTimeInput", "DateInput", "MonthInput", "WeekInput", "TimeInput", "DateTimeLocalInput",
                 "NumberInput"):
        widget = getattr(widgets, name)
        widget.validation_attrs = ["disabled", "readonly"] + widget.validation_attrs
    widgets.HiddenInput.validation_attrs = ["disabled"]
    widgets.RangeInput.validation_attrs = ["disabled", "max", "min", "step"]
    widgets.ColorInput.validation_attrs = ["disabled"]


def a_local_time_needs_no_seconds_of_3_1():
    def init(self, *args, **kwargs):
        kwargs.setdefault("format", ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"])
        super(fields.DateTimeLocalField, self).__init__(*args, **kwargs)

    fields.DateTimeLocalField.__init__ = init


def a_float_is_a_number_of_3_3():
    fields.FloatField.widget = widgets.NumberInput(step="any")


def a_radio_labels_nothing_of_3_3():
    class Label(wtforms.Label):
        def __call__(self, *args, **kwargs):
            html = super().__call__(*args, **{"for": False, **kwargs})
            return Markup(str(html).replace("<label >", "<label>"))

    def init(self, *args, **kwargs):
        super(fields.RadioField, self).__init__(*args, **kwargs)
        self.label = Label(self.id, self.label.text)

    fields.RadioField.__init__ = init


def what_cannot_be_coerced_is_wrong_once_of_3_3():
    check = fields.SelectField.pre_validate

    def pre_validate(self, form):
        if not self.process_errors:
            check(self, form)

    fields.SelectField.pre_validate = pre_validate


def no_data_is_no_uuid_of_3_3():
    check = validators.UUID.__call__

    def call(self, form, field):
        try:
            return check(self, form, field)
        except TypeError:
            raise validators.ValidationError(self.message or field.gettext("Invalid UUID."))

    validators.UUID.__call__ = call


def a_list_numbers_its_entries_anew_of_3_3():
    """And, unlike 3.3, their labels. Each gets the data of the index that it was sent with."""

    def rename(field, old, new, label, new_label):
        field.name = new + field.name[len(old):]
        field.id = new + field.id[len(old):]
        field.label.field_id = field.id
        if field.label.text.startswith(label):
            field.label.text = new_label + field.label.text[len(label):]
        for inner in getattr(field, "form", None) or getattr(field, "entries", ()):
            rename(inner, old, new, label, new_label)

    process = fields.FieldList.process

    def numbered(self, formdata, data=unset_value, *args, **kwargs):
        if formdata and data and data is not unset_value:
            indices = sorted(set(self._extract_indices(self.name, formdata)))
            data = [data[i] if i < len(data) else unset_value for i in indices] or data
        process(self, formdata, data, *args, **kwargs)
        for i, entry in enumerate(self.entries):
            old, new, label = entry.name, f"{self.name}-{i}", entry.short_name.title()
            if old != new:
                rename(entry, old, new, label, f"{self.short_name}-{i}".title())
        self.last_index = len(self.entries) - 1

    fields.FieldList.process = numbered


# What is meant to differ.


def numbers_are_finite_and_in_ascii():
    """A Decimal is a number, and its digits are those that it is shown with."""

    def guard(kind, allowed):
        process = kind.process_formdata

        def guarded(self, valuelist):
            process(self, ["x"] if valuelist and not allowed(valuelist[0]) else valuelist)

        kind.process_formdata = guarded

    def is_finite(text):
        try:
            return text.isascii() and decimal.Decimal(text).is_finite()
        except decimal.InvalidOperation:
            return False

    guard(fields.IntegerField, str.isascii)
    guard(fields.FloatField, str.isascii)
    guard(fields.DecimalField, is_finite)


def templates_see_a_file_as_its_name():
    FileStorage.__str__ = lambda self: self.filename
    FileStorage.__repr__ = lambda self: repr(self.filename)


def install():
    templates_see_a_file_as_its_name()
    attributes_of_3_1_and_3_2()
    a_local_time_needs_no_seconds_of_3_1()
    a_float_is_a_number_of_3_3()
    a_radio_labels_nothing_of_3_3()
    what_cannot_be_coerced_is_wrong_once_of_3_3()
    no_data_is_no_uuid_of_3_3()
    a_list_numbers_its_entries_anew_of_3_3()
    numbers_are_finite_and_in_ascii()
