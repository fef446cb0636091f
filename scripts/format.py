#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Formats the C++ sources with clang-format, or says (--check) which are not.

The reference is Debian 12's clang-format (14): other versions differ in details.
RETORT_CLANG_FORMAT names another program.
"""

import argparse
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import tree  # noqa: E402

PROGRAM = os.environ.get("RETORT_CLANG_FORMAT") or "clang-format"


def unformatted(paths):
    """Those of the paths that clang-format would change."""

    def check(path):
        result = subprocess.run(
            [PROGRAM, str(path)], cwd=tree.ROOT, stdin=subprocess.DEVNULL, capture_output=True, check=True
        )
        return path if result.stdout != (tree.ROOT / path).read_bytes() else None

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [path for path in pool.map(check, paths) if path]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; fail when something would change")
    parser.add_argument("files", nargs="*", type=Path)
    options = parser.parse_args()
    paths = [path.resolve().relative_to(tree.ROOT) for path in options.files] or tree.files(tree.CPP)
    changed = unformatted(paths)
    if changed and not options.check:
        subprocess.run([PROGRAM, "-i", *map(str, changed)], cwd=tree.ROOT, check=True)
    for path in changed:
        print(f"{path}: {'not formatted' if options.check else 'formatted'}")
    return 1 if changed and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
