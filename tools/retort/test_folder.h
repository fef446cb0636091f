// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// A folder for a test, and an environment variable for a scope.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace retort::tool {

class TestFolder {
 public:
  TestFolder()
      : path(std::filesystem::canonical(::testing::TempDir()) /
             ("retort_tool_" + std::to_string(getpid()) + "_" +
              ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
  }
  ~TestFolder() { std::filesystem::remove_all(path); }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  void write(const std::string& name, const std::string& text = {}) const {
    std::filesystem::create_directories((path / name).parent_path());
    std::ofstream(path / name, std::ios::binary) << text;
  }
  std::string read(const std::string& name) const {
    std::ifstream in(path / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::string operator/(const std::string& name) const { return (path / name).string(); }

  const std::filesystem::path path;
};

class TestVariable {
 public:
  TestVariable(const char* name, const std::string& value) : name_(name) {
    if (const char* former = std::getenv(name)) former_ = former;
    setenv(name, value.c_str(), 1);
  }
  ~TestVariable() { former_.empty() ? unsetenv(name_) : setenv(name_, former_.c_str(), 1); }
  TestVariable(const TestVariable&) = delete;
  TestVariable& operator=(const TestVariable&) = delete;

 private:
  const char* name_;
  std::string former_;
};

/// What `run` throws, as text; "" for nothing.
template <class F>
std::string complaint(F run) {
  try {
    run();
  } catch (const std::exception& e) {
    return e.what();
  }
  return "";
}

}  // namespace retort::tool
