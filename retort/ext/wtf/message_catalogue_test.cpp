// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/message_catalogue.h"

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <utility>

#include <gtest/gtest.h>

namespace retort::wtf {
namespace {

using Messages = std::vector<std::pair<std::string, std::string>>;

// A .mo file, as msgfmt writes one.
std::string compile(const Messages& messages, bool big_endian = false) {
  std::string out;
  const auto word = [&out, big_endian](std::size_t value) {
    for (int i = 0; i < 4; ++i) out += static_cast<char>(value >> 8 * (big_endian ? 3 - i : i) & 0xff);
  };
  const std::size_t tables = 28, pieces = tables + messages.size() * 16;
  for (const std::size_t value : {std::size_t{0x950412de}, std::size_t{0}, messages.size(), tables,
                                  tables + messages.size() * 8, std::size_t{0}, pieces}) {
    word(value);
  }
  std::string text;
  const auto entry = [&](const std::string& piece) {
    word(piece.size());
    word(pieces + text.size());
    text += piece + '\0';
  };
  for (const auto& message : messages) entry(message.first);
  for (const auto& message : messages) entry(message.second);
  return out + text;
}

const std::string kHeader =
    "Project-Id-Version: x\nContent-Type: text/plain; charset=utf-8\n"
    "Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 ? 1 : 2);\n";

Messages russian() {
  return {{"", kHeader},
          {"Required.", "\320\235\321\203\320\266\320\275\320\276."},
          {std::string("%(n)d apple\0%(n)d apples", 23), std::string("one\0few\0many", 12)},
          {"Empty.", ""}};
}

TEST(MessageCatalogue, TranslatesMessages) {
  for (const bool big_endian : {false, true}) {
    const Result<MessageCatalogue> catalogue = MessageCatalogue::parse(compile(russian(), big_endian));
    ASSERT_TRUE(catalogue) << catalogue.error().message;
    EXPECT_EQ(catalogue->size(), 3u);
    EXPECT_EQ(catalogue->gettext("Required."), "\320\235\321\203\320\266\320\275\320\276.");
    EXPECT_EQ(catalogue->gettext("Unknown."), "Unknown.");
    EXPECT_EQ(catalogue->gettext("Empty."), "Empty.");
    EXPECT_EQ(catalogue->gettext(""), "") << "the header is no message";
  }
}

TEST(MessageCatalogue, TakesThePluralFormOfTheNumber) {
  const Result<MessageCatalogue> catalogue = MessageCatalogue::parse(compile(russian()));
  ASSERT_TRUE(catalogue);
  const auto apples = [&](std::int64_t n) { return catalogue->ngettext("%(n)d apple", "%(n)d apples", n); };
  EXPECT_EQ(apples(1), "one");
  EXPECT_EQ(apples(21), "one");
  EXPECT_EQ(apples(3), "few");
  EXPECT_EQ(apples(11), "many");
  EXPECT_EQ(catalogue->gettext("%(n)d apple"), "one");
  EXPECT_EQ(catalogue->ngettext("pear", "pears", 1), "pear");
  EXPECT_EQ(catalogue->ngettext("pear", "pears", 2), "pears");
}

TEST(MessageCatalogue, FallsBackWhereAFormIsMissing) {
  const Result<MessageCatalogue> catalogue = MessageCatalogue::parse(compile(
      {{"", "Plural-Forms: nplurals=9; plural=n\n"}, {std::string("a\0as", 4), std::string("x\0y", 3)}}));
  ASSERT_TRUE(catalogue);
  EXPECT_EQ(catalogue->ngettext("a", "as", 1), "y");
  EXPECT_EQ(catalogue->ngettext("a", "as", 2), "as");
  EXPECT_EQ(catalogue->ngettext("a", "as", -1), "as");
}

// As Python has it: a catalogue of another version may have the message without a plural.
TEST(MessageCatalogue, HasNoPluralFormOfAMessageWithoutOne) {
  const Result<MessageCatalogue> catalogue = MessageCatalogue::parse(compile({{"a", "x"}}));
  ASSERT_TRUE(catalogue);
  EXPECT_EQ(catalogue->gettext("a"), "x");
  EXPECT_EQ(catalogue->ngettext("a", "as", 1), "a");
  EXPECT_EQ(catalogue->ngettext("a", "as", 2), "as");
}

TEST(MessageCatalogue, LetsTheLastOfOneIdCount) {
  const Result<MessageCatalogue> catalogue =
      MessageCatalogue::parse(compile({{"a", "1"}, {"b", "2"}, {"a", "3"}}));
  ASSERT_TRUE(catalogue);
  EXPECT_EQ(catalogue->gettext("a"), "3");
  EXPECT_EQ(catalogue->size(), 2u);
}

TEST(MessageCatalogue, RefusesWhatIsNone) {
  const auto error = [](std::string data) {
    const Result<MessageCatalogue> read = MessageCatalogue::parse(std::move(data));
    return read ? std::string("read") : read.error().message;
  };
  EXPECT_EQ(error(""), "a message catalogue is cut short");
  EXPECT_EQ(error(std::string(28, 'x')), "this is no message catalogue");
  EXPECT_EQ(error(compile({{"a", "\xff"}})), "a message is not UTF-8");
  EXPECT_EQ(error(compile({{"", "Content-Type: text/plain; charset=ISO-8859-1\n"}})),
            "a message catalogue's charset is iso-8859-1; it must be UTF-8");
  EXPECT_EQ(error(compile({{"", "Plural-Forms: nplurals=2; plural=system(n)\n"}})),
            "a plural form's expression cannot be read");
  std::string newer = compile({});
  newer[6] = 2;
  EXPECT_EQ(error(newer), "a message catalogue of an unknown revision");
}

TEST(MessageCatalogue, ReadsNothingBeyondItsBytes) {
  const std::string whole = compile(russian());
  for (std::size_t size = 0; size < whole.size() - 1; ++size)
    EXPECT_FALSE(MessageCatalogue::parse(whole.substr(0, size))) << size;
  for (std::size_t at = 8; at < 20; ++at) {  // the number of messages, and where they are
    std::string wrong = whole;
    wrong[at] = static_cast<char>(0xf1);
    EXPECT_FALSE(MessageCatalogue::parse(wrong)) << at;
  }
}

TEST(LoadCatalogue, ReadsAFileOrNamesIt) {
  const std::string path = testing::TempDir() + "/messages.mo";
  std::ofstream(path, std::ios::binary) << compile({{"Not a valid choice.", "Kein Wert."}});
  EXPECT_EQ(load_catalogue(path)->gettext("Not a valid choice."), "Kein Wert.");
  std::ofstream(path, std::ios::binary) << "none";
  try {
    load_catalogue(path);
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(error.what(), "The message catalogue " + path + ": a message catalogue is cut short");
  }
  EXPECT_THROW(load_catalogue(path + ".none"), std::runtime_error);
  EXPECT_THROW(load_catalogue(testing::TempDir()), std::runtime_error);
}

TEST(LoadCatalogue, ReadsTheOnesOfWTForms) {
  const std::filesystem::path folder = "/usr/lib/python3/dist-packages/wtforms/locale";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "python3-wtforms is not installed";
  int read = 0;
  for (const auto& language : std::filesystem::directory_iterator(folder)) {
    const std::filesystem::path file = language.path() / "LC_MESSAGES" / "wtforms.mo";
    if (!std::filesystem::exists(file)) continue;
    EXPECT_NO_THROW(load_catalogue(file)) << file;
    ++read;
  }
  EXPECT_GT(read, 10);
  const Owned<Translations> german = load_catalogue(folder / "de/LC_MESSAGES/wtforms.mo");
  EXPECT_EQ(german->gettext("This field is required."), "Dieses Feld wird ben\303\266tigt.");
  EXPECT_EQ(german->ngettext("Field must be at least %(min)d character long.",
                             "Field must be at least %(min)d characters long.", 1),
            "Feld muss mindestens %(min)d Zeichen beinhalten.");
}

}  // namespace
}  // namespace retort::wtf
