// SPDX-License-Identifier: BSD-3-Clause
// One page with inheritance, a navigation loop and a table, autoescaped: by the engine, from
// values and from a program's own structs, and by hand. Prints renders a second as JSON.
//
//   bench_jinja_render TEMPLATES [milliseconds]
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <time.h>

#include "retort/jinja/environment.h"
#include "retort/value/markup.h"
#include "retort/value/view.h"

namespace {

using namespace retort;

struct Item {
  std::string href, caption;
  bool active = false;
};
struct Post {
  std::int64_t id = 0;
  std::string title, author;
  std::int64_t score = 0;
};

std::vector<Item> make_navigation() {
  return {{"/", "Home", true},
          {"/posts", "Posts", false},
          {"/about", "About & more", false},
          {"/login", "Log in", false}};
}

std::vector<Post> make_posts(int rows) {
  std::vector<Post> out;
  for (int i = 0; i < rows; ++i)
    out.push_back(
        {i, "Post <number> " + std::to_string(i) + " & more", "author" + std::to_string(i % 7), i * 7 % 101});
  return out;
}

Value make_context(const std::vector<Item>& navigation, const std::vector<Post>& posts) {
  return Value::dict({{"title", "All posts"},
                      {"site", "Retort"},
                      {"year", 2026},
                      {"navigation", to_value(navigation)},
                      {"posts", to_value(posts)}});
}

Value make_view(const std::vector<Item>& navigation, const std::vector<Post>& posts) {
  return Value::dict({{"title", "All posts"},
                      {"site", "Retort"},
                      {"year", 2026},
                      {"navigation", Value::view(navigation)},
                      {"posts", Value::view(posts)}});
}

// What the two templates print, written by hand into a fresh string.
std::string by_hand(std::string_view title, std::string_view site, int year,
                    const std::vector<Item>& navigation, const std::vector<Post>& posts) {
  std::string out;
  const auto number = [&](std::int64_t n) { out += std::to_string(n); };
  out += "<!doctype html>\n<html lang=\"en\">\n<head>\n  <meta charset=\"utf-8\">\n  <title>";
  append_escaped(out, title);
  out +=
      " - Retort</title>\n  <link rel=\"stylesheet\" href=\"/static/style.css\">\n</head>\n<body>\n  <nav>\n "
      "   <ul>";
  for (const Item& item : navigation) {
    out += "\n      <li><a href=\"";
    append_escaped(out, item.href);
    out += '"';
    if (item.active) out += " class=\"active\"";
    out += '>';
    append_escaped(out, item.caption);
    out += "</a></li>";
  }
  out += "\n    </ul>\n  </nav>\n  <main>\n    <h1>";
  append_escaped(out, title);
  out += "</h1>\n    <table>\n      <tr><th>#</th><th>Title</th><th>Author</th><th>Score</th></tr>";
  bool odd = true;
  for (const Post& post : posts) {
    out += "\n      <tr class=\"";
    out += odd ? "odd" : "even";
    odd = !odd;
    out += "\">\n        <td>";
    number(post.id);
    out += "</td>\n        <td><a href=\"/posts/";
    number(post.id);
    out += "\">";
    append_escaped(out, post.title);
    out += "</a></td>\n        <td>";
    append_escaped(out, post.author);
    out += "</td>\n        <td>";
    if (post.score > 50) {
      out += "<b>";
      number(post.score);
      out += "</b>";
    } else {
      number(post.score);
    }
    out += "</td>\n      </tr>";
  }
  out += "\n    </table>\n\n  </main>\n  <footer>";
  append_escaped(out, site);
  out += " &middot; ";
  number(year);
  out += "</footer>\n</body>\n</html>";
  return out;
}

double thread_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Runs a second of CPU time per second.
template <class F>
double measure(int milliseconds, F&& f) {
  const double begin = thread_seconds();
  const double end = begin + milliseconds * 1e-3;
  std::int64_t runs = 0;
  double now = begin;
  do {
    for (int i = 0; i < 8; ++i) f();
    runs += 8;
    now = thread_seconds();
  } while (now < end);
  return static_cast<double>(runs) / (now - begin);
}

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

double measure_threads(int threads, int milliseconds, const jinja::Template& page) {
  std::vector<double> rates(static_cast<std::size_t>(threads));
  std::vector<std::thread> running;
  for (double& rate : rates) {
    running.emplace_back([&] {
      const auto navigation = make_navigation();
      const auto posts = make_posts(12);
      const Value context = make_context(navigation, posts);
      std::size_t bytes = 0;
      const auto begin = std::chrono::steady_clock::now();
      const auto end = begin + std::chrono::milliseconds(milliseconds);
      std::int64_t runs = 0;
      auto now = begin;
      do {
        for (int i = 0; i < 64; ++i) bytes += page.render(context).size();
        runs += 64;
        now = std::chrono::steady_clock::now();
      } while (now < end);
      rate = bytes ? static_cast<double>(runs) / std::chrono::duration<double>(now - begin).count() : 0;
    });
  }
  for (std::thread& thread : running) thread.join();
  double sum = 0;
  for (const double rate : rates) sum += rate;
  return sum;
}

void bench_rows(const jinja::Template& page, int rows, int milliseconds) {
  const auto navigation = make_navigation();
  const auto posts = make_posts(rows);
  const Value context = make_context(navigation, posts);
  const Value view = make_view(navigation, posts);
  const std::string expected = by_hand("All posts", "Retort", 2026, navigation, posts);
  for (const std::string& rendered : {page.render(context), page.render(view)}) {
    if (rendered == expected) continue;
    std::fprintf(stderr, "the pages differ:\n%s\n---\n%s\n", rendered.c_str(), expected.c_str());
    std::exit(1);
  }
  std::size_t bytes = 0;
  double best[3] = {};
  for (int round = 0; round < 5; ++round) {  // in turns: the machine's speed changes
    best[0] = std::max(best[0], measure(milliseconds, [&] {
                         bytes += by_hand("All posts", "Retort", 2026, navigation, posts).size();
                       }));
    best[1] = std::max(best[1], measure(milliseconds, [&] { bytes += page.render(context).size(); }));
    best[2] = std::max(best[2], measure(milliseconds, [&] { bytes += page.render(view).size(); }));
  }
  if (bytes == 0) std::exit(1);
  std::printf("{\"rows\": %d, \"hand\": %.0f, \"retort\": %.0f, \"retort_view\": %.0f}\n", rows, best[0],
              best[1], best[2]);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const int milliseconds = argc > 2 ? std::atoi(argv[2]) : 100;
  const std::string folder = argv[1];
  jinja::Options options;
  options.autoescape = jinja::select_autoescape();
  options.auto_reload = false;
  options.loader = std::make_unique<jinja::FileSystemLoader>(folder);
  const jinja::Environment environment(std::move(options));
  const jinja::Template page = environment.get_template("table.html");
  bench_rows(page, 12, milliseconds);
  bench_rows(page, 1000, milliseconds);

  const std::string layout = read(folder + "/layout.html"), table = read(folder + "/table.html");
  std::printf("{\"compile\": %.0f}\n", measure(5 * milliseconds, [&] {
                environment.from_string(layout);
                environment.from_string(table);
              }));
  const double one = measure_threads(1, 5 * milliseconds, page);
  const double two = measure_threads(2, 5 * milliseconds, page);
  std::printf("{\"threads1\": %.0f, \"threads2\": %.0f}\n", one, two);
}
