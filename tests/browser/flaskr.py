#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""examples/flaskr as somebody uses it: registers, mistypes the password, logs in, is remembered when the browser
starts again, writes a post, logs out; another origin's form is refused, and one that is too old is explained.

    flaskr.py PROGRAM MIGRATIONS [SCREENSHOTS]

With a folder for screenshots it also takes one of each page, wide and as on a phone, light and dark."""
import http.server
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from chromium import Chromium, require_chromium  # noqa: E402

EMAIL, PASSWORD = "grace@example.org", "nanoseconds, please"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Site:
    """The program, in a folder of its own; it can be started again with other settings."""

    def __init__(self, program, migrations):
        self.program = os.path.abspath(program)
        self.folder = tempfile.mkdtemp(prefix="retort_flaskr_")
        shutil.copytree(migrations, os.path.join(self.folder, "migrations"))
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None

    def environment(self, **settings):
        clean = {name: value for name, value in os.environ.items()
                 if not name.startswith("FLASK") and name not in ("SECRET_KEY", "DATABASE_URL")}
        return {**clean, "FLASK_SKIP_DOTENV": "1", "SECRET_KEY": "for this test only", **settings}

    def command(self, *words):
        done = subprocess.run([self.program, *words], cwd=self.folder, env=self.environment(),
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
        if done.returncode:
            raise AssertionError(f"{' '.join(words)}: {done.stdout.decode()}")

    def start(self, **settings):
        self.stop()
        with open(os.path.join(self.folder, "log"), "ab") as log:
            self.process = subprocess.Popen([self.program, "serve", "--port", str(self.port)], cwd=self.folder,
                                            env=self.environment(**settings), stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log)
        for _ in range(600):
            try:
                urllib.request.urlopen(self.url + "/api/health", timeout=10).close()
                return
            except OSError:
                assert self.process.poll() is None, Path(self.folder, "log").read_text()
                time.sleep(0.05)
        raise AssertionError("the site did not start")

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
            self.process = None

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class OtherSite:
    """A page somewhere else with a form that posts to the site by itself."""

    def __init__(self, target):
        page = (f'<!DOCTYPE html><title>A game</title><form method="post" action="{target}">'
                '<input name="title" value="Forged"><input name="body" value="Forged"></form>'
                '<script>document.forms[0].submit()</script>').encode()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def expect(page, text):
    """That the page says so, once it has been loaded."""
    page.wait(f"document.readyState == 'complete' && document.body.innerText.includes({text!r})",
              f"the page to say {text!r}; before, it was {page.evaluate('location.href')}", patience=20)


def log_in(page, password, remember=False):
    page.fill("#email", EMAIL)
    page.fill("#password", password)
    if remember:
        page.click("#remember")
    page.click("#submit")


# What can be checked of a page for those who use no mouse or no screen.
CHECKS = """(() => {
  const wrong = [];
  if (!document.documentElement.lang) wrong.push("no lang");
  if (document.querySelectorAll("h1").length != 1) wrong.push("not one h1");
  if (document.querySelectorAll("main").length != 1) wrong.push("not one main");
  for (const field of document.querySelectorAll("input:not([type=hidden]):not([type=submit]), textarea"))
    if (!field.labels.length) wrong.push("no label: " + field.name);
  for (const named of document.querySelectorAll("[aria-describedby]"))
    for (const id of named.getAttribute("aria-describedby").split(" "))
      if (!document.getElementById(id)) wrong.push("no #" + id);
  for (const button of document.querySelectorAll("button, a[href]"))
    if (!button.innerText.trim() && !button.querySelector("img[alt]")) wrong.push("no text: " + button.outerHTML);
  const ids = [...document.querySelectorAll("[id]")].map(each => each.id);
  if (new Set(ids).size != ids.length) wrong.push("an id twice: " + ids);
  if (document.documentElement.scrollWidth > innerWidth) wrong.push("wider than the screen");
  return wrong;
})()"""


def check_accessible(page):
    for width in (1280, 390):
        page.resize(width, 800, phone=width < 500)
        wrong = page.evaluate(CHECKS)
        assert not wrong, f"{page.evaluate('location.href')} at {width}: {wrong}"


class Story:
    def __init__(self, site, screenshots):
        self.site, self.screenshots = site, screenshots
        self.profile = tempfile.mkdtemp(prefix="retort_profile_")

    def look(self, page, name):
        check_accessible(page)
        if self.screenshots:
            for width, height in ((1280, 800), (390, 844)):
                for scheme in ("light", "dark"):
                    page.resize(width, height, phone=width < 500)
                    page.dark(scheme == "dark")
                    page.screenshot(os.path.join(self.screenshots, f"{name}-{width}-{scheme}.png"), full=True)
        page.dark(False)
        page.resize(1280, 800)

    def browser(self):
        return Chromium(1280, 800, profile=self.profile)

    def registers(self, page):
        page.open(self.site.url)
        self.look(page, "index-empty")
        page.click("a[href='/auth/register']")
        page.wait("location.pathname == '/auth/register'")
        self.look(page, "register")
        page.fill("#email", "grace")
        page.fill("#password", "short")
        page.click("#submit")
        expect(page, "There is a problem")
        expect(page, "Invalid email address.")
        self.look(page, "register-wrong")
        page.fill("#email", EMAIL)
        page.fill("#password", PASSWORD)
        page.fill("#confirm", PASSWORD)
        page.click("#submit")
        expect(page, "Registration successful! Please log in.")
        self.look(page, "login")

    def logs_in(self, page):
        log_in(page, "not my password")
        expect(page, "Invalid email or password.")
        self.look(page, "login-wrong")
        log_in(page, PASSWORD, remember=True)
        expect(page, "Logged in successfully!")
        cookies = {cookie["name"]: cookie for cookie in page.cookies()}
        for name in ("session", "remember_token"):
            assert cookies[name]["httpOnly"] and cookies[name]["sameSite"] == "Lax", cookies[name]

    def is_remembered(self, page):
        assert "session" not in {cookie["name"] for cookie in page.cookies()}
        page.open(self.site.url + "/dashboard")
        expect(page, "Hello, grace.")

    def writes(self, page):
        page.click(".heading a.button")
        page.wait("location.pathname == '/post'")
        self.look(page, "write")
        page.fill("#title", "On <b>length</b>")
        page.fill("#body", "Light travels thirty centimetres in a nanosecond.\n\n\n\nThis is how much wire that is.")
        page.click("#submit")
        expect(page, "Post created!")
        assert page.text("h1") == "On <b>length</b>"
        self.look(page, "post")
        height = "document.querySelector('.text').getBoundingClientRect().height"
        whole = page.evaluate(height)
        page.open(self.site.url)
        assert page.evaluate(height) < whole, "in the list empty lines push nobody else's post away"

    def is_asked_for_the_password(self, page):
        page.open(self.site.url + "/auth/password")
        page.wait("location.pathname == '/auth/confirm'")
        self.look(page, "confirm")
        page.fill("#password", PASSWORD)
        page.click("#submit")
        page.wait("location.pathname == '/auth/password'")

    def is_safe_from_others(self, page):
        other = OtherSite(self.site.url + "/post")
        # The first is another origin of the same site, to which cookies go; the second another site.
        for host in ("127.0.0.1", "localhost"):
            page.open(f"http://{host}:{other.port}/")
            expect(page, "Please send that again")
            assert page.status() == 400
        page.open(self.site.url + "/dashboard")
        expect(page, "You have written 1 post.")
        other.server.shutdown()

    def is_told_of_old_forms(self, page):
        self.site.start(FLASK_WTF_CSRF_TIME_LIMIT="1")
        page.open(self.site.url + "/post")
        page.fill("#title", "Too late")
        page.fill("#body", "I had to think.")
        time.sleep(2.2)
        page.click("#submit")
        expect(page, "Nothing was changed.")
        assert page.status() == 400
        self.look(page, "csrf")
        self.site.start()
        page.click("main a.button")
        page.wait("location.pathname == '/post' && document.title.startsWith('Write')")

    def logs_out(self, page):
        page.click("nav button")
        expect(page, "You have been logged out.")
        assert "remember_token" not in {cookie["name"] for cookie in page.cookies()}
        page.open(self.site.url + "/dashboard")
        expect(page, "Please log in to access this page.")

    def uses_no_mouse(self, page):
        """Tab goes to the skip link first, and Enter on it to the content."""
        page.open(self.site.url)
        page.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        assert page.evaluate("document.activeElement.getBoundingClientRect().left >= 0"), "it can be seen"
        page.press("Enter")
        page.wait("document.activeElement.id == 'main'")

    def sees_every_page(self, page):
        for name, path in (("index", "/"), ("index-2", "/?page=2"), ("profile", "/users/demo"), ("404", "/nowhere")):
            page.open(self.site.url + path)
            self.look(page, name)
        page.open(self.site.url + "/auth/login")
        page.fill("#email", "demo@example.com")
        page.fill("#password", "correct horse")
        page.click("#submit")
        expect(page, "Logged in successfully!")
        for name, path in (("index-user", "/"), ("dashboard", "/dashboard"), ("edit", "/posts/1/edit"),
                           ("delete", "/posts/1/delete"), ("edit-profile", "/profile"), ("password", "/auth/password"),
                           ("403", "/posts/2/edit")):
            page.open(self.site.url + path)
            self.look(page, name)


def main():
    require_chromium()
    site = Site(sys.argv[1], sys.argv[2])
    story = Story(site, sys.argv[3] if len(sys.argv) > 3 else None)
    try:
        site.command("db", "upgrade")
        site.start()
        with story.browser() as page:
            story.registers(page)
            story.logs_in(page)
        with story.browser() as page:
            story.is_remembered(page)
            story.writes(page)
            story.is_asked_for_the_password(page)
            story.is_safe_from_others(page)
            story.is_told_of_old_forms(page)
            story.logs_out(page)
            story.uses_no_mouse(page)
            assert not page.console, page.console
        site.stop()
        shutil.rmtree(os.path.join(site.folder, "instance"))
        site.command("db", "upgrade")
        site.command("seed-db")
        site.start()
        with Chromium(1280, 800) as page:
            story.sees_every_page(page)
    finally:
        site.remove()
        shutil.rmtree(story.profile, ignore_errors=True)
    print("ok")


if __name__ == "__main__":
    main()
