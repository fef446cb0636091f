// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/loader.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "retort/jinja/environment.h"
#include "retort/jinja/error.h"
#include "retort/value/error.h"

namespace retort::jinja {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;
using Sources = std::initializer_list<std::pair<std::string, std::string>>;

/// A folder that is gone after the test.
class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "retort-loader-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }
  std::string path(const std::string& name = {}) const {
    return (name.empty() ? path_ : path_ / name).string();
  }
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << text;
  }

 private:
  fs::path path_;
};

std::string load(const Loader& loader, std::string_view name) {
  const std::optional<TemplateSource> source = loader.load(name);
  EXPECT_EQ(loader.has(name), source.has_value()) << name;
  return source ? source->text : "none";
}

TEST(FileSystemLoader, TakesTheFirstRootThatHasTheName) {
  const Folder own, shared;
  own.write("page.html", "own page");
  shared.write("page.html", "shared page");
  shared.write("parts/nav.html", "shared nav");
  const FileSystemLoader loader(Names{own.path(), own.path("missing"), shared.path()});
  EXPECT_EQ(load(loader, "page.html"), "own page");
  EXPECT_EQ(load(loader, "parts/nav.html"), "shared nav");
  EXPECT_EQ(load(loader, "none.html"), "none");
  EXPECT_EQ(loader.load("page.html")->filename, own.path("page.html"));
  EXPECT_EQ(loader.list_templates(), (Names{"page.html", "parts/nav.html"}));
}

TEST(FileSystemLoader, NamesCannotLeaveTheRoot) {
  const Folder folder;
  folder.write("secret.txt", "secret");
  folder.write("root/page.html", "page");
  folder.write("root/sub/page.html", "sub");
  const FileSystemLoader loader(folder.path("root"));
  const std::pair<std::string, const char*> cases[] = {
      {"page.html", "page"},
      {"./page.html", "page"},
      {"sub//page.html", "sub"},
      {"sub/./page.html", "sub"},
      {"/page.html", "page"},  // as in Jinja: from the root of the templates
      {"../secret.txt", "none"},
      {"sub/../../secret.txt", "none"},
      {"sub/../page.html", "none"},
      {"..", "none"},
      {"", "none"},
      {"/", "none"},
      {"sub", "none"},
      {"..\\secret.txt", "none"},
      {"sub\\page.html", "none"},
      {folder.path("secret.txt"), "none"},
      {"/etc/passwd", "none"},
      {std::string("page.html\0.txt", 14), "none"},
      {std::string(5000, 'a'), "none"},
      {"page.html/", "page"},  // as in Jinja: empty parts do not count
  };
  for (const auto& [name, expected] : cases) EXPECT_EQ(load(loader, name), expected) << name;
}

TEST(FileSystemLoader, LinksOutOfTheRootAreRefused) {
  const Folder folder;
  folder.write("secret.txt", "secret");
  folder.write("root/page.html", "page");
  folder.write("rootless/page.html", "another folder, of a similar name");
  folder.write("second/out.html", "the second root's");
  fs::create_symlink("../secret.txt", folder.path("root/out.html"));
  fs::create_symlink("..", folder.path("root/up"));
  fs::create_symlink("../rootless/page.html", folder.path("root/similar.html"));
  fs::create_symlink("page.html", folder.path("root/in.html"));
  fs::create_symlink("nowhere", folder.path("root/broken.html"));
  fs::create_directory_symlink("root", folder.path("linked"));
  const FileSystemLoader loader(folder.path("root"));
  const std::pair<const char*, const char*> cases[] = {{"out.html", "none"},
                                                       {"up/secret.txt", "none"},
                                                       {"similar.html", "none"},
                                                       {"in.html", "page"},
                                                       {"broken.html", "none"}};
  for (const auto& [name, expected] : cases) EXPECT_EQ(load(loader, name), expected) << name;
  EXPECT_EQ(load(FileSystemLoader(folder.path("linked")), "page.html"), "page");

  const FileSystemLoader both(Names{folder.path("root"), folder.path("second")});
  EXPECT_EQ(load(both, "out.html"), "the second root's");
  EXPECT_TRUE(both.is_current("out.html", both.load("out.html")->version));
}

TEST(FileSystemLoader, FilesThatAreNoneAreRefused) {
  const Folder folder;
  ASSERT_EQ(::mkfifo(folder.path("pipe.html").c_str(), 0600), 0);
  EXPECT_EQ(load(FileSystemLoader(folder.path()), "pipe.html"), "none");
}

TEST(FileSystemLoader, VersionsFollowTheFile) {
  const Folder folder;
  const FileSystemLoader loader(Names{folder.path("first"), folder.path("second")});
  folder.write("second/a.html", "one");
  const std::uint64_t one = loader.load("a.html")->version;
  EXPECT_NE(one, 0u);
  EXPECT_TRUE(loader.is_current("a.html", one));
  folder.write("second/a.html", "three");
  EXPECT_FALSE(loader.is_current("a.html", one));
  const std::uint64_t three = loader.load("a.html")->version;
  EXPECT_TRUE(loader.is_current("a.html", three));
  fs::last_write_time(folder.path("second/a.html"), fs::file_time_type::clock::now() - std::chrono::hours(1));
  EXPECT_FALSE(loader.is_current("a.html", three));
  const std::uint64_t old = loader.load("a.html")->version;
  folder.write("first/a.html", "before it");
  EXPECT_FALSE(loader.is_current("a.html", old));
  fs::remove_all(folder.path("first"));
  EXPECT_TRUE(loader.is_current("a.html", old));
  fs::remove_all(folder.path("second"));
  EXPECT_FALSE(loader.is_current("a.html", old));
}

TEST(FileSystemLoader, AnEnvironmentFollowsChangesWhenAskedTo) {
  const Folder folder;
  folder.write("page.html", "{% extends 'layout.html' %}{% block body %}1{% endblock %}");
  folder.write("layout.html", "<{% block body %}{% endblock %}>");
  for (const bool follow : {true, false}) {
    folder.write("layout.html", "<{% block body %}{% endblock %}>");
    Options options;
    options.loader = std::make_unique<FileSystemLoader>(folder.path());
    options.auto_reload = follow;
    const Environment environment(std::move(options));
    const Template page = environment.get_template("page.html");
    EXPECT_EQ(page.render(), "<1>");
    folder.write("layout.html", "[[{% block body %}{% endblock %}]]");
    EXPECT_EQ(page.render(), follow ? "[[1]]" : "<1>");
    EXPECT_TRUE(page.is_up_to_date());
    EXPECT_EQ(environment.get_template("layout.html").render(), follow ? "[[]]" : "<>");
  }
}

TEST(FileSystemLoader, AFileThatIsGoneIsNotFound) {
  const Folder folder;
  folder.write("page.html", "1");
  Options options;
  options.loader = std::make_unique<FileSystemLoader>(folder.path());
  const Environment environment(std::move(options));
  const Template page = environment.get_template("page.html");
  fs::remove(folder.path("page.html"));
  EXPECT_FALSE(page.is_up_to_date());
  EXPECT_THROW(environment.get_template("page.html"), TemplateNotFound);
  EXPECT_EQ(page.render(), "1");  // who has it, keeps it
}

TEST(DictLoader, HasWhatWasAddedLast) {
  DictLoader loader{{"b", "2"}, {"a", "1"}};
  loader.add("b", "3");
  loader.add("c", "");
  EXPECT_EQ(load(loader, "a"), "1");
  EXPECT_EQ(load(loader, "b"), "3");
  EXPECT_EQ(load(loader, "c"), "");
  EXPECT_EQ(load(loader, "d"), "none");
  EXPECT_EQ(loader.list_templates(), (Names{"a", "b", "c"}));
  EXPECT_TRUE(loader.is_current("a", loader.load("a")->version));
}

constexpr EmbeddedTemplate kEmbedded[] = {{"z.html", "last"}, {"a.html", "first"}};

TEST(EmbeddedLoader, ReadsTheArray) {
  const EmbeddedLoader loader(kEmbedded);
  EXPECT_EQ(load(loader, "a.html"), "first");
  EXPECT_EQ(load(loader, "b.html"), "none");
  EXPECT_EQ(loader.list_templates(), (Names{"a.html", "z.html"}));
}

TEST(FunctionLoader, AsksAgainForWhatHasAVersion) {
  std::uint64_t version = 1;
  const FunctionLoader loader([&](std::string_view name) -> std::optional<TemplateSource> {
    if (name == "constant") return TemplateSource{"c", {}, 0};
    if (name == "page") return TemplateSource{"v" + std::to_string(version), "page.txt", version};
    return std::nullopt;
  });
  EXPECT_EQ(load(loader, "page"), "v1");
  EXPECT_EQ(load(loader, "other"), "none");
  EXPECT_TRUE(loader.is_current("page", 1));
  EXPECT_TRUE(loader.is_current("constant", 0));
  version = 2;
  EXPECT_FALSE(loader.is_current("page", 1));
  EXPECT_THROW(loader.list_templates(), TypeError);
}

TEST(PrefixLoader, SendsNamesOn) {
  PrefixLoader loader(':');
  loader.add("shop", std::make_unique<DictLoader>(Sources{{"a:b", "1"}, {"c", "2"}}));
  loader.add("blog", std::make_unique<DictLoader>(Sources{{"c", "3"}}));
  const std::pair<const char*, const char*> cases[] = {
      {"shop:a:b", "1"}, {"shop:c", "2"},  {"blog:c", "3"}, {"blog:a:b", "none"},
      {"c", "none"},     {"shop", "none"}, {":c", "none"},  {"other:c", "none"}};
  for (const auto& [name, expected] : cases) EXPECT_EQ(load(loader, name), expected) << name;
  EXPECT_EQ(loader.list_templates(), (Names{"blog:c", "shop:a:b", "shop:c"}));
  EXPECT_TRUE(loader.is_current("shop:c", 0));
  EXPECT_FALSE(loader.is_current("other:c", 0));
}

TEST(ChoiceLoader, FollowsTheOneThatHasTheTemplate) {
  const Folder folder;
  ChoiceLoader loader;
  loader.add(std::make_unique<FileSystemLoader>(folder.path()));
  loader.add(std::make_unique<DictLoader>(Sources{{"page.html", "built in"}}));
  EXPECT_EQ(load(loader, "page.html"), "built in");
  EXPECT_TRUE(loader.is_current("page.html", 0));
  folder.write("page.html", "a file");
  EXPECT_FALSE(loader.is_current("page.html", 0));
  EXPECT_EQ(load(loader, "page.html"), "a file");
  const std::uint64_t version = loader.load("page.html")->version;
  EXPECT_TRUE(loader.is_current("page.html", version));
  folder.write("page.html", "another file");
  EXPECT_FALSE(loader.is_current("page.html", version));
  fs::remove(folder.path("page.html"));
  EXPECT_FALSE(loader.is_current("page.html", version));
  EXPECT_EQ(load(loader, "page.html"), "built in");
  EXPECT_EQ(load(loader, "other"), "none");
  EXPECT_EQ(loader.list_templates(), (Names{"page.html"}));
}

}  // namespace
}  // namespace retort::jinja
