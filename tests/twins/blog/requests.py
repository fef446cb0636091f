# SPDX-License-Identifier: BSD-3-Clause
CSS = "/static/css/blog.css"


def get(path, **rest):
    return {"path": path, **rest}


SCENARIOS = [
    {"name": "pages", "steps": [get("/"), get("/about"), get("/post/1"), get("/post/2"), get("/post/3")]},
    {"name": "missing", "steps": [get("/post/4"), get("/post/x"), get("/nothing"), get("/about/"), get("//about")]},
    {
        "name": "methods",
        "steps": [
            get("/", method="HEAD"),
            get("/", method="OPTIONS"),
            get("/about", method="POST"),
            get("/post/1", method="DELETE"),
            get("/post/9", method="HEAD"),
        ],
    },
    {
        "name": "static",
        "steps": [
            get(CSS),
            get(CSS, headers={"If-None-Match": "{etag}"}),
            get(CSS),
            get(CSS, headers={"If-Modified-Since": "{last-modified}"}),
            get(CSS, headers={"Range": "bytes=0-99"}),
            get(CSS, headers={"Range": "bytes=-10"}),
            get(CSS, headers={"Range": "bytes=5000-"}),
            get(CSS, method="HEAD"),
            get(CSS, method="OPTIONS"),
            get(CSS, method="POST"),
            get("/static/css/nothing.css"),
            get("/static/../blog.cpp"),
            get("/static/%2e%2e/blog.cpp"),
            get("/static/css"),
        ],
    },
]
