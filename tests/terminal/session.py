#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What a terminal shows of `retort --app shop.cpp run --debug`: the first lines, requests, warnings, an exception,
a source that does not compile, a crash, the end.

    session.py --tool build/dev/bin/retort [--update]

Compared with session.txt, in which times, places and versions are always the same; docs/debugging.md shows parts of
it. --update writes session.txt anew.
"""
import argparse
import os
import re
import shutil
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests/support"))
from tmux import Terminal, require_tmux  # noqa: E402

SNAPSHOT = HERE / "session.txt"
PAGE = ROOT / "docs/debugging.md"
RED, YELLOW, MAGENTA = "\x1b[1m\x1b[31m", "\x1b[33m", "\x1b[1m\x1b[35m"


def get(url):
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0  # no answer


def page(url):
    """As a browser gets it, with the script that tells which of the apps it is from."""
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Sec-Fetch-Dest": "document"}), timeout=60) as answer:
        return answer.read().decode()


def save(path, old, new):
    """As editors do: a new file is renamed over the old one."""
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    part = path.with_suffix(".part")
    part.write_text(text.replace(old, new), encoding="utf-8")
    part.rename(path)


def play(terminal, source):
    """Everything that is to be seen, in turn."""
    shown = terminal.wait("Press CTRL+C to quit")
    url = re.search(r"http://127\.0\.0\.1:\d+", shown)[0]
    for path, status, text in (("/", 200, '"GET / HTTP/1.1" 200'), ("/nowhere", 404, '"GET /nowhere HTTP/1.1" 404'),
                               ("/orders", 200, '"GET /orders HTTP/1.1" 200'),
                               ("/report", 200, '"GET /report HTTP/1.1" 200'),
                               ("/invoice", 500, '"GET /invoice HTTP/1.1" 500')):
        assert (came := get(url + path)) == status, f"{path}: {came}\n{terminal.text()}"
        terminal.wait(text)
    save(source, "shop::orders>", "shop::odrers>")
    terminal.wait("shop::crash>(")  # the last line around
    save(source, "shop::odrers>", "shop::orders>")
    terminal.wait_for(lambda: 'data-generation="2"' in page(url), "the mended app")
    assert get(url + "/crash") == 0
    terminal.wait("The app crashed")
    terminal.press("C-c")
    return terminal.wait("exit code")


def settled(text, folder):
    """Without what differs from run to run."""
    text = text.replace(str(folder), "/srv/shop")
    for pattern, to in ((r"127\.0\.0\.1:\d+", "127.0.0.1:5000"), (r"\[\d\d/\w+/\d{4} [\d:]+\]", "[21/Nov/2026 18:41:31]"),
                        (r"\[\d{4}-\d\d-\d\d [\d:,]+\]", "[2026-11-21 18:41:31,415]"), (r"\d+\.\d ms", "1.0 ms"),
                        (r"built in [\d.]+ s", "built in 1.4 s"), (r"worker for \d+ ms", "worker for 112 ms"),
                        (r".* WARNING in shop: (?!report)\S+ \(\S+\) has held .*\n", ""),  # on a slow machine
                        (r"^ \* Configuring shop\.cpp\n", ""), (r"(shop\.cpp:58: error: ).*", r"\1‘odrers’ is not a member of ‘shop’; did you mean ‘orders’?")):
        text = re.sub(pattern, to, text)
    # How often the page was asked for while the mended app was built.
    head, changed, rest = text.partition(" * shop.cpp changed\n")
    return head + changed + re.sub(r'.*"GET / HTTP/1\.1" 200.*\n', "", rest)


def check_colours(text):
    for what in (f"{RED}WARNING: This is a development server.", f'"{YELLOW}GET /nowhere HTTP/1.1',
                 f'"{MAGENTA}GET /invoice HTTP/1.1', '"GET / HTTP/1.1" 200'):
        assert what in text, f"not in colour: {what!r} in\n{text!r}"


def check_page(snapshot):
    """What the guide shows is what was seen."""
    seen = set(snapshot.split("\n"))
    block = re.search(r"```console\n(\$ retort --app shop\.cpp run --debug\n.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    lines = [line for line in block[1].split("\n")[1:] if line not in ("", "...")]
    assert lines and not [line for line in lines if line not in seen], [line for line in lines if line not in seen]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tool", required=True)
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    require_tmux()
    with tempfile.TemporaryDirectory(prefix="retort_terminal_") as temporary:
        folder = Path(temporary).resolve() / "shop"
        folder.mkdir()
        source = Path(shutil.copy(HERE / "shop.cpp", folder))
        environment = {name: value for name, value in os.environ.items()
                       if name != "NO_COLOR" and not name.startswith(("FLASK_", "RETORT_", "TMUX"))}
        environment["XDG_CACHE_HOME"] = temporary + "/cache"
        tool = os.path.abspath(options.tool)
        terminal = Terminal([tool, "--app", "shop.cpp", "run", "--debug", "--port", "0"], folder, environment)
        try:
            text = settled(play(terminal, source), folder)
            check_colours(terminal.text(colours=True))
        finally:
            terminal.close()
    if options.update:
        SNAPSHOT.write_text(text, encoding="utf-8")
    expected = SNAPSHOT.read_text(encoding="utf-8")
    if text != expected:
        import difflib
        sys.stdout.writelines(difflib.unified_diff(expected.splitlines(True), text.splitlines(True), "session.txt",
                                                   "seen"))
        sys.exit(1)
    check_page(expected)


if __name__ == "__main__":
    main()
