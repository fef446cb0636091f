// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// From return addresses to functions and source lines, by binutils' addr2line, which comes with
// the compiler; without it, and for libraries without debug information, by the dynamic
// linker's symbols.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace retort::detail {

/// A function that was running.
struct SourceFrame {
  std::string function = {};  ///< demangled; "" when unknown
  std::string file = {};      ///< as the compiler was given it; "" when unknown
  int line = 0;
  std::string module = {};  ///< the program or library
};

/// An address within a file: what stays true when the process has ended.
struct ModuleAddress {
  std::string module = {};
  std::uintptr_t offset = 0;  ///< as the file's symbols count
  std::string function = {};  ///< mangled, of the dynamic linker; "" when it knows none
};

/// A symbol or the name of a type, as people write it; what is no such name stays.
std::string demangle(const std::string& name);

/// Of return addresses in this process: each is moved back into the call.
std::vector<ModuleAddress> locate(void* const* addresses, std::size_t count);

/// The frames of addresses, innermost first; a call that was inlined is a frame of its own.
/// Runs a process for each module; a fiber that calls it holds its worker meanwhile.
std::vector<SourceFrame> symbolize(const std::vector<ModuleAddress>& addresses);

}  // namespace retort::detail
