// SPDX-License-Identifier: BSD-3-Clause
// Bodies that come and go in pieces, in Retort's words: see app.py.
#include <atomic>
#include <cstdio>
#include <fstream>
#include <iterator>

#include <retort/app/kept_context.h>
#include <retort/app/send_file.h>
#include <retort/crypto/digest.h>
#include <retort/retort.h>

using namespace retort;

namespace {

struct Counts {
  std::atomic<int> closed = 0;
  std::atomic<int> torn_down = 0;
};

// Streams.

Response plain(Response::Stream write) { return stream(std::move(write), "text/plain; charset=utf-8"); }

void add_streams(App& app) {
  app.get("/stream/<int:n>", "stream", [](int n) {
    return stream(
        [n](BodyWriter& out) {
          for (int i = 0; i < n; ++i) out.write("line " + std::to_string(i) + "\n");
        },
        "text/plain");
  });
  app.get("/stream/big", "big", [] {
    return stream(
        [](BodyWriter& out) {
          for (int i = 0; i < 256; ++i) out.write(std::string(4096, static_cast<char>(i)));
        },
        "application/octet-stream");
  });
  app.get("/stream/length", "length", [] {
    Response response = plain([](BodyWriter& out) {
      for (const char* c : {"a", "b", "c"}) out.write(c);
    });
    response.set_content_length(3);
    return response;
  });
  app.get("/stream/empty", "empty", [] { return plain([](BodyWriter&) {}); });
  app.get("/context/stream", "context", [] {
    g["word"] = "kept";
    return stream(stream_with_context([](BodyWriter& out) {
      out.write(request->path);
      out.write(" ");
      out.write(g.get<std::string>("word"));
    }));
  });
}

void add_counted(App& app, Counts& counts) {
  app.teardown_request([&counts] {
    if (request->path.starts_with("/context")) ++counts.torn_down;
  });
  app.get("/closed", "closed", [&counts] {
    Response response = make_response("closed later");
    response.call_on_close([&counts] { ++counts.closed; });
    return response;
  });
  app.get("/closed/stream", "closed_stream", [&counts] {
    Response response = plain([](BodyWriter& out) {
      for (const char c : std::string_view("closed")) out.write({&c, 1});
    });
    response.call_on_close([&counts] { counts.closed += 10; });
    return response;
  });
  app.get("/endless", "endless", [&counts] {
    return plain([&counts](BodyWriter& out) {
      struct Finally {
        Counts& counts;
        ~Finally() { counts.closed += 100; }
      } finally{counts};
      const std::string piece(65536, 'x');
      for (;;) out.write(piece);
    });
  });
  app.get("/counts", "show", [&counts] {
    return json({{"closed", counts.closed.load()}, {"torn_down", counts.torn_down.load()}});
  });
}

// Uploads.

std::string sha256(std::string_view data) {
  return crypto::to_hex(crypto::digest(crypto::Digest::sha256, data));
}

Value upload() {
  Value files = Value::list();
  for (FileStorage& file : *request->files) {
    const std::string data = file.read();
    file.seek(0);
    char again[3];
    const std::size_t n = file.read(again, sizeof again);
    files.push_back(Value::list(
        {file.name, file.filename, file.mimetype(), data.size(), sha256(data), std::string_view(again, n)}));
  }
  Value form = Value::dict();
  for (const auto& [name, value] : request->form->items()) form.set(name, value);
  return Value::dict({{"files", files}, {"form", form}});
}

Value save() {
  const std::string path = "saved.retort";
  request->files["f"].save(path);
  std::ifstream in(path, std::ios::binary);
  const std::string data(std::istreambuf_iterator<char>(in), {});
  std::remove(path.c_str());
  return Value::list({data.size(), sha256(data)});
}

Value raw(Request& request) {
  std::string data;
  char piece[1000];
  while (const std::size_t n = request.stream.read(piece, sizeof piece)) data.append(piece, n);
  const auto length = request.content_length();
  return Value::dict({{"size", data.size()},
                      {"digest", sha256(data)},
                      {"length", length ? Value(*length) : Value(nullptr)}});
}

Value data() { return request->get_data().size(); }
Value form() { return request->form.size(); }
const char* unread() { return "not read"; }

// Files.

Response file() { return send_file("static/numbers.txt", {.max_age = 0}); }

Response attachment() {
  return send_file("static/numbers.txt", {.as_attachment = true, .download_name = "n\u00fcmbers.txt"});
}

Response in_memory() {
  std::string bytes;
  for (int i = 0; i < 256'000; ++i) bytes += static_cast<char>(i % 256);
  return send_file(BytesIO{std::move(bytes)}, {.mimetype = "application/octet-stream"});
}

Counts& counts_of_process() {
  static Counts counts;
  return counts;
}

App create_app() {
  App app{"streams"};
  app.config["MAX_CONTENT_LENGTH"] = 1'000'000;
  add_streams(app);
  add_counted(app, counts_of_process());
  app.post<upload>("/upload");
  app.post<save>("/save");
  app.post<raw>("/raw");
  app.post<data>("/data");
  app.post<form>("/form");
  app.post<unread>("/unread");
  app.get<file>("/file");
  app.get<attachment>("/attachment");
  app.get<in_memory>("/bytes");
  return app;
}

}  // namespace

int main(int argc, char** argv) { return retort::main(create_app, argc, argv); }
