// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/templates.h"

#include "retort/app/templating.h"
#include "retort/jinja/loader.h"

namespace retort::wtf {
namespace {

constexpr jinja::EmbeddedTemplate kTemplates[] = {{"wtf/form.html", R"html(
{#- What names a field's description and errors, for aria-describedby. -#}
{%- macro _described_by(field, errors) -%}
{%- if field.description %}{{ field.id }}-description{% endif -%}
{%- if field.description and errors %} {% endif -%}
{%- if errors %}{{ field.id }}-errors{% endif -%}
{%- endmacro -%}

{%- macro _required_mark(field) -%}
{%- if field.flags.required %} <span class="form-required" aria-hidden="true">*</span>{% endif -%}
{%- endmacro -%}

{%- macro _notes(field, errors) -%}
{%- if field.description %}
<p class="form-description" id="{{ field.id }}-description">{{ field.description }}</p>
{%- endif -%}
{%- if errors %}
<ul class="form-errors" id="{{ field.id }}-errors">
{%- for error in errors %}
<li>{{ error }}</li>
{%- endfor %}
</ul>
{%- endif -%}
{%- endmacro -%}

{%- macro _group(field, errors) -%}
{%- set described = _described_by(field, errors) -%}
<fieldset class="form-field form-group{% if errors %} form-field-invalid{% endif %}" id="{{ field.id }}"
  {%- if field.type == "RadioField" %} role="radiogroup"{% endif -%}
  {%- if described %} aria-describedby="{{ described }}"{% endif -%}
  {%- if errors and field.type == "RadioField" %} aria-invalid="true"{% endif %}>
<legend class="form-label">{{ field.label.text }}{{ _required_mark(field) }}</legend>
{{ caller() }}
{{- _notes(field, errors) }}
</fieldset>
{%- endmacro -%}

{%- macro _input(field, kwargs) -%}
{%- set described = _described_by(field, field.errors)|string -%}
{%- set more = {} -%}
{%- if described %}{% set _ = more.update({"aria-describedby": described}) %}{% endif -%}
{%- if field.errors %}{% set _ = more.update({"aria-invalid": "true"}) %}{% endif -%}
{%- set _ = more.update(kwargs) -%}
{{ field(**more) }}
{%- endmacro -%}

{%- macro render_field(field) -%}
{%- set kind = field.widget.input_type|default("") -%}
{%- if kind == "hidden" -%}
{{ field(**kwargs) }}
{%- elif kind == "submit" -%}
<div class="form-actions">{{ field(**kwargs) }}</div>
{%- elif field.form is defined -%}
{%- call _group(field, []) %}
{%- for inner in field %}
{{ render_field(inner) }}
{%- endfor %}
{%- endcall -%}
{%- elif field.entries is defined -%}
{%- call _group(field, field.errors|select("string")|list) %}
{%- for entry in field %}
{{ render_field(entry, **kwargs) }}
{%- endfor %}
{%- endcall -%}
{%- elif field.type == "RadioField" -%}
{%- call _group(field, field.errors) %}
{%- for option in field %}
<div class="form-choice">{{ option(**kwargs) }} {{ option.label }}</div>
{%- endfor %}
{%- endcall -%}
{%- else -%}
<div class="form-field{% if field.errors %} form-field-invalid{% endif %}">
{%- if kind == "checkbox" %}
<div class="form-choice">{{ _input(field, kwargs) }} <label class="form-label" for="{{ field.id }}">{{ field.label.text }}{{ _required_mark(field) }}</label></div>
{%- else %}
<label class="form-label" for="{{ field.id }}">{{ field.label.text }}{{ _required_mark(field) }}</label>
{{ _input(field, kwargs) }}
{%- endif -%}
{{ _notes(field, field.errors) }}
</div>
{%- endif -%}
{%- endmacro -%}

{%- macro _problems(field) -%}
{%- if field.form is defined -%}
{%- for inner in field %}{{ _problems(inner) }}{% endfor -%}
{%- else -%}
{%- for entry in field.entries|default([]) %}{{ _problems(entry) }}{% endfor -%}
{%- for error in field.errors if error is string %}
<li><a href="#{{ field.id }}{% if field.type == "RadioField" %}-0{% endif %}">{{ field.label.text }}: {{ error }}</a></li>
{%- endfor -%}
{%- endif -%}
{%- endmacro -%}

{#- All that is wrong, with a link to each field; nothing when nothing is. -#}
{%- macro error_summary(form, title="There is a problem") -%}
{%- if form.errors -%}
<div class="form-error-summary" role="alert" tabindex="-1">
<p class="form-error-title">{{ title }}</p>
<ul>
{%- for error in form.form_errors %}
<li>{{ error }}</li>
{%- endfor -%}
{%- for field in form %}{{ _problems(field) }}{% endfor %}
</ul>
</div>
{%- endif -%}
{%- endmacro -%}

{#- The whole form. `submit`: the text of its button, where no field is one; other arguments
    become attributes of the form. -#}
{%- macro render_form(form, action="", method="post", submit="Submit", error_title="There is a problem") -%}
<form method="{{ method }}"
  {%- if action %} action="{{ action }}"{% endif -%}
  {%- if form.is_multipart %} enctype="multipart/form-data"{% endif -%}
  {{- kwargs|xmlattr }}>
{{ form.hidden_tag() }}
{{ error_summary(form, error_title) }}
{%- set seen = namespace(button=false) -%}
{%- for field in form if field.widget.input_type|default("") != "hidden" %}
{%- if field.widget.input_type|default("") == "submit" %}{% set seen.button = true %}{% endif %}
{{ render_field(field) }}
{%- endfor %}
{%- if not seen.button %}
<div class="form-actions"><button type="submit">{{ submit }}</button></div>
{%- endif %}
</form>
{%- endmacro -%}
)html"}};

}  // namespace

void init_app(App& app) { retort::add_templates(app, "extension 'wtf'", kTemplates, 1); }

}  // namespace retort::wtf
