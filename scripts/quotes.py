#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Checks that the code in the guides is quoted from programs that are compiled: each line of a
```cpp block of a page below stands, without its indentation, in one file of examples/. So do the
lines of ```jinja and ```css blocks of the pages that quote templates."""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("app", "blueprints", "cli", "config", "contexts", "csrf", "database-performance", "debugging", "deploying", "errors",
         "fibers", "files", "forms", "http", "jinja", "json", "login", "messages", "middleware", "migrations", "models", "patterns",
         "queries", "quickstart", "relationships", "security", "server", "sessions", "signals", "signing",
         "templates", "testing", "tutorial", "validators", "views")
TEMPLATE_PAGES = ("blueprints", "tutorial")
STEPS = tuple(f"tutorial/{path.stem}" for path in sorted((ROOT / "docs" / "tutorial").glob("*.md")))
FILES = {"cpp": ("*.cpp", "*.h"), "jinja": ("*.html",), "css": ("*.css",), "cmake": ("CMakeLists.txt",)}


def lines(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


def check(page, language):
    """The number of blocks in this language, and of those that are not in any example."""
    paths = [path for pattern in FILES[language] for path in sorted((ROOT / "examples").rglob(pattern))]
    sources = [set(lines(path.read_text())) for path in paths]
    path = ROOT / "docs" / f"{page}.md"
    blocks = failures = 0
    for block in re.findall(rf"^```{language}\n(.*?)^```", path.read_text(), re.M | re.S):
        blocks += 1
        wanted = lines(block)
        missing = min(([line for line in wanted if line not in source] for source in sources), key=len)
        if missing:
            failures += 1
            print(f"{path.relative_to(ROOT)}: not in any example: {missing[0]}")
    return blocks, failures


def main():
    wanted = [(page, "cpp") for page in PAGES]
    wanted += [(page, language) for page in STEPS for language in FILES]
    wanted += [(page, language) for page in TEMPLATE_PAGES for language in ("jinja", "css")]
    counts = [check(page, language) for page, language in wanted]
    blocks = sum(count for count, _ in counts)
    failures = sum(count for _, count in counts)
    print(f"{blocks} blocks quoted, {failures} not from an example")
    return 1 if failures or not blocks else 0


if __name__ == "__main__":
    sys.exit(main())
