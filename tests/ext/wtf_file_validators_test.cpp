// SPDX-License-Identifier: BSD-3-Clause
// file_required, file_allowed and file_size on requests; messages are Flask-WTF's.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/app/scaffold.h"
#include "retort/ext/wtf/file_fields.h"
#include "retort/ext/wtf/form.h"
#include "retort/ext/wtf/text_fields.h"
#include "retort/ext/wtf/validators.h"
#include "retort/testing/client.h"

namespace retort::wtf {
namespace {

struct Upload {
  FileField needed{nullptr, {file_required(), file_size(3)}};
  FileField picture{nullptr, {file_allowed({"png", "jpg"}), file_size(5, 2)}};
  MultipleFileField several{nullptr, {file_allowed({"txt"}, "Text, please."), file_size(3)}};
  StringField text;
};

std::string answer() {
  auto form = wtf::form<Upload>({.csrf = false});
  return form.validate_on_submit() ? "good" : form.errors().repr();
}

std::string sent(std::vector<TestFile> files) {
  App app{"uploads"};
  app.post("/", "answer", answer);
  return app.test_client().post("/", {.form = {{"text", "x"}}, .files = std::move(files)}).text();
}

const TestFile kNeeded{.name = "needed", .filename = "a", .data = "123"};

TEST(FileRequired, WantsAFile) {
  EXPECT_EQ(sent({kNeeded}), "good");
  EXPECT_EQ(sent({}), "{'needed': ['This field is required.']}");
  EXPECT_EQ(sent({{.name = "needed", .filename = "", .data = ""}}),
            "{'needed': ['This field is required.']}");
  EXPECT_EQ(sent({{.name = "needed", .filename = "a", .data = ""}}), "good") << "empty, but a file";
}

TEST(FileAllowed, LooksAtTheEndOfTheName) {
  const auto picture = [](const char* filename) {
    return sent({kNeeded, {.name = "picture", .filename = filename, .data = "12"}});
  };
  EXPECT_EQ(picture("a.png"), "good");
  EXPECT_EQ(picture("a.b.JPG"), "good");
  for (const char* name : {"a.exe", "png", "a.png.exe", "a.pngx"})
    EXPECT_EQ(picture(name), "{'picture': ['File does not have an approved extension: png, jpg']}") << name;
  EXPECT_THROW(file_allowed({}), SetupError);
}

TEST(FileSize, BoundsTheBytes) {
  const auto picture = [](const char* data) {
    return sent({kNeeded, {.name = "picture", .filename = "a.png", .data = data}});
  };
  EXPECT_EQ(picture("12"), "good");
  EXPECT_EQ(picture("12345"), "good");
  EXPECT_EQ(picture("1"), "{'picture': ['File must be between 2 and 5 bytes.']}");
  EXPECT_EQ(picture("123456"), "{'picture': ['File must be between 2 and 5 bytes.']}");
  EXPECT_THROW(file_size(1, 2), SetupError);
}

TEST(FileValidators, WantEachOfSeveralFiles) {
  const auto several = [](const char* name, const char* data) {
    return sent({kNeeded,
                 {.name = "several", .filename = "a.txt", .data = "1"},
                 {.name = "several", .filename = name, .data = data}});
  };
  EXPECT_EQ(several("b.txt", "123"), "good");
  EXPECT_EQ(several("b.exe", "123"), "{'several': ['Text, please.']}");
  EXPECT_EQ(several("b.txt", "1234"), "{'several': ['File must be between 0 and 3 bytes.']}");
}

struct Misplaced {
  StringField text{nullptr, {file_required()}};
};

TEST(FileValidators, BelongToFileFields) {
  App app{"uploads"};
  app.config["TESTING"] = true;
  app.post("/", "answer", [] { return std::to_string(wtf::form<Misplaced>({.csrf = false}).validate()); });
  EXPECT_THROW(app.test_client().post("/"), std::exception);
}

}  // namespace
}  // namespace retort::wtf
