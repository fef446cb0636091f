# SPDX-License-Identifier: BSD-3-Clause
"""The files of the tree, for the scripts beside it. Works without git."""

import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CPP = {".h", ".cpp"}
_SKIPPED = {"build", ".git", "__pycache__", "corpus", "crashes", "node_modules", "packaging"}
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def files(suffixes=None, folders=(".",)):
    """Paths relative to the root, sorted; of the given suffixes when there are any."""
    found = []
    for folder in folders:
        for directory, names, entries in os.walk(ROOT / folder):
            names[:] = sorted(n for n in names if n not in _SKIPPED)
            for entry in entries:
                path = Path(directory, entry)
                if (suffixes is None or path.suffix in suffixes) and not path.is_symlink():
                    found.append(path.relative_to(ROOT))
    return sorted(set(found))


def read(path):
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


def includes(text):
    """(line number, '<' or '"', name) of each #include."""
    return [(text.count("\n", 0, m.start()) + 1, m[1], m[2]) for m in _INCLUDE.finditer(text)]


def is_public_header(path):
    return path.suffix == ".h" and path.parts[0] == "retort" and "detail" not in path.parts


def public_headers():
    return [path for path in files({".h"}, ("retort",)) if is_public_header(path)]
