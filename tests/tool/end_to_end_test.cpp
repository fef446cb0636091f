// SPDX-License-Identifier: BSD-3-Clause
// The retort command with real compilers: a new project is built, run, edited, broken, crashed and mended,
// and no request is lost in between.
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/raw_client.h"
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr auto kPatience = 180s;  // a build on a machine that does other things, too

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class Tool : public ::testing::Test {
 protected:
  Tool() : folder(fs::canonical(::testing::TempDir()) / ("retort_end_to_end_" + std::to_string(getpid()))) {
    fs::remove_all(folder);
    fs::create_directories(folder);
    setenv("XDG_CACHE_HOME", (folder / "cache").c_str(), 1);
    setenv("LC_ALL", "C", 1);  // the compiler quotes by the language
    for (const char* name : {"FLASK_APP", "RETORT_APP", "FLASK_DEBUG", "FLASK_RUN_PORT"}) unsetenv(name);
  }
  ~Tool() override {
    if (server > 0) {
      kill(server, SIGINT);
      int status = 0;
      EXPECT_EQ(waitpid(server, &status, 0), server);
      EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << terminal();
    }
    fs::remove_all(folder);
  }

  /// Starts the command; what it prints is in terminal.log.
  pid_t start(const std::vector<std::string>& words, const char* path = nullptr) const {
    const char* tool = std::getenv("RETORT_TOOL");
    if (!tool) throw std::runtime_error("run it through ctest");
    const pid_t child = fork();
    if (child != 0) return child;
    const int log = open((folder / "terminal.log").c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    dup2(log, 1);
    dup2(log, 2);
    if (path) setenv("PATH", path, 1);
    std::vector<char*> argv{const_cast<char*>(tool)};
    for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    if (chdir(folder.c_str()) == 0) execv(tool, argv.data());
    _exit(127);
  }
  /// Runs it to its end: what it printed, and its exit code.
  std::string run(const std::vector<std::string>& words, const char* path = nullptr) const {
    fs::remove(folder / "terminal.log");
    int status = 0;
    waitpid(start(words, path), &status, 0);
    return terminal() + "exit code " + std::to_string(WIFEXITED(status) ? WEXITSTATUS(status) : -1);
  }
  void serve(const std::string& app) {
    fs::remove(folder / "terminal.log");
    server = start({"--app", app, "run", "--debug", "--port", "0"});
    eventually("the address", [&] {
      const std::string text = terminal();
      const std::size_t at = text.find("http://127.0.0.1:");
      if (at == text.npos) return false;
      port = static_cast<std::uint16_t>(std::atoi(text.c_str() + at + 17));
      return port != 0;
    });
  }

  std::string terminal() const { return read_file(folder / "terminal.log"); }

  void eventually(const std::string& what, const std::function<bool()>& holds) const {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (!holds()) {
      if (std::chrono::steady_clock::now() > end) {
        ADD_FAILURE() << "never came: " << what << "\n" << terminal();
        return;
      }
      std::this_thread::sleep_for(10ms);
    }
  }

  /// The whole answer; "" where the connection was refused or broken.
  std::string get(const std::string& path) const {
    try {
      retort::test::RawClient client(port);
      client.send("GET " + path +
                  " HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nConnection: close\r\n\r\n");
      return client.read_to_end();
    } catch (const std::runtime_error&) {
      return "";
    }
  }
  void answers(const std::string& text) const {
    eventually(text, [&] { return get("/").find(text) != std::string::npos; });
  }

  void replace(const std::string& file, const std::string& from, const std::string& to) const {
    std::string text = read_file(folder / file);
    const std::size_t at = text.find(from);
    ASSERT_NE(at, text.npos) << file << ": " << from;
    text.replace(at, from.size(), to);
    // As editors do: a new file is renamed over the old one.
    std::ofstream(folder / (file + ".tmp"), std::ios::binary) << text;
    fs::rename(folder / (file + ".tmp"), folder / file);
  }

  fs::path folder;
  pid_t server = 0;
  std::uint16_t port = 0;
};

TEST_F(Tool, ANewProjectIsBuiltEditedBrokenCrashedAndMended) {
  ASSERT_THAT(run({"new", "shop"}), AllOf(HasSubstr("shop/app.cpp"), HasSubstr("exit code 0")));
  serve("shop");
  answers("Hello from shop!");

  std::atomic<bool> done{false};
  std::atomic<int> asked{0}, lost{0};
  std::thread client([&] {
    while (!done) {
      ++asked;
      if (get("/").find("200 OK") == std::string::npos) ++lost;
      std::this_thread::sleep_for(1ms);
    }
  });
  replace("shop/templates/index.html", "Hello from shop!", "A new template");
  answers("A new template");
  EXPECT_EQ(terminal().find("changed"), std::string::npos) << "a template needs no build";
  const std::string view = "return render_template(\"index.html\");";
  replace("shop/app.cpp", view, "return \"a new view\";");
  answers("a new view");
  replace("shop/app.cpp", "return \"a new view\";", "return broken;");
  eventually("the compiler's error",
             [&] { return terminal().find("The build failed") != std::string::npos; });
  EXPECT_THAT(terminal(), AllOf(HasSubstr("shop/app.cpp:"), HasSubstr("'broken' was not declared")));
  answers("a new view");
  // Mended; with a view that crashes, for later.
  const std::string crash =
      "app.get(\"/crash\", \"crash\", [] { return std::to_string(*static_cast<volatile int*>(nullptr)); });";
  replace("shop/app.cpp", "return broken; });", "return \"mended\"; });\n  " + crash);
  answers("mended");
  done = true;
  client.join();
  EXPECT_EQ(lost, 0) << "of " << asked << "\n" << terminal();
  EXPECT_GT(asked, 10);

  get("/crash");
  eventually("the crash", [&] { return get("/").find("503") != std::string::npos; });
  EXPECT_THAT(get("/"), AllOf(HasSubstr("SIGSEGV"), HasSubstr("static_cast&lt;volatile int*&gt;(nullptr)")));
  replace("shop/app.cpp", crash, "");
  replace("shop/app.cpp", "return \"mended\";", view);
  answers("A new template");
}

TEST_F(Tool, OneFileNeedsNoBuildFiles) {
  std::ofstream(folder / "hello.cpp")
      << "#include <retort/retort.h>\nusing namespace retort;\n\nApp create_app() {\n"
         "  App app{\"hello\"};\n  app.get(\"/\", [] { return \"one\"; });\n"
         "  app.cli.command(\"greet\", \"Greet.\", [] { std::puts(\"good day\"); });\n"
         "  return app;\n}\n";
  EXPECT_THAT(run({"--app", "hello", "greet"}), HasSubstr("good day\nexit code 0"));
  serve("hello.cpp");
  answers("one");
  replace("hello.cpp", "\"one\"", "\"two\"");
  answers("two");
  std::vector<std::string> beside;
  for (const auto& entry : fs::directory_iterator(folder)) beside.push_back(entry.path().filename());
  EXPECT_THAT(beside, ::testing::UnorderedElementsAre("hello.cpp", "cache", "terminal.log"));
}

TEST_F(Tool, SaysInOneSentenceWhatIsWrong) {
  std::ofstream(folder / "empty.cpp") << "int x;\n";
  EXPECT_THAT(
      run({"--app", "empty", "run"}),
      AllOf(HasSubstr("Error: empty.cpp has neither a create_app() nor a main()"), HasSubstr("exit code 1")));
  std::ofstream(folder / "broken.cpp") << "int create_app() { return oops; }\n";
  EXPECT_THAT(run({"--app", "broken", "greet"}),
              AllOf(HasSubstr("'oops' was not declared"), HasSubstr("Error: broken.cpp does not build"),
                    HasSubstr("exit code 1")));
  EXPECT_THAT(run({"--app", "broken", "run"}, "/nowhere"),
              AllOf(HasSubstr("Error: there is no cmake: install"), HasSubstr("exit code 1")));
  fs::create_directory(folder / "bare");
  std::ofstream(folder / "bare/CMakeLists.txt")
      << "cmake_minimum_required(VERSION 3.25)\nproject(bare LANGUAGES CXX)\n";
  EXPECT_THAT(run({"--app", "bare", "run"}),
              AllOf(HasSubstr("Error: bare makes no program: "), HasSubstr("exit code 1")));
  std::ofstream(folder / "bare/CMakeLists.txt", std::ios::app)
      << "find_package(nothing_of_that_name REQUIRED)\n";
  EXPECT_THAT(run({"--app", "bare", "run"}),
              AllOf(HasSubstr("nothing_of_that_name"), HasSubstr("exit code 1")));
  EXPECT_THAT(run({"--app", "gone", "run"}),
              AllOf(HasSubstr("Error: there is no gone"), HasSubstr("exit code 1")));
  EXPECT_THAT(run({"--app", "empty:x", "run", "--debug", "--port", "many"}), HasSubstr("exit code 2"));
  EXPECT_THAT(run({"new", "my-shop"}),
              AllOf(HasSubstr("cannot be a project's name"), HasSubstr("exit code 2")));
  EXPECT_THAT(run({"new", "bare"}),
              AllOf(HasSubstr("is there already and not empty"), HasSubstr("exit code 1")));
  EXPECT_THAT(run({"--ap", "x"}), AllOf(HasSubstr("No such option '--ap'"), HasSubstr("exit code 2")));
  EXPECT_THAT(run({}), AllOf(HasSubstr("Missing command"), HasSubstr("exit code 2")));
}

}  // namespace
