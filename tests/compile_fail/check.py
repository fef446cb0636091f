#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Checks that a wrong program is refused for the reason that it names.

    check.py --include DIR CASE.cpp -- COMPILER [FLAG ..]

The case is compiled twice. With -DRETORT_CORRECT it must compile, where it uses that
macro: then the case is wrong in one place only. Without, it must fail, and the output
must contain the text of every `// EXPECT: text` line. The messages are compared with runs
of white space as one space, since compilers wrap lines.
"""
import argparse
import re
import subprocess
import sys


def compile_case(command, include, case, *flags):
    argv = [*command, "-fsyntax-only", "-fdiagnostics-color=never", "-I", include, *flags, case]
    done = subprocess.run(argv, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return done.returncode == 0, done.stdout + done.stderr


def squeeze(text):
    return re.sub(r"\s+", " ", text)


def main():
    if "--" not in sys.argv:
        sys.exit(__doc__)
    cut = sys.argv.index("--")
    parser = argparse.ArgumentParser()
    parser.add_argument("--include", required=True)
    parser.add_argument("case")
    options = parser.parse_args(sys.argv[1:cut])
    command = sys.argv[cut + 1:]

    with open(options.case, encoding="utf-8") as file:
        source = file.read()
    expected = re.findall(r"^// EXPECT: (.+)$", source, re.M)
    if not expected:
        sys.exit(f"{options.case}: no `// EXPECT:` line")

    failures = []
    if "RETORT_CORRECT" in source:
        good, output = compile_case(command, options.include, options.case, "-DRETORT_CORRECT")
        if not good:
            failures.append(f"with RETORT_CORRECT it must compile:\n{output[:3000]}")
    good, output = compile_case(command, options.include, options.case)
    if good:
        failures.append("it compiles")
    flat = squeeze(output)
    failures += [f"no message says: {text}\n{output[:3000]}" for text in expected if squeeze(text) not in flat]
    for failure in failures:
        print(f"{options.case}: {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
