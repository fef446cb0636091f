#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Checks that the C++ in the guides is quoted from programs that are compiled: each line of a
```cpp block of a page below stands, without its indentation, in one file of examples/."""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("app", "blueprints", "config", "contexts", "errors", "fibers", "files", "http", "jinja", "json", "messages", "middleware",
         "server", "sessions", "signals", "signing", "templates", "testing", "views")


def lines(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


def main():
    sources = [set(lines(path.read_text())) for path in sorted((ROOT / "examples").rglob("*.cpp"))]
    blocks = failures = 0
    for page in PAGES:
        path = ROOT / "docs" / f"{page}.md"
        for block in re.findall(r"^```cpp\n(.*?)^```", path.read_text(), re.M | re.S):
            blocks += 1
            wanted = lines(block)
            missing = min(([line for line in wanted if line not in source] for source in sources), key=len)
            if missing:
                failures += 1
                print(f"{path.relative_to(ROOT)}: not in any example: {missing[0]}")
    print(f"{blocks} blocks quoted, {failures} not from an example")
    return 1 if failures or not blocks else 0


if __name__ == "__main__":
    sys.exit(main())
