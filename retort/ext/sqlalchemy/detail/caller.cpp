// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/sqlalchemy/detail/caller.h"

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

#include <cxxabi.h>

#ifdef RETORT_HAS_BACKTRACE
// GCC's libbacktrace, the header of which other compilers do not find.
extern "C" {
struct backtrace_state;
using backtrace_error_callback = void (*)(void* data, const char* message, int number);
using backtrace_simple_callback = int (*)(void* data, std::uintptr_t pc);
using backtrace_full_callback = int (*)(void* data, std::uintptr_t pc, const char* file, int line,
                                        const char* function);
backtrace_state* backtrace_create_state(const char* file, int threaded, backtrace_error_callback error,
                                        void* data);
int backtrace_simple(backtrace_state* state, int skip, backtrace_simple_callback callback,
                     backtrace_error_callback error, void* data);
int backtrace_pcinfo(backtrace_state* state, std::uintptr_t pc, backtrace_full_callback callback,
                     backtrace_error_callback error, void* data);
}
#endif

namespace retort::db::detail {
namespace {

constexpr std::string_view kUnknown = "<unknown>";

#ifdef RETORT_HAS_BACKTRACE

/// Where Retort's sources were when this was compiled: "/somewhere/retort/".
std::string_view sources() {
  constexpr std::string_view kFile = __FILE__;
  constexpr std::string_view kHere = "ext/sqlalchemy/detail/caller.cpp";
  return kFile.substr(0, kFile.size() - kHere.size());
}

bool is_framework_function(std::string_view mangled) {
  for (const std::string_view before : {"_ZN", "_ZNK", "_ZZN", "_ZZNK", "_ZZZN", "_ZZZNK"}) {
    if (!mangled.starts_with(before)) continue;
    const std::string_view rest = mangled.substr(before.size());
    if (rest.starts_with("6retort") || rest.starts_with("St")) return true;
  }
  return mangled.starts_with("_ZSt");
}

// Of an installed Retort the headers are in ".../include/retort/". Where the compiler was given a
// relative name, the debug information has it behind the folder that it ran in.
bool is_of_application(std::string_view file, const char* function) {
  if (function && is_framework_function(function)) return false;
  if (file.find("/include/") != file.npos) return false;
  const bool is_telling = sources().starts_with('/') || sources().starts_with("../");
  return !is_telling || file.find(sources()) == file.npos;
}

std::string demangled(const char* function) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(abi::__cxa_demangle(function, nullptr, nullptr, &status),
                                                    std::free);
  const std::string_view whole = status == 0 ? name.get() : function;
  const std::string_view called = whole.substr(0, whole.find('(', whole.starts_with('(') ? 1 : 0));
  return std::string(called.substr(0, called.find("[abi:")));
}

int on_address(void* data, std::uintptr_t pc) {
  static_cast<std::vector<std::uintptr_t>*>(data)->push_back(pc);
  return 0;
}

int on_frame(void* data, std::uintptr_t, const char* file, int line, const char* function) {
  if (!file || line <= 0 || !is_of_application(file, function)) return 0;
  std::string& out = *static_cast<std::string*>(data);
  out = std::string(file) + ":" + std::to_string(line);
  if (function) out += " (" + demangled(function) + ")";
  return 1;
}

void on_error(void*, const char*, int) {}

backtrace_state* shared_state() {
  static backtrace_state* const state = backtrace_create_state(nullptr, 1, on_error, nullptr);
  return state;
}

#endif

}  // namespace

std::vector<std::uintptr_t> call_stack() {
  std::vector<std::uintptr_t> out;
#ifdef RETORT_HAS_BACKTRACE
  if (backtrace_state* const state = shared_state()) backtrace_simple(state, 1, on_address, on_error, &out);
#endif
  return out;
}

std::string caller([[maybe_unused]] const std::vector<std::uintptr_t>& stack) {
  std::string out;
#ifdef RETORT_HAS_BACKTRACE
  if (backtrace_state* const state = shared_state()) {
    for (const std::uintptr_t address : stack) {
      if (backtrace_pcinfo(state, address, on_frame, on_error, &out) != 0) break;
    }
  }
#endif
  return out.empty() ? std::string(kUnknown) : out;
}

}  // namespace retort::db::detail
