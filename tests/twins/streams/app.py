# SPDX-License-Identifier: BSD-3-Clause
# Bodies that come and go in pieces: streams, uploads, files in ranges, limits.
import hashlib
import io
from pathlib import Path

from flask import Flask, Response, g, jsonify, make_response, request, send_file, stream_with_context

HERE = Path(__file__).resolve().parent


def create_app():
    app = Flask(__name__, root_path=str(HERE))
    app.config.from_mapping(MAX_CONTENT_LENGTH=1_000_000)
    counts = {"closed": 0, "torn_down": 0}

    @app.teardown_request
    def count(error):
        if request.path.startswith("/context"):
            counts["torn_down"] += 1

    # Streams.

    @app.get("/stream/<int:n>")
    def stream(n):
        def pieces():
            for i in range(n):
                yield f"line {i}\n"
        return pieces(), {"Content-Type": "text/plain"}

    @app.get("/stream/big")
    def big():
        return Response((bytes([i % 256]) * 4096 for i in range(256)), mimetype="application/octet-stream")

    @app.get("/stream/length")
    def length():
        response = Response((c for c in "abc"), mimetype="text/plain")
        response.content_length = 3
        return response

    @app.get("/stream/empty")
    def empty():
        return Response(iter(()), mimetype="text/plain")

    @app.get("/context/stream")
    def context():
        g.word = "kept"

        @stream_with_context
        def pieces():
            yield request.path
            yield " "
            yield g.word
        return pieces()

    @app.get("/closed")
    def closed():
        def close():
            counts["closed"] += 1
        response = make_response("closed later")
        response.call_on_close(close)
        return response

    @app.get("/closed/stream")
    def closed_stream():
        def close():
            counts["closed"] += 10
        response = Response((c for c in "closed"), mimetype="text/plain")
        response.call_on_close(close)
        return response

    @app.get("/endless")
    def endless():
        def pieces():
            try:
                while True:
                    yield "x" * 65536
            finally:
                counts["closed"] += 100
        return Response(pieces(), mimetype="text/plain")

    @app.get("/counts")
    def show():
        return jsonify(counts)

    # Uploads.

    @app.post("/upload")
    def upload():
        out = []
        for name, file in request.files.items(multi=True):
            data = file.read()
            file.seek(0)
            again = file.read(3)
            out.append([name, file.filename, file.mimetype, len(data), hashlib.sha256(data).hexdigest(), again.decode("latin-1")])
        return jsonify(files=out, form=request.form.to_dict())

    @app.post("/save")
    def save():
        path = Path("saved.bin").absolute()
        request.files["f"].save(path)
        data = path.read_bytes()
        path.unlink()
        return jsonify(len(data), hashlib.sha256(data).hexdigest())

    @app.post("/raw")
    def raw():
        digest, size = hashlib.sha256(), 0
        while piece := request.stream.read(1000):
            digest.update(piece)
            size += len(piece)
        return jsonify(size=size, digest=digest.hexdigest(), length=request.content_length)

    @app.post("/data")
    def data():
        return jsonify(len(request.get_data()))

    @app.post("/form")
    def form():
        return jsonify(len(request.form))

    @app.post("/unread")
    def unread():
        return "not read"

    # Files.

    @app.get("/file")
    def file():
        return send_file(HERE / "static/numbers.txt", max_age=0)

    @app.get("/attachment")
    def attachment():
        return send_file(HERE / "static/numbers.txt", as_attachment=True, download_name="n\u00fcmbers.txt")

    @app.get("/bytes")
    def in_memory():
        return send_file(io.BytesIO(bytes(range(256)) * 1000), mimetype="application/octet-stream")

    return app
