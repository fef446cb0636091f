// SPDX-License-Identifier: BSD-3-Clause
// Expected values are python-dotenv 1.2's and Flask 3.1's.
#include "retort/app/dotenv.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace retort {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
namespace fs = std::filesystem;

std::optional<std::string> no_environment(std::string_view) { return std::nullopt; }

std::string shown(const dotenv::Values& values) {
  std::string out;
  for (const auto& [key, value] : values) out += "[" + key + (value ? "=" + *value : "") + "]";
  return out;
}

TEST(Dotenv, ReadsWhatPythonDotenvReads) {
  struct Case {
    const char* text;
    const char* expected;
  };
  const Case cases[] = {
      {"A=b", "[A=b]"},
      {"\xef\xbb\xbf"
       "A=b",
       "[A=b]"},
      {"A = b ", "[A=b]"},
      {"export A=b", "[A=b]"},
      {"export=b", "[export=b]"},
      {"A", "[A]"},
      {"A=", "[A=]"},
      {"A=b # comment", "[A=b]"},
      {"A=b#c", "[A=b#c]"},
      {"A= #c", "[A=#c]"},
      {"A=a b c", "[A=a b c]"},
      {"'A b'=c", "[A b=c]"},
      {"A='it\\'s \\n'", "[A=it's \\n]"},
      {"A=\"a\\nb\\\"c\\q\"", "[A=a\nb\"c\\q]"},
      {"A=\"a\nb\"\nB=c", "[A=a\nb][B=c]"},
      {"A=\"x\\\"", "[A=x\\]"},
      {"A=\"x\" y\nB=c", "[B=c]"},
      {"=x\nB=c", "[B=c]"},
      {"A=1\r\nB=2\r\n", "[A=1][B=2]"},
      {"A=1\nB=2\nA=3", "[A=3][B=2]"},
      {"A=1\nB=${A}2", "[A=1][B=12]"},
      {"A=${B:-d}", "[A=d]"},
      {"A=${B:d}", "[A=${B:d}]"},
      {"A='${B:-d}'", "[A=d]"},
      {"A\nB=${A:-d}", "[A][B=]"},
      {"A=${B", "[A=${B]"},
      {"A=\xc2\xa0x\xc2\xa0", "[A=x]"},
  };
  for (const Case& c : cases) EXPECT_EQ(shown(dotenv::values(c.text, &no_environment)), c.expected) << c.text;
}

TEST(Dotenv, LooksIntoTheEnvironmentAfterTheFile) {
  const auto environment = [](std::string_view name) -> std::optional<std::string> {
    if (name == "A" || name == "E") return "env";
    return std::nullopt;
  };
  EXPECT_EQ(shown(dotenv::values("A=1\nB=${A}${E}${X}", environment)), "[A=1][B=1env]");
  dotenv::ValuesOptions as_it_stands;
  as_it_stands.interpolate = false;
  EXPECT_EQ(shown(dotenv::values("B=${E}", environment, as_it_stands)), "[B=${E}]");
}

TEST(Dotenv, TellsTheLinesThatItCouldNotRead) {
  std::vector<std::size_t> lines;
  dotenv::ValuesOptions options;
  options.complain = [&](std::size_t line) { lines.push_back(line); };
  EXPECT_EQ(shown(dotenv::values("A=1\nB='\nC=2\n=\n", &no_environment, options)), "[A=1][C=2]");
  EXPECT_THAT(lines, ElementsAre(2, 4));
}

TEST(Dotenv, ReadsLongTextsInLinearTime) {
  std::string braces = "A=";
  std::string spaces = "A=x";
  for (int i = 0; i < 200'000; ++i) braces += "${";
  braces += ":";
  spaces.append(200'000, ' ');
  spaces += 'y';
  EXPECT_EQ(dotenv::values(braces, &no_environment).front().second, braces.substr(2));
  EXPECT_EQ(dotenv::values(spaces, &no_environment).front().second, spaces.substr(2));
}

/// A folder of its own that is the working directory while it lives.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "retort-dotenv-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("mkdtemp");
    path_ = name;
    fs::create_directories(path_ / "inner");
    fs::current_path(path_ / "inner");
  }
  ~Folder() {
    fs::current_path(before_);
    fs::remove_all(path_);
  }
  void write(const char* name, const std::string& text) const { std::ofstream(path_ / name) << text; }
  std::string path(const char* name) const { return (path_ / name).string(); }

 private:
  fs::path before_ = fs::current_path();
  fs::path path_;
};

class Environment : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : kNames) unsetenv(name);
  }
  void TearDown() override { SetUp(); }
  static std::string get(const char* name) { return dotenv::from_process(name).value_or("-"); }
  static constexpr const char* kNames[] = {"RT_A", "RT_B", "RT_C", "RT_D", "FLASK_SKIP_DOTENV"};
  const Folder folder_;
};

TEST_F(Environment, IsNeverOverwritten) {
  setenv("RT_A", "outside", 1);
  setenv("RT_B", "", 1);
  folder_.write(".env", "RT_A=env\nRT_B=env\nRT_C=${RT_A}");
  EXPECT_TRUE(load_dotenv());
  EXPECT_EQ(get("RT_A"), "outside");
  EXPECT_EQ(get("RT_B"), "");
  EXPECT_EQ(get("RT_C"), "env");  // the file's own names come first there
}

TEST_F(Environment, TakesAGivenPathThenEnvThenFlaskenv) {
  folder_.write(".flaskenv", "RT_A=flaskenv\nRT_B=flaskenv\nRT_C=flaskenv\nRT_D=flaskenv");
  folder_.write("inner/.env", "RT_A=env\nRT_B=env\nRT_D");
  folder_.write("given", "RT_A=given\r\n");
  LoadDotenvOptions options;
  options.path = folder_.path("given");
  EXPECT_TRUE(load_dotenv(options));
  EXPECT_EQ(get("RT_A"), "given");
  EXPECT_EQ(get("RT_B"), "env");
  EXPECT_EQ(get("RT_C"), "flaskenv");
  EXPECT_EQ(get("RT_D"), "-");  // named last without a value, as Flask has it
}

TEST_F(Environment, CanBeLoadedFromOneFileAlone) {
  folder_.write(".env", "RT_A=env");
  LoadDotenvOptions options;
  options.path = folder_.path("nowhere");
  options.load_defaults = false;
  EXPECT_FALSE(load_dotenv(options));
  EXPECT_EQ(get("RT_A"), "-");
}

TEST_F(Environment, ComplaintsNameFileAndLine) {
  folder_.write(".env", "RT_A=1\n'\n");
  std::vector<std::string> complaints;
  LoadDotenvOptions options;
  options.warn = [&](std::string_view what) { complaints.emplace_back(what); };
  EXPECT_TRUE(load_dotenv(options));
  EXPECT_THAT(complaints,
              ElementsAre(fs::canonical(folder_.path(".env")).string() + ": line 2 could not be read"));
}

TEST_F(Environment, FileThatIsNoUtf8IsAnError) {
  folder_.write(".env", "RT_A=\xff");
  EXPECT_THROW(load_dotenv(), std::runtime_error);
}

TEST_F(Environment, MaySkipDotenv) {
  EXPECT_TRUE(wants_dotenv());
  setenv("FLASK_SKIP_DOTENV", "False", 1);
  EXPECT_TRUE(wants_dotenv());
  setenv("FLASK_SKIP_DOTENV", "1", 1);
  EXPECT_FALSE(wants_dotenv());
}

TEST_F(Environment, FilesAreFoundUpwards) {
  EXPECT_THAT(dotenv::find("no-such-file-anywhere"), IsEmpty());
  folder_.write("marker-of-this-test", "");
  EXPECT_EQ(dotenv::find("marker-of-this-test"), fs::canonical(folder_.path("marker-of-this-test")).string());
  EXPECT_THAT(dotenv::find("inner"), IsEmpty());  // a folder is no file
}

}  // namespace
}  // namespace retort
