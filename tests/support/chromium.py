# SPDX-License-Identifier: BSD-3-Clause
"""A headless Chromium for tests, driven over its DevTools pipe with what Python's library has.

    with Chromium(width=1000, height=700) as page:
        page.open("http://127.0.0.1:5000/")
        page.fill("input[name=title]", "A title")
        page.click("button[type=submit]")
        page.wait("document.title == 'A title'")
        page.screenshot("out.png", full=True)

One browser is one page with a profile of its own, which is removed with it, unless a folder is named: there
cookies outlast the browser. Where there is no Chromium, `require_chromium()` ends the test with exit code 77 and
says so (SKIP_RETURN_CODE 77). Not safe to share between threads.
"""
import base64
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time

PATIENCE = 60.0  # seconds; machines that run tests do other things, too
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class BrowserError(Exception):
    """What the browser refused, or a condition that never came."""


def find_chromium():
    """Its path ($CHROMIUM, else the first of NAMES that is installed), or None."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


def require_chromium():
    """Ends the program as skipped where there is no Chromium."""
    if not find_chromium():
        print(f"SKIPPED: none of {', '.join(NAMES)} is installed, and CHROMIUM names none")
        sys.exit(77)


class Chromium:
    def __init__(self, width=1000, height=700, profile=None):
        path = find_chromium()
        if not path:
            raise BrowserError("there is no Chromium")
        self.console = []  # what scripts wrote, and exceptions that none of them caught: "error: text"
        self._keeps_profile = profile is not None
        self._profile = profile or tempfile.mkdtemp(prefix="retort_chromium_")
        self._buffer = b""
        self._events = []
        self._number = 0
        self._session = None
        self._start(path, width, height)
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network"):
            self._call(domain + ".enable")
        self.resize(width, height)

    def _start(self, path, width, height):
        to_browser, self._out = os.pipe()
        self._in, from_browser = os.pipe()

        def pipes():  # the browser reads 3 and writes 4
            high = os.dup(to_browser), os.dup(from_browser)
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        command = [path, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                   "--disable-extensions", "--disable-background-networking", "--disable-component-update",
                   "--disable-sync", "--no-first-run", "--no-default-browser-check", "--hide-scrollbars",
                   "--mute-audio", "--no-proxy-server", f"--window-size={width},{height}",
                   f"--user-data-dir={self._profile}", "--remote-debugging-pipe", "about:blank"]
        self._process = subprocess.Popen(command, preexec_fn=pipes, close_fds=False, start_new_session=True,
                                         stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                         stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Ends the browser, and removes its profile unless it was named."""
        if not self._process:
            return
        try:
            self._session = None
            self._send("Browser.close", {})
            self._process.wait(10)
        except (OSError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        self._process = None
        os.close(self._out)
        os.close(self._in)
        if not self._keeps_profile:
            shutil.rmtree(self._profile, ignore_errors=True)

    # Pages.

    def open(self, url):
        """Navigates there and waits until it is loaded, images and style sheets included."""
        self._events.clear()
        done = self._call("Page.navigate", url=url)
        if done.get("errorText"):
            raise BrowserError(f"{url}: {done['errorText']}")
        if "loaderId" in done:  # not merely another #fragment
            self._until(lambda: any(name == "Page.loadEventFired" for name, _ in self._events), f"{url} to load")

    def evaluate(self, script):
        """The value of a JavaScript expression; a promise is waited for. What it throws is a BrowserError."""
        done = self._call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True,
                          userGesture=True)
        if "exceptionDetails" in done:
            details = done["exceptionDetails"]
            raise BrowserError(details.get("exception", {}).get("description") or details["text"])
        return done["result"].get("value")

    def wait(self, script, what=None, patience=PATIENCE):
        """Waits until the expression is true, over navigations, and gives its value."""
        found = []

        def holds():
            try:
                value = self.evaluate(script)
            except BrowserError:  # a page that is being left, or has not what the expression names yet
                return False
            found.append(value)
            return value not in (None, False, 0, "")  # as in JavaScript: an element comes as {}

        self._until(holds, what or script, patience)
        return found[-1]

    def text(self, selector="body"):
        """What of the element can be read on the screen."""
        return self.evaluate(f"document.querySelector({json.dumps(selector)}).innerText")

    def click(self, selector):
        """Presses the mouse in the middle of the first element that the selector finds, once the page is laid out."""
        self.wait("document.readyState == 'complete'")
        box = self.evaluate(f"""(() => {{
            const element = document.querySelector({json.dumps(selector)});
            element.scrollIntoView({{block: "center", behavior: "instant"}});
            const box = element.getBoundingClientRect();
            return [box.left + box.width / 2, box.top + box.height / 2];
        }})()""")
        for kind in ("mousePressed", "mouseReleased"):
            self._call("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)

    def fill(self, selector, text):
        """Types the text into a field, in place of what is in it."""
        self.evaluate(f"(() => {{ const field = document.querySelector({json.dumps(selector)}); "
                      "field.focus(); field.select(); })()")
        self._call("Input.insertText", text=text)

    def press(self, key):
        """Presses Tab, Enter or Escape."""
        code = {"Tab": 9, "Enter": 13, "Escape": 27}[key]
        text = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            self._call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **text)

    def status(self):
        """The HTTP status that the page came with."""
        return self.evaluate("performance.getEntriesByType('navigation')[0].responseStatus")

    def cookies(self):
        """The cookies of the page, each a dict with name, value, path, httpOnly, secure, sameSite."""
        return self._call("Network.getCookies")["cookies"]

    # What it looks like.

    def resize(self, width, height, phone=False):
        """The size of the page, in CSS pixels; of a phone's with phone=True."""
        self._size = width, height
        self._call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                   mobile=phone)

    def dark(self, on=True):
        """Whether the user prefers dark pages."""
        self._call("Emulation.setEmulatedMedia",
                   features=[{"name": "prefers-color-scheme", "value": "dark" if on else "light"}])

    def screenshot(self, path, full=False):
        """Writes a PNG of what is on the screen; with full=True of the page from its top to its end."""
        clip = {}
        if full:
            height = self.evaluate("document.documentElement.scrollHeight")
            clip = {"captureBeyondViewport": True,
                    "clip": {"x": 0, "y": 0, "width": self._size[0], "height": height, "scale": 1}}
        shot = self._call("Page.captureScreenshot", format="png", **clip)
        with open(path, "wb") as file:
            file.write(base64.b64decode(shot["data"]))

    def allow_clipboard(self):
        """Lets scripts read and write the clipboard, as a user would allow it."""
        self._call("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])

    # The protocol: JSON messages that end with a NUL.

    def _send(self, method, parameters):
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session and not method.startswith(("Target.", "Browser.")):
            message["sessionId"] = self._session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._out, data):]
        return self._number

    def _call(self, method, **parameters):
        number = self._send(method, parameters)
        end = time.monotonic() + PATIENCE
        while True:
            message = self._read(end - time.monotonic())
            if message is None:
                raise BrowserError(f"{method} was not answered")
            if message.get("id") == number:
                break
        if "error" in message:
            raise BrowserError(f"{method}: {message['error']['message']}")
        return message["result"]

    def _read(self, seconds):
        """The next message, or None where none comes in that time."""
        end = time.monotonic() + seconds
        while b"\0" not in self._buffer:
            if not select.select([self._in], [], [], max(0.0, end - time.monotonic()))[0]:
                return None
            piece = os.read(self._in, 1 << 16)
            if not piece:
                raise BrowserError("the browser has ended")
            self._buffer += piece
        text, self._buffer = self._buffer.split(b"\0", 1)
        message = json.loads(text)
        if "method" in message:
            self._note(message["method"], message.get("params", {}))
        return message

    def _note(self, name, parameters):
        self._events.append((name, parameters))
        if name == "Runtime.consoleAPICalled":
            words = [str(each.get("value", each.get("description", ""))) for each in parameters["args"]]
            self.console.append(f"{parameters['type']}: {' '.join(words)}")
        elif name == "Runtime.exceptionThrown":
            details = parameters["exceptionDetails"]
            self.console.append("error: " + (details.get("exception", {}).get("description") or details["text"]))

    def _until(self, holds, what, patience=PATIENCE):
        end = time.monotonic() + patience
        while not holds():
            if time.monotonic() > end:
                raise BrowserError(f"waited {patience:g} s in vain for: {what}")
            self._read(0.02)
