// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/debugger_templates.h"

namespace retort::detail {

constexpr std::string_view kDebuggerLayout = R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{% block title %}{% endblock %}</title>
<style>
:root { --page: #f6f7f9; --card: #fff; --text: #1c2330; --dim: #5d6778; --line: #dfe3e9;
  --accent: #b3261e; --mark: #fdecea; --link: #1a56a8; --code: #f2f4f7; }
@media (prefers-color-scheme: dark) {
  :root { --page: #14171c; --card: #1c2027; --text: #e4e8ee; --dim: #9aa5b5; --line: #303742;
    --accent: #ff8a80; --mark: #4a2523; --link: #8ab4f8; --code: #171b21; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 70rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { margin: 0 0 .25rem; font-size: 1.35rem; color: var(--accent); overflow-wrap: anywhere; }
h2 { margin: 2rem 0 .75rem; font-size: 1rem; }
.message { margin: 0; font-size: 1.1rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.cause { margin: .75rem 0 0; color: var(--dim); overflow-wrap: anywhere; }
.cause + details, .cause + .card { margin-top: 1rem; }
.where { margin: .75rem 0 0; color: var(--dim); font: 13px/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
code, pre, td, .place { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 13px; }
.card, details { background: var(--card); border: 1px solid var(--line); border-radius: 8px; margin: 0 0 .6rem; }
summary { padding: .55rem .8rem; cursor: pointer; overflow-wrap: anywhere; }
summary:focus-visible, button:focus-visible, a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.function { font-weight: 600; }
.place { color: var(--dim); display: block; }
.folded { background: none; border-style: dashed; }
.folded > summary { color: var(--dim); }
.folded > div { padding: 0 .6rem .2rem; }
pre { margin: 0; padding: .4rem 0; overflow-x: auto; background: var(--code); border-top: 1px solid var(--line);
  border-radius: 0 0 8px 8px; }
pre > span { display: block; padding: 0 .8rem; min-width: max-content; }
pre > span > i { display: inline-block; width: 3.5em; color: var(--dim); font-style: normal; user-select: none; }
pre > .marked { background: var(--mark); box-shadow: inset 3px 0 var(--accent); }
.tag { font-size: 12px; color: var(--dim); border: 1px solid var(--line); border-radius: 4px; padding: 0 .35em; margin-left: .4em; }
.scroll { overflow-x: auto; border-top: 1px solid var(--line); }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: .3rem .8rem; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
tr:first-child > * { border-top: 0; }
th { font-weight: 600; font-size: 13px; }
td:first-child { color: var(--dim); white-space: nowrap; }
.panel td:first-child, .routes td:first-child { white-space: normal; color: inherit; }
.routes th, .routes td + td { white-space: nowrap; }
textarea { width: 100%; min-height: 14rem; padding: .7rem; border: 0; border-top: 1px solid var(--line);
  background: var(--code); color: inherit; font: 12px/1.45 ui-monospace, monospace; border-radius: 0 0 8px 8px; }
button { font: inherit; font-size: 13px; color: var(--link); background: var(--card); border: 1px solid var(--line);
  border-radius: 6px; padding: .25rem .7rem; cursor: pointer; }
footer { margin-top: 2.5rem; color: var(--dim); font-size: 13px; }
a { color: var(--link); }
@media (max-width: 40rem) { main { padding: 1rem .6rem 3rem; } td:first-child { white-space: normal; min-width: 7rem; }
  .routes td, .routes th { padding-left: .5rem; padding-right: .5rem; } }
</style>
</head>
<body>
<main>
{% block body %}{% endblock %}
<footer>{% block footer %}Shown because the app runs in debug mode, and to this machine's clients and those of TRUSTED_HOSTS alone. Nothing can be run from this page.{% endblock %}</footer>
</main>
</body>
</html>
)html";

constexpr std::string_view kDebuggerSource = R"html({% macro lines(source) %}{% if source %}
<pre>{% for line in source %}<span{% if line.marked %} class="marked"{% endif %}><i>{{ line.number }}</i>{{ line.text or " " }}</span>{% endfor %}</pre>
{% endif %}{% endmacro %}
)html";

constexpr std::string_view kErrorPage = R"html({% extends "layout.html" %}
{% block title %}{{ exceptions[0].type }}: {{ exceptions[0].message|truncate(80) }}{% endblock %}
{% from "source.html" import lines %}
{% macro frame(each, open) %}
<details{% if open %} open{% endif %}>
<summary><span class="function">{{ each.function or "a function without a name" }}</span>{% if each.template %}<span class="tag">template</span>{% endif %}
<span class="place">{% if each.file %}{{ each.file }}{% if each.line %}:{{ each.line }}{% endif %}{% else %}{{ each.module }}{% endif %}</span></summary>
{{ lines(each.source) }}
</details>
{% endmacro %}
{% block body %}
<h1>{{ exceptions[0].type }}</h1>
<p class="message">{{ exceptions[0].message }}</p>
{% for cause in exceptions[1:] %}
<p class="cause">caused by <strong>{{ cause.type }}</strong>: {{ cause.message }}</p>
{% endfor %}
<p class="where">{{ request.method }} {{ request.url }}{% if request.endpoint %} · {{ request.endpoint }}{% endif %}</p>

<h2>{{ title }}</h2>
{% if not frames %}<p class="cause">{{ no_frames }}</p>{% endif %}
{% for own, group in groups %}
{% if own %}
{% for each in group %}{{ frame(each, true) }}{% endfor %}
{% else %}
<details class="folded"><summary>{{ group|length }} of the framework and the libraries</summary>
<div>{% for each in group %}{{ frame(each, false) }}{% endfor %}</div></details>
{% endif %}
{% endfor %}

{% if request.tables %}<h2>The request</h2>{% endif %}
{% for table in request.tables %}
<details{% if table.headings %} class="panel"{% endif %}{% if table.headings or table.title in ("Form", "Query") %} open{% endif %}>
<summary><span class="function">{{ table.title }}</span><span class="tag">{{ table.rows|length }}</span></summary>
<div class="scroll"><table>
{% if table.headings %}<tr>{% for each in table.headings %}<th scope="col">{{ each }}</th>{% endfor %}</tr>{% endif %}
{% for row in table.rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</table></div>
</details>
{% endfor %}

<details><summary><span class="function">As text</span> <button type="button" id="copy">Copy</button></summary>
<textarea id="report" readonly aria-label="The report as text">{{ "\n" }}{{ report }}</textarea></details>
<script>
document.getElementById("copy").addEventListener("click", function (event) {
  event.preventDefault();
  var text = document.getElementById("report"), button = this;
  var done = function () { button.textContent = "Copied"; };
  if (navigator.clipboard) navigator.clipboard.writeText(text.value).then(done);
  else { text.closest("details").open = true; text.select(); document.execCommand("copy"); done(); }
});
</script>
{% endblock %}
)html";

constexpr std::string_view kErrorText = R"text({% for each in exceptions -%}
{% if not loop.first %}caused by {% endif %}{{ each.type }}: {{ each.message }}
{% endfor %}
{{ request.method }} {{ request.url }}{% if request.endpoint %} ({{ request.endpoint }}){% endif %}

{{ title }}:
{% for own, group in groups -%}
{% if own %}{% for each in group %}
  {{ each.function }}{% if each.template %} [template]{% endif %}

    {{ each.file }}:{{ each.line }}
{% for line in each.source %}  {{ ">" if line.marked else " " }} {{ "%5d"|format(line.number) }}  {{ line.text }}
{% endfor %}{% endfor %}{% else %}
  ({{ group|length }} of the framework and the libraries)
{% endif %}{% else %}  {{ no_frames }}
{% endfor %}{% for table in request.tables if table.title != "Config" %}
{{ table.title }}:
{% for row in table.rows %}  {{ row|join("  ") }}
{% endfor %}{% endfor %})text";

constexpr std::string_view kNotFoundPage = R"html({% extends "layout.html" %}
{% block title %}404 Not Found: {{ path }}{% endblock %}
{% macro table(rules) %}
<div class="card scroll routes"><table>
<tr><th scope="col">Rule</th><th scope="col">Methods</th><th scope="col">Endpoint</th></tr>
{% for each in rules %}<tr><td>{{ each.rule }}</td><td>{{ each.methods }}</td><td>{{ each.endpoint }}</td></tr>
{% endfor %}</table></div>
{% endmacro %}
{% block body %}
<h1>404 Not Found</h1>
<p class="message">No route of “{{ app }}” matches <code>{{ method }} {{ path }}</code>.</p>
{% if close %}<h2>Routes that come close</h2>{{ table(close) }}{% endif %}
<h2>All routes</h2>
{% if routes %}{{ table(routes) }}{% else %}<p class="cause">The app has none yet.</p>{% endif %}
{% endblock %}
)html";

constexpr std::string_view kNotFoundText =
    R"text(404 Not Found: no route of "{{ app }}" matches {{ method }} {{ path }}
{% for title, rules in (("Routes that come close", close), ("All routes", routes)) if rules %}
{{ title }}:
{% for each in rules %}  {{ each.rule }}  [{{ each.methods }}]  {{ each.endpoint }}
{% endfor %}{% endfor %})text";

constexpr std::string_view kTroublePage = R"html({% extends "layout.html" %}
{% from "source.html" import lines %}
{% block title %}{{ title or "Starting" }}{% endblock %}
{% block body %}
<h1>{{ title or "Starting" }}</h1>
<p class="cause">{% if title %}The next save starts the app again; this page follows by itself.{% else %}The app is being built.{% endif %}</p>
{% for each in errors %}
<details open><summary><span class="function">{{ each.message }}</span>
{% if each.file %}<span class="place">{{ each.file }}{% if each.line %}:{{ each.line }}{% endif %}</span>{% endif %}</summary>
{{ lines(each.source) }}
</details>
{% endfor %}
{% if text %}<div class="card"><pre><span>{{ text }}</span></pre></div>{% endif %}
{{ script }}
{% endblock %}
{% block footer %}Shown by the development server.{% endblock %}
)html";

constexpr std::string_view kTroubleText = R"text({{ title or "Starting" }}
{% for each in errors %}
{% if each.file %}{{ each.file }}:{{ each.line }}: {% endif %}{{ each.message }}
{% for line in each.source %}  {{ ">" if line.marked else " " }} {{ "%5d"|format(line.number) }}  {{ line.text }}
{% endfor %}{% endfor %}{% if text %}
{{ text }}
{% endif %})text";

}  // namespace retort::detail
