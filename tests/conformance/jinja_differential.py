#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Renders random templates with Jinja2 and with retort-conformance, and compares.

    jinja_differential.py --driver build/bin/retort-conformance [--seed S] [--count N]
                          [--first N] [--keep-going] [--show N]

Jinja2 is that of the Python that runs this. The answers must be the same text, or an error of
the same type, where Python's own errors (TypeError, ...) count as one. A difference is shrunk
to a small template and printed as a line that the driver takes; the lines of
jinja_regressions.jsonl, which were differences once, are run first ("since": the first version
of Jinja2 that is right).
"""
import argparse
import itertools
import json
import os
import random
import re
import select
import signal
import subprocess
import sys

try:
    import jinja2
    import jinja2.sandbox
    from markupsafe import EscapeFormatter, Markup
except ImportError:
    print("SKIPPED: this Python has no jinja2")
    sys.exit(0)

from jinja_grammar import DELIMITERS, Maker

HERE = os.path.dirname(os.path.abspath(__file__))
SYNTAX = ("block_start_string", "block_end_string", "variable_start_string", "variable_end_string",
          "comment_start_string", "comment_end_string")
ADDRESS = re.compile("0x[0-9a-f]{8}", re.I)
TIME_LIMIT = 10  # seconds for one render


# ---------------------------------------------------------------- cases

def make_value(rng, depth):
    kind = rng.randrange(9 if depth else 6)
    if kind == 0:
        return rng.choice((0, 1, 2, -3, 17, 1000000, True, False, None))
    if kind == 1:
        return rng.choice((0.0, 0.5, -2.5, 1e16, 3.14159, 1e-5, 100.0))
    if kind == 2:
        return {"__markup__": rng.choice(("<i>m</i>", "&lt;", "", "a b"))}
    if kind < 6:
        return make_text(rng)
    if kind == 6:
        return [make_value(rng, depth - 1) for _ in range(rng.randrange(4))]
    if kind == 7:
        return {"__tuple__": [make_value(rng, depth - 1) for _ in range(rng.randrange(3))]}
    return {rng.choice(("a", "b", "name", "n", "items", "Ünï")): make_value(rng,
                                                                            depth - 1) for _ in range(rng.randrange(4))}


def make_text(rng):
    return rng.choice(("", "a", "Zoë", "hello world", "<b>\"x\"</b>", "foo,bar", "ÀÉÎ straße", "😀", "12",
                       "-3.5", "it's", "a\nb", " pad ", "B", "née",
                       "http://example.com/?q=1&r", "ΣΑΣ", "MiXed Case words here", "tab\there", "\\", "%s",
                       "x" * 30))


def make_row(rng):
    row = {"name": make_text(rng), "n": rng.randrange(-2, 5),
           "tags": [make_text(rng) for _ in range(rng.randrange(3))]}
    if rng.random() < 0.3:
        row["b"] = make_value(rng, 1)
    return row


def make_tree(rng, depth):
    return [{"name": make_text(rng),
             "kids": make_tree(rng, depth - 1) if depth else []} for _ in range(rng.randrange(3))]


def make_context(rng):
    texts = [make_text(rng) for _ in range(rng.randrange(5))]
    return {"i": rng.randrange(-3, 12), "j": rng.randrange(4), "f": rng.choice((0.5, -1.25, 2.0, 1e20, 3.999)),
            "w": make_text(rng), "s": make_text(rng),
            "mk": {"__markup__": rng.choice(("<em>m</em>", "a &amp; b", "", "X<br>y z"))}, "yes": True,
            "no": False, "ints": [rng.randrange(-4, 9) for _ in range(rng.randrange(6))],
            "strs": texts, "seq": [make_value(rng, 2) for _ in range(rng.randrange(5))],
            "rows": [make_row(rng) for _ in range(rng.randrange(1, 5))],
            "pair": {"__tuple__": [make_value(rng, 1), make_value(rng, 1)]},
            "d": {"a": make_value(rng, 1), "b": make_value(rng, 2), "name": make_text(rng)},
            "tree": make_tree(rng, 2) or [{"name": "t", "kids": []}],
            "name": rng.choice(("part", "lib", "nope")), "parent": "base"}


def make_environment(rng):
    env = {"globals": {"g": 2.25, "x": "gx"}}
    if rng.random() < 0.3:
        env.update(zip(SYNTAX, rng.choice(DELIMITERS[1:])))
    for name in ("trim_blocks", "lstrip_blocks", "keep_trailing_newline"):
        if rng.random() < 0.25:
            env[name] = True
    env["autoescape"] = rng.choice((True, False, "select"))
    if rng.random() < 0.25:
        env["undefined"] = rng.choice(("StrictUndefined", "ChainableUndefined", "DebugUndefined"))
    env["extensions"] = [name for name in ("do", "loopcontrols", "i18n") if rng.random() < 0.4]
    if "i18n" in env["extensions"]:
        env["i18n"] = {"newstyle": rng.random() < 0.5, "languages": {"en": [
            [None, "Hello", "Hallo"], [None, "Hi %(w)s!", "Oi %(w)s <!>"], ["menu", "Open", "Öffnen"],
            [None, "one %(n)s", "eins %(n)s"], [None, "%(num)s as", "%(num)s %% As"]]}}
    if rng.random() < 0.15:
        env["sandboxed"] = rng.choice((True, "immutable"))
    if rng.random() < 0.1:
        env["newline_sequence"] = rng.choice(("\r\n", "\r"))
    if rng.random() < 0.15:
        env.update(line_statement_prefix="%", line_comment_prefix="##")
    if rng.random() < 0.1:
        env["policies"] = {"urlize.rel": "x", "urlize.target": "_top", "truncate.leeway": 0,
                           "ext.i18n.trimmed": True}
    return env


def make_blocks(maker, rng, child):
    """Blocks of a template; those of a child may call what they override."""
    out = []
    supers = ("{{ super() }}", "{{ super()|upper }}", "{{ super.super() }}", "") if child else ("",)
    for name in rng.sample("abc", rng.randrange(1, 4) if child else 3):
        option = rng.choice(("", "", "", " scoped", " required" if not child and rng.random() < 0.2 else ""))
        body = " " if option == " required" else maker.make("body", 3) + maker.delimit(rng.choice(supers))
        end = "{% endblock " + rng.choice(("", name)) + " %}"
        block = maker.delimit("{% block " + name + option + " %}") + body + maker.delimit(end)
        if rng.random() < 0.2:
            block = maker.delimit("{% for i in [1, 2] %}") + block + maker.delimit("{% endfor %}")
        out += [maker.make("text", 1), block]
    if rng.random() < 0.3:
        out.append(maker.delimit("{{ self." + rng.choice("abc") + "() }}"))
    return "".join(out)


def make_child(maker, rng, parent):
    tag = rng.choice((f"'{parent}'", f"'{parent}'", "parent", f"'{parent}' if yes else 'nope'",
                      f"'no' ~ 'pe' if no else '{parent}'"))
    extends = rng.choice(("{% extends T %}",) * 20 + ("{% if yes %}{% extends T %}{% endif %}",
                                                      "{% if no %}{% extends T %}{% endif %}"))
    extends = maker.delimit(extends.replace("T", tag))
    before = maker.make("set", 2) if rng.random() < 0.4 else ""
    return before + extends + (maker.make("set", 2) if rng.random() < 0.5 else "") + make_blocks(maker, rng,
                                                                                                 True)


def make_case(seed, number):
    """Case `number` of a seed: what the driver takes for the op render."""
    rng = random.Random(f"{seed}/{number}")
    env = make_environment(rng)
    delimiters = tuple(env.get(name, usual) for name, usual in zip(SYNTAX, DELIMITERS[0]))
    line = ["line"] if "line_statement_prefix" in env else []
    # Jinja folds constants when it compiles: with StrictUndefined that can fail, before other errors.
    wild = ["wild"] if rng.random() < 0.3 and env.get("undefined") != "StrictUndefined" else []
    maker = Maker(rng, env["extensions"] + line + wild, delimiters)
    maker.uses = False
    templates = {"part": maker.make("body", 3), "lib": make_library(maker)}
    maker.uses = True
    kind = rng.randrange(4)
    if kind == 0:
        templates["base"] = maker.make("text", 1) + make_blocks(maker, rng, False) + maker.make("text", 1)
        templates["mid"] = make_child(maker, rng, "base")
        templates["main.html"] = make_child(maker, rng, rng.choice(("mid", "base")))
    else:
        templates["main.html"] = maker.make("body", 4) + maker.make("body", 4)
        if rng.random() < 0.1:  # within a macro or filter Jinja writes it to the wrong place
            what = rng.choice(("'part'", "'part' ignore missing", "['nope', 'part']"))
            templates["main.html"] += maker.delimit("{% include " + what + " without context %}")
    if rng.random() < 0.3:
        templates["main.txt"] = templates.pop("main.html")
    name = "main.html" if "main.html" in templates else "main.txt"
    # On or off for all templates: folded constants are escaped as the template that has them.
    if env["autoescape"] == "select" and name == "main.html":
        env["autoescape"] = {"select": {"default": True}}
    return {"id": f"{seed}/{number}", "op": "render", "env": env, "templates": templates, "template": name,
            "context": make_context(rng)}


def make_library(maker):
    return "".join((
        maker.make("set", 1), maker.delimit("{% macro f1(x, i=1) %}"), maker.make("body", 2),
        maker.delimit("{{ x }}{{ i }}{% endmacro %}{% macro f2(w='q', i=2) %}{{ w }}{{ i }}{% endmacro %}"),
        maker.delimit("{% macro f3() %}<{{ caller() }}>{% endmacro %}{% set lv = "), maker.make("any", 2),
        maker.delimit(" %}"), maker.make("text", 1)))


# ------------------------------------------------------------ reference

def untag(value):
    if isinstance(value, list):
        return [untag(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        if "__markup__" in value:
            return Markup(value["__markup__"])
        if "__tuple__" in value:
            return tuple(untag(value["__tuple__"]))
    return {key: untag(item) for key, item in value.items()}


def modernise_markup():
    """Gives the Markup of MarkupSafe 2 those methods that MarkupSafe 3 corrected."""
    def method(name, wrap):
        plain = getattr(str, name)
        setattr(Markup, name, lambda self, *arguments: wrap(plain(self, *arguments)))
    for name in ("casefold", "removeprefix", "removesuffix", "strip", "lstrip", "rstrip"):
        method(name, Markup)
    for name in ("partition", "rpartition"):
        method(name, lambda parts: tuple(map(Markup, parts)))
    Markup.replace = lambda self, old, new, count=-1: Markup(str.replace(self, old, Markup.escape(new), count))
    Markup.format_map = lambda self, mapping: Markup(EscapeFormatter(Markup.escape).vformat(self, (), mapping))


def install_translations(environment, settings):
    texts = {(context, message): text for context, message, text in settings["languages"]["en"]}

    def count(number):
        if not isinstance(number, int):
            raise TypeError("a count is an integer")
        return number

    def look(context, message):
        if not isinstance(message, str):
            raise TypeError("a message is text")
        return str(texts.get((context, message), message))
    environment.install_gettext_callables(
        lambda s: look(None, s), lambda s, p, n: look(None, s if count(n) == 1 else p),
        newstyle=settings["newstyle"],
        pgettext=look, npgettext=lambda c, s, p, n: look(c, s if count(n) == 1 else p))


def make_jinja(case):
    env = case["env"]
    cls = {None: jinja2.Environment, True: jinja2.sandbox.SandboxedEnvironment,
           "immutable": jinja2.sandbox.ImmutableSandboxedEnvironment}[env.get("sandboxed")]
    options = {key: env[key] for key in (*SYNTAX, "trim_blocks", "lstrip_blocks", "keep_trailing_newline",
                                         "newline_sequence", "line_statement_prefix",
                                         "line_comment_prefix") if key in env}
    if "undefined" in env:
        options["undefined"] = getattr(jinja2, env["undefined"])
    autoescape = env.get("autoescape", False)
    if autoescape == "select":
        autoescape = jinja2.select_autoescape()
    elif isinstance(autoescape, dict):
        autoescape = jinja2.select_autoescape(**autoescape["select"])
    environment = cls(loader=jinja2.DictLoader(case["templates"]),
                      extensions=["jinja2.ext." + name for name in env.get("extensions", ())],
                      autoescape=autoescape, **options)
    environment.policies.update(env.get("policies", {}))
    environment.globals.update(untag(env.get("globals", {})))
    if "i18n" in env:
        install_translations(environment, env["i18n"])
    return environment


class TooLong(BaseException):
    pass


def stop(_signal, _frame):
    raise TooLong


def reference(case):
    """(kind, text) of Jinja2's answer; kind is "output" or an error's type, "Python" for its own."""
    signal.setitimer(signal.ITIMER_REAL, TIME_LIMIT)
    try:
        template = make_jinja(case).get_template(case["template"])
        return "output", template.render(untag(case["context"]))
    except TooLong:
        return "skip", "too long"
    except (RecursionError, MemoryError) as error:
        return "skip", repr(error)
    except jinja2.TemplateError as error:
        name = type(error).__name__
        return ("Python" if name == "FilterArgumentError" else name), str(error)
    except Exception as error:
        return "Python", f"{type(error).__name__}: {error}"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


# --------------------------------------------------------------- driver

class Driver:
    def __init__(self, path):
        self.path, self.process = path, None

    def answer(self, case):
        """(kind, text) of the driver's answer."""
        if self.process is None:
            self.process = subprocess.Popen([self.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            self.process.stdin.write(json.dumps(case).encode() + b"\n")
            self.process.stdin.flush()
            ready, _, _ = select.select([self.process.stdout], [], [], TIME_LIMIT)
            line = self.process.stdout.readline() if ready else b""
        except BrokenPipeError:
            line, ready = b"", True
        if not line:
            self.process.kill()
            status = self.process.wait()
            self.process = None
            return "crash" if ready else "hang", f"status {status}"
        reply = json.loads(line)
        got = reply.get("got", reply)
        if "output" in got:
            return "output", got["output"]
        if "error" in got:
            return got["error"]["type"], got["error"].get("message", "")
        return "unsupported", json.dumps(reply)


# ----------------------------------------------------------- comparison

def is_deliberate(expected, got):
    """Differences that are meant (docs/jinja-differences.md)."""
    return (expected[0] == "skip"                                             # recursion, time: limits differ
            or expected[0] == "output" and ADDRESS.search(expected[1])        # reprs with addresses
            or got[0] == "RecursionError"                                     # values that hold themselves
            or got[0] == "OverflowError" and "64 bits" in got[1])             # integers are 64-bit


def differ(case, driver):
    """None, or what each said."""
    expected = reference(case)
    if expected[0] == "skip":
        return None
    got = driver.answer(case)
    if expected == got or is_deliberate(expected, got):
        return None
    if expected[0] == got[0] != "output":
        return None
    if expected[0] == "Python" and got[0] not in ("output", "crash", "hang", "unsupported"):
        return None
    return expected, got


# -------------------------------------------------------------- shrinking

TOKENS = re.compile(r"[{<\[]%[-+]?|[-+]?%[}>\]]|\w+|\s+|'[^']*'|.", re.S)


def drop(items, holds):
    """Leaves out of a list whatever it holds without, large pieces first."""
    size = max(1, len(items) // 2)
    while size:
        at = 0
        while at < len(items):
            less = items[:at] + items[at + size:]
            if holds(less):
                items = less
            else:
                at += size
        size //= 2


def shrink(case, driver, found):
    """The smallest case that differs in the same way: the same kinds of answers."""
    kinds, before = (found[0][0], found[1][0]), None

    def holds(candidate):
        nonlocal case, found
        now = differ(candidate, driver)
        if not now or (now[0][0], now[1][0]) != kinds:
            return False
        case, found = candidate, now
        return True

    def drop_from(part, members):
        drop(list(members.items()), lambda less: holds({**case, part: dict(less)}))

    while before != case:
        before = case
        drop_from("templates", case["templates"])
        for name, source in case["templates"].items():
            drop(TOKENS.findall(source),
                 lambda less: holds({**case, "templates": {**case["templates"], name: "".join(less)}}))
        drop_from("context", case["context"])
        drop_from("env", case["env"])
        for name, value in case["context"].items():
            if isinstance(value, list):
                drop(value, lambda less: holds({**case, "context": {**case["context"], name: less}}))
    return case, found


def report(case, found):
    print(f"--- {case['id']}")
    for name, source in case["templates"].items():
        print(f"  {name}: {source!r}")
    print("  env:", {k: v for k, v in case["env"].items() if k != "i18n"}, "\n  context:", case["context"])
    print(f"  jinja:  {found[0][0]}: {found[0][1]!r}\n  retort: {found[1][0]}: {found[1][1]!r}")
    print("  " + json.dumps(case), flush=True)


def regressions():
    with open(os.path.join(HERE, "jinja_regressions.jsonl"), encoding="utf-8") as lines:
        cases = [json.loads(line) for line in lines]
    return [case for case in cases if case.get("since", "") <= jinja2.__version__]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--driver", required=True)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--first", type=int, default=0, help="the number of the first case")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--keep-going", action="store_true", help="go on after a difference")
    parser.add_argument("--show", type=int, default=20,
                        help="shrink and print that many differences of different sorts")
    arguments = parser.parse_args()
    signal.signal(signal.SIGALRM, stop)
    if "casefold" not in vars(Markup):
        modernise_markup()
    sys.set_int_max_str_digits(0)
    driver, differences, cases, seen = Driver(arguments.driver), 0, 0, set()
    made = (make_case(arguments.seed, arguments.first + n) for n in range(arguments.count))
    for case in itertools.chain(regressions(), made):
        cases += 1
        found = differ(case, driver)
        if not found:
            continue
        differences += 1
        sort = (found[0][0], *found[1]) if found[1][0] != "output" else differences
        if len(seen) < arguments.show and sort not in seen:
            seen.add(sort)
            report(*shrink(case, driver, found))
        if not arguments.keep_going:
            break
    print(f"jinja2 {jinja2.__version__}: {cases} cases, {differences} differences")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
