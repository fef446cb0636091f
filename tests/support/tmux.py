# SPDX-License-Identifier: BSD-3-Clause
"""A program in a terminal that a test can look at: tmux, without a window. Where there is none, `require_tmux()`
ends the test with exit code 77 and says so."""
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time


def require_tmux():
    if not shutil.which("tmux"):
        print("SKIPPED: tmux is not installed")
        sys.exit(77)


class Terminal:
    """Runs a command; its exit code is the last line that is shown ("exit code 0")."""

    def __init__(self, command, folder, environment, width=132, height=50):
        self._folder = tempfile.mkdtemp(prefix="retort_tmux_")
        self._tmux = ["tmux", "-S", os.path.join(self._folder, "socket"), "-f", os.devnull]
        line = f"{shlex.join(command)}; echo \"exit code $?\"; sleep 600"
        environment = {**environment, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
        subprocess.run([*self._tmux, "set-option", "-g", "history-limit", "5000", ";", "new-session", "-d", "-x",
                        str(width), "-y", str(height), "-c", str(folder), line], check=True, env=environment)

    def text(self, colours=False):
        """All that was printed so far, long lines whole; with its escape sequences if asked for."""
        done = subprocess.run([*self._tmux, "capture-pane", "-p", "-J", "-S", "-", *(["-e"] if colours else [])],
                              check=True, capture_output=True, text=True)
        return "\n".join(line.rstrip() for line in done.stdout.rstrip().split("\n")) + "\n"

    def press(self, *keys):
        """As tmux names them: "C-c"."""
        subprocess.run([*self._tmux, "send-keys", *keys], check=True)

    def wait(self, text, patience=180.0):
        """Waits until the text is there; gives all that is."""
        self.wait_for(lambda: text in self.text(), text, patience)
        return self.text()

    def wait_for(self, holds, what, patience=180.0):
        end = time.monotonic() + patience
        while not holds():
            if time.monotonic() > end:
                raise AssertionError(f"waited {patience:g} s in vain for: {what}\n{self.text()}")
            time.sleep(0.05)

    def close(self):
        subprocess.run([*self._tmux, "kill-server"], check=False, capture_output=True)
        shutil.rmtree(self._folder, ignore_errors=True)
