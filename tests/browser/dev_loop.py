#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The edit-and-reload loop as somebody sees it: `retort --app shop.cpp run --debug` beside a browser.

    dev_loop.py --tool build/dev/bin/retort [--folder FOLDER] [--screenshots FOLDER] [TEST ..]

The app of shop/ is copied to a folder of its own, served and edited there. With --screenshots the pages are kept
as PNGs, some of which docs/ shows.
"""
import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from chromium import Chromium, require_chromium  # noqa: E402

BUILD = 180.0


class DevServer:
    """`retort run --debug` with the app's copy."""

    def __init__(self, tool, folder):
        self.folder = folder
        for part in ("templates", "static"):
            shutil.copytree(HERE / "shop" / part, folder / part)
        shutil.copy(HERE / "shop/shop.cpp", folder)
        self.log = folder.parent / "terminal.log"
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("FLASK_", "RETORT_"))}
        environment.update(XDG_CACHE_HOME=str(folder.parent / "cache"), LC_ALL="C.UTF-8", NO_COLOR="1")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([tool, "--app", "shop.cpp", "run", "--debug", "--port", "0"], cwd=folder,
                                            env=environment, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=subprocess.STDOUT)
        end = time.monotonic() + BUILD
        while not (found := re.search(r"http://127\.0\.0\.1:\d+", self.terminal())):
            if time.monotonic() > end or self.process.poll() is not None:
                raise RuntimeError(f"the server did not start:\n{self.terminal()}")
            time.sleep(0.05)
        self.url = found[0]

    def terminal(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def write(self, name, text):
        """As editors do: a new file is renamed over the old one."""
        part = self.folder / (name + ".tmp")
        part.write_text(text, encoding="utf-8")
        part.rename(self.folder / name)

    def replace(self, name, old, new):
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text, f"{name}: {old}"
        self.write(name, text.replace(old, new))

    def restore(self):
        for part in (HERE / "shop").rglob("*.*"):
            name = str(part.relative_to(HERE / "shop"))
            text = part.read_text(encoding="utf-8")
            if (self.folder / name).read_text(encoding="utf-8") != text:
                self.write(name, text)

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


class DevLoop(unittest.TestCase):
    server = None
    page = None
    screenshots = None

    @classmethod
    def setUpClass(cls):
        cls.page = Chromium(900, 640)
        cls.page.allow_clipboard()
        cls.page.open(cls.server.url + "/")
        cls.page.wait("document.title != 'Starting'", "the first build", BUILD)
        assert cls.page.status() == 200, cls.page.text()

    @classmethod
    def tearDownClass(cls):
        cls.page.close()

    def setUp(self):
        self.page.resize(900, 640)
        self.page.dark(False)
        self.server.restore()
        self.open("/")
        self.page.wait("document.querySelector('h1').innerText == 'The shop'", patience=BUILD)
        self.page.wait("!document.querySelector('#retort-live')", patience=BUILD)
        self.page.console.clear()

    def tearDown(self):
        self.assertEqual([line for line in self.page.console if line.startswith("error")], [])

    def open(self, path):
        self.page.open(self.server.url + path)

    def keep(self, name, full=False):
        if self.screenshots:
            self.page.screenshot(self.screenshots / (name + ".png"), full)

    def generation(self):
        return self.page.evaluate("document.querySelector('script[data-generation]').dataset.generation")

    def fetch(self, path, **headers):
        """Status, type and text, as curl gets them."""
        request = urllib.request.Request(self.server.url + path, headers={"User-Agent": "curl/8.5.0", "Accept": "*/*",
                                                                          **headers})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.headers["Content-Type"], answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers["Content-Type"], error.read().decode()

    def assert_fits(self):
        """Nothing is wider than the screen."""
        self.assertEqual(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"), 0)

    def test_a_template_is_on_the_screen_as_soon_as_it_is_saved(self):
        generation = self.generation()
        self.server.replace("templates/index.html", "<h1>{{ title }}", "<h1>{{ title|upper }}, open")
        self.page.wait("document.querySelector('h1').innerText == 'THE SHOP, open'")
        self.assertEqual(self.generation(), generation, "a template needs no build")

    def test_a_style_sheet_is_on_the_screen_as_soon_as_it_is_saved(self):
        self.server.replace("static/style.css", "rgb(26, 86, 168)", "rgb(120, 20, 130)")
        self.page.wait("getComputedStyle(document.querySelector('h1')).color == 'rgb(120, 20, 130)'")

    def test_a_source_is_on_the_screen_when_it_is_built(self):
        generation = int(self.generation())
        self.server.replace("shop.cpp", '"The shop"', '"Closed until Monday"')
        self.page.wait("document.querySelector('h1').innerText == 'Closed until Monday'", patience=BUILD)
        self.assertEqual(int(self.generation()), generation + 1)

    def test_a_broken_edit_is_shown_over_the_page_until_it_is_mended(self):
        self.server.replace("shop.cpp", "app.get<shop::show>", "app.get<shop::shwo>")
        self.page.wait("document.querySelector('#retort-live')", patience=BUILD)
        shown = self.page.text("#retort-live")
        self.assertIn("The build failed", shown)
        self.assertIn("shwo", shown)
        self.assertIn('app.get<shop::shwo>("/item/<int:id>");', shown)
        self.assertEqual(shown.count("shop.cpp:"), 1, "one mistake is one error\n" + shown)
        self.assertEqual(self.page.text("h1"), "The shop", "the old app goes on")
        self.assert_fits()
        self.keep("build-failed")
        self.page.resize(390, 640, phone=True)
        self.assert_fits()
        self.keep("build-failed-phone")
        self.server.replace("shop.cpp", "app.get<shop::shwo>", "app.get<shop::show>")
        self.page.wait("!document.querySelector('#retort-live')", patience=BUILD)
        self.assertEqual(self.page.text("h1"), "The shop")

    def test_what_is_over_the_page_can_be_closed(self):
        self.server.replace("shop.cpp", "app.get<shop::show>", "app.get<shop::shwo>")
        self.page.wait("document.querySelector('#retort-live')", patience=BUILD)
        self.page.click("#retort-live button")
        self.page.wait("!document.querySelector('#retort-live')")

    def test_a_crash_is_shown_with_its_stack_and_the_next_save_starts_the_app(self):
        with self.assertRaises(OSError):
            self.fetch("/count")
        self.page.wait("document.querySelector('#retort-live')")  # the page that was open
        shown = self.page.text("#retort-live")
        self.assertIn("SIGSEGV", shown)
        self.assertIn("return *numbers;  // the line that crashes", shown)
        self.keep("crash-overlay")
        self.open("/")
        self.assertEqual(self.page.status(), 503)
        self.page.wait("performance.getEntriesByType('resource').length")  # the page's script runs
        self.assertFalse(self.page.evaluate("!!document.querySelector('#retort-live')"), "it is shown once")
        shown = self.page.text()
        for part in ("The app crashed", "SIGSEGV", "shop::first_of", "return *numbers;", "shop::count"):
            self.assertIn(part, shown)
        self.assert_fits()
        self.keep("crash", full=True)
        self.page.dark()
        self.keep("crash-dark", full=True)
        self.page.resize(390, 640, phone=True)
        self.assert_fits()
        self.keep("crash-phone", full=True)
        status, kind, text = self.fetch("/")
        self.assertEqual((status, kind), (503, "text/plain; charset=utf-8"))
        self.assertIn(">    46    return *numbers;  // the line that crashes", text)
        self.server.replace("shop.cpp", "return *numbers;", "return numbers ? *numbers : 0;")
        self.page.wait("document.querySelector('h1').innerText == 'The shop'", patience=BUILD)
        self.assertEqual(self.fetch("/count")[2], "0")

    def test_the_page_of_a_crash_follows_to_the_errors_of_the_next_save(self):
        with self.assertRaises(OSError):
            self.fetch("/count")
        self.open("/")
        self.assertIn("The app crashed", self.page.text())
        self.server.replace("shop.cpp", "return *numbers;", "return *nubmers;")
        self.page.wait("document.querySelector('h1').innerText == 'The build failed'", patience=BUILD)
        self.assertIn("return *nubmers;", self.page.text(".marked"))

    def test_the_page_of_an_exception(self):
        self.open("/item/7?color=red")
        self.assertEqual(self.page.status(), 500)
        shown = self.page.text()
        for part in ("shop::UnknownItem", "there is no item 7 in the shop", "shop::find(long)", "shop::show(long)",
                     "of the framework and the libraries", "color"):
            self.assertIn(part, shown)
        marked = self.page.evaluate("[...document.querySelectorAll('.marked')].map(e => e.textContent)")
        self.assertIn("throw UnknownItem(", marked[0])
        self.assertIn("const Item& item = find(id);", marked[1])
        self.assertNotIn("not to be seen", self.page.evaluate("document.documentElement.innerHTML"))
        loaded = self.page.evaluate("performance.getEntriesByType('resource').map(e => e.name)")
        self.assertEqual([each for each in loaded if "/_retort/live/" not in each], [], "it stands alone")
        self.assert_fits()
        self.keep("debugger")
        self.page.dark()
        self.assertEqual(self.page.evaluate("getComputedStyle(document.body).backgroundColor"), "rgb(20, 23, 28)")
        self.keep("debugger-dark")
        self.page.dark(False)
        self.page.resize(390, 760, phone=True)
        self.assert_fits()
        self.keep("debugger-phone")
        self.page.resize(900, 640)
        self.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        self.keep("debugger-open", full=True)
        self.page.resize(390, 760, phone=True)
        self.assert_fits()
        self.keep("debugger-phone-open", full=True)

    def test_the_copy_button_copies_the_report(self):
        self.open("/item/7")
        self.page.click("#copy")
        self.page.wait("document.querySelector('#copy').innerText == 'Copied'")
        copied = self.page.evaluate("navigator.clipboard.readText()")
        self.assertTrue(copied.startswith("shop::UnknownItem: there is no item 7 in the shop\n"), copied[:200])
        self.assertIn("> ", copied)

    def test_templates_are_in_the_chain_of_an_exception(self):
        self.open("/receipt/12")
        shown = self.page.evaluate("[...document.querySelectorAll('main > details:not(.folded) > summary')]"
                                   ".map(e => e.innerText)")
        for each, part in zip(shown, (r"^shop::find\(long\)", r"^create_app\(\)", r"row\.html:2", r"receipt\.html:5",
                                      r"^shop::receipt\(")):
            self.assertRegex(each, part)
        self.assert_fits()
        self.keep("debugger-template", full=True)

    def test_curl_gets_plain_text(self):
        status, kind, text = self.fetch("/item/7")
        self.assertEqual((status, kind), (500, "text/plain; charset=utf-8"))
        self.assertTrue(text.startswith("shop::UnknownItem: there is no item 7 in the shop\n"), text)
        self.assertIn('>    26      throw UnknownItem("there is no item "', text)
        self.assertNotIn("<", text.split("From the throw")[0])

    def test_a_path_without_a_route_is_answered_with_those_that_come_close(self):
        self.open("/items/1")
        self.assertEqual(self.page.status(), 404)
        self.assertIn("Routes that come close", self.page.text())
        self.assertEqual(self.page.text("table tr:nth-child(2) td"), "/item/<int:id>")
        self.assert_fits()
        self.keep("not-found", full=True)
        self.page.dark()
        self.page.resize(390, 640, phone=True)
        self.assert_fits()
        self.keep("not-found-phone", full=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tool", required=True, help="the retort command")
    parser.add_argument("--folder", help="the app's copy is made and left there; it must not exist")
    parser.add_argument("--screenshots", type=Path)
    options, rest = parser.parse_known_args()
    require_chromium()
    if options.screenshots:
        options.screenshots.mkdir(parents=True, exist_ok=True)
    DevLoop.screenshots = options.screenshots
    with tempfile.TemporaryDirectory(prefix="retort_browser_") as temporary:
        folder = Path(options.folder or temporary) / "shop"
        folder.mkdir(parents=True)
        DevLoop.server = DevServer(os.path.abspath(options.tool), folder)
        try:
            done = unittest.main(argv=[sys.argv[0], *rest], exit=False, verbosity=2).result
        finally:
            code = DevLoop.server.stop()
            if code != 0 or not done.wasSuccessful():
                print(DevLoop.server.terminal(), f"exit code {code}", sep="\n")
    sys.exit(0 if done.wasSuccessful() and code == 0 else 1)


if __name__ == "__main__":
    main()
