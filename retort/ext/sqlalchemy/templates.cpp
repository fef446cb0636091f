// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/sqlalchemy/templates.h"

#include "retort/app/templating.h"
#include "retort/jinja/loader.h"

namespace retort::db {
namespace {

// Links are relative to the page that shows them: they keep its path and all of its query but the
// page, and no argument of a request is taken for one of url_for.
constexpr jinja::EmbeddedTemplate kTemplates[] = {{"retort/pagination.html", R"html(
{%- macro page_url(number, page_arg="page") -%}
{%- set kept = namespace(pairs=[]) -%}
{%- for name, value in request.args.items(multi=true) if name != page_arg -%}
{%- set kept.pairs = kept.pairs + [(name, value)] -%}
{%- endfor -%}
?{{ (kept.pairs + [(page_arg, number)])|urlencode }}
{%- endmacro -%}

{%- macro _step(number, text, rel, page_arg) -%}
<li class="pagination-{{ rel }}">
{%- if number -%}
<a href="{{ page_url(number, page_arg) }}" rel="{{ rel }}">{{ text }}</a>
{%- else -%}
<a role="link" aria-disabled="true">{{ text }}</a>
{%- endif -%}
</li>
{%- endmacro -%}

{%- macro page_links(pagination, label="Pages", previous="Previous", next="Next", page_label="Page",
                     page_arg="page", left_edge=2, left_current=2, right_current=4, right_edge=2) -%}
{%- if pagination.pages > 1 -%}
<nav class="pagination" aria-label="{{ label }}">
  <ul>
    {{ _step(pagination.prev_num, previous, "prev", page_arg) }}
    {%- for number in pagination.iter_pages(left_edge=left_edge, left_current=left_current,
                                            right_current=right_current, right_edge=right_edge) %}
    {% if not number -%}
    <li class="pagination-gap" aria-hidden="true">&hellip;</li>
    {%- else -%}
    <li><a href="{{ page_url(number, page_arg) }}" aria-label="{{ page_label }} {{ number }}"
      {%- if number == pagination.page %} aria-current="page"{% endif %}>{{ number }}</a></li>
    {%- endif -%}
    {%- endfor %}
    {{ _step(pagination.next_num, next, "next", page_arg) }}
  </ul>
</nav>
{%- endif -%}
{%- endmacro -%}
)html"}};

}  // namespace

void add_templates(App& app) { retort::add_templates(app, "extension 'sqlalchemy'", kTemplates, 1); }

}  // namespace retort::db
