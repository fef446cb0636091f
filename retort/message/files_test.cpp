// SPDX-License-Identifier: BSD-3-Clause
#include "retort/message/files.h"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include <gtest/gtest.h>

#include "retort/http/errors.h"
#include "retort/http/options.h"

namespace retort {
namespace {

std::string contents(const std::string& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

TEST(FileStorage, KeepsWhatIsAppendedInMemoryAndOnDisk) {
  for (const std::size_t size : {0u, 1u, 500u * 1024u, 500u * 1024u + 1u, 3'000'000u}) {
    FileStorage file("f", "x.bin", {{"Content-Type", "Image/PNG; q=1"}});
    std::string all;
    while (all.size() < size) {
      const std::string piece(std::min<std::size_t>(100'000, size - all.size()),
                              static_cast<char>('a' + all.size() % 26));
      file.append(piece);
      all += piece;
    }
    EXPECT_EQ(file.size(), size);
    EXPECT_TRUE(file.read() == all);
    EXPECT_EQ(file.read(), "");
    file.seek(size / 2);
    EXPECT_TRUE(file.read() == all.substr(size / 2));
    const std::string path = ::testing::TempDir() + "retort-files-test";
    file.save(path);
    EXPECT_TRUE(contents(path) == all);
    std::remove(path.c_str());
    EXPECT_EQ(file.mimetype(), "image/png");
  }
}

TEST(FileStorage, KnowsItsTypeAndPlaceAndForgetsItsBytes) {
  FileStorage file("f", "x.txt", {{"Content-Type", "text/plain; charset=latin-1"}, {"Content-Length", "5"}});
  file.append("hello");
  EXPECT_EQ(file.mimetype_params().get("charset", ""), "latin-1");
  EXPECT_EQ(file.content_length(), 5u);
  EXPECT_EQ(FileStorage().content_length(), 0u);
  EXPECT_EQ(file.read(), "hello");
  EXPECT_EQ(file.tell(), 5u);
  file.close();
  EXPECT_EQ(file.size(), 0u);
  EXPECT_EQ(file.read(), "");
}

TEST(FileStorage, SiblingsShareMemoryAndTemporaryFile) {
  const FileStorage first;
  FileStorage files[] = {first.sibling("a", "1", {}), first.sibling("a", "2", {}),
                         first.sibling("a", "3", {}), first.sibling("a", "4", {})};
  const std::size_t sizes[] = {300'000, 400'000, 100'000,
                               600'000};  // the first and the third fit into memory
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t at = 0; at < sizes[i]; at += 50'000)
      files[i].append(std::string(50'000, static_cast<char>('a' + i)));
  }
  for (std::size_t i = 0; i < 4; ++i) {
    files[i].seek(10);
    EXPECT_TRUE(files[i].read() == std::string(sizes[i] - 10, static_cast<char>('a' + i))) << i;
  }
  EXPECT_THROW(files[1].append("x"), std::logic_error);
  files[1].close();
  files[1].append("x");
  EXPECT_EQ(files[1].read(), "x");
  files[3].seek(0);
  EXPECT_TRUE(files[3].read() == std::string(600'000, 'd'));
}

TEST(FileStorage, WhatWaitsForTheDiskRunsWhereItIsToldTo) {
  static int runs = 0;
  FileStorage file;
  file.set_blocking([](Function<void()> f) {
    ++runs;
    f();
  });
  file.append(std::string(400'000, 'x'));
  EXPECT_EQ(runs, 0);
  file.append(std::string(400'000, 'y'));
  EXPECT_GE(runs, 1);
  const int before = runs;
  const std::string path = ::testing::TempDir() + "retort-files-blocking";
  file.save(path);
  EXPECT_EQ(runs, before + 1);
  EXPECT_EQ(contents(path).size(), 800'000u);
  std::remove(path.c_str());
}

TEST(FileStorage, SaveSaysWhatFailed) {
  EXPECT_THROW(FileStorage().save("/nonexistent/folder/x"), std::system_error);
}

TEST(Files, AreFoundByFieldAndMissedWithABadRequest) {
  Files files;
  files.add(FileStorage("a", "1", {}));
  files.add(FileStorage("a", "2", {}));
  EXPECT_EQ(files["a"].filename, "1");
  EXPECT_EQ(files.getlist("a").size(), 2u);
  EXPECT_EQ(files.get("b"), nullptr);
  EXPECT_THROW(files["b"], BadRequestKeyError);
  EXPECT_FALSE(FileStorage());
}

}  // namespace
}  // namespace retort
