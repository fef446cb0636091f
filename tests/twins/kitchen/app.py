# SPDX-License-Identifier: BSD-3-Clause
# The kitchen sink: each view touches one corner of Flask's API; app.cpp and its neighbours say the same
# in Retort's words.
from pathlib import Path

from flask import Flask

import helper_views
import pages
import request_views
import response_views
import routing_views
import session_views

HERE = Path(__file__).resolve().parent


def create_app():
    app = Flask(__name__, root_path=str(HERE), instance_path=str(HERE / "instance"))
    app.config.from_mapping(SECRET_KEY="kitchen sink", SEND_FILE_MAX_AGE_DEFAULT=60, TABLE_SIZE=4, TABLE_LEGS="oak")
    for module in (request_views, response_views, session_views, helper_views, pages, routing_views):
        module.add_to(app)
    return app
