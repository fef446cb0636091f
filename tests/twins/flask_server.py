#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Serves a twin's app.py with Werkzeug: flask_server.py FOLDER PORT."""

import importlib.util
import logging
import sys
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server


def main():
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(folder))
    spec = importlib.util.spec_from_file_location("app", folder / "app.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["app"] = module
    spec.loader.exec_module(module)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    WSGIRequestHandler.protocol_version = "HTTP/1.1"
    make_server("127.0.0.1", port, module.create_app(), threaded=True).serve_forever()


main()
