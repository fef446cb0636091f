// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/symbolizer.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string_view>

#include <cxxabi.h>
#include <dlfcn.h>
#include <fmt/format.h>
#include <link.h>
#include <unistd.h>

#include "retort/cli/detail/process.h"

namespace retort::detail {
namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

/// A function as people write it.
std::string readable(std::string_view function) {
  std::string out(function);
  replace_all(out, "[abi:cxx11]", "");
  replace_all(out, "std::__cxx11::", "std::");
  replace_all(out, "std::basic_string<char, std::char_traits<char>, std::allocator<char> >", "std::string");
  replace_all(out, "std::basic_string_view<char, std::char_traits<char> >", "std::string_view");
  return out;
}

/// The program's file as it was started: another one may lie at its path by now.
std::string program_path() { return fmt::format("/proc/{}/exe", getpid()); }

using Lines = std::vector<std::string_view>;

Lines lines_of(std::string_view text) {
  Lines out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

/// "/src/app.cpp:12" or "/src/app.cpp:12 (discriminator 3)" or "??:0".
void set_place(SourceFrame& frame, std::string_view text) {
  if (const std::size_t note = text.find(" (discriminator"); note != text.npos) text = text.substr(0, note);
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos || text.substr(0, colon) == "??") return;
  frame.file = std::filesystem::path(text.substr(0, colon)).lexically_normal().string();
  std::from_chars(text.data() + colon + 1, text.data() + text.size(), frame.line);
}

/// What addr2line says of one address: pairs of a function and a place, the inlined ones first.
std::vector<SourceFrame> frames_of(const std::string& module, const Lines& lines) {
  std::vector<SourceFrame> out;
  for (std::size_t i = 0; i + 1 < lines.size(); i += 2) {
    SourceFrame frame{.module = module};
    if (lines[i] != "??") frame.function = readable(lines[i]);
    set_place(frame, lines[i + 1]);
    out.push_back(std::move(frame));
  }
  return out;
}

/// Asks addr2line for all addresses of one module; by offset.
std::map<std::uintptr_t, std::vector<SourceFrame>> ask(const std::string& module,
                                                       const std::vector<std::uintptr_t>& offsets) {
  std::vector<std::string> command{"addr2line", "-a", "-C", "-f", "-i", "-e", module};
  for (const std::uintptr_t offset : offsets) command.push_back(fmt::format("{:#x}", offset));
  const std::optional<std::string> output = output_of(command);
  std::map<std::uintptr_t, std::vector<SourceFrame>> out;
  if (!output) return out;
  // With -a each address comes back on a line of its own before what is known of it.
  std::uintptr_t current = 0;
  Lines pending;
  const auto finish = [&] {
    if (!pending.empty()) out[current] = frames_of(module, pending);
    pending.clear();
  };
  for (const std::string_view line : lines_of(*output)) {
    if (line.starts_with("0x")) {
      finish();
      std::from_chars(line.data() + 2, line.data() + line.size(), current, 16);
    } else {
      pending.push_back(line);
    }
  }
  finish();
  return out;
}

}  // namespace

std::string demangle(const std::string& name) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> text(
      abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status), &std::free);
  return readable(text ? std::string_view(text.get()) : std::string_view(name));
}

std::vector<ModuleAddress> locate(void* const* addresses, std::size_t count) {
  const std::string program = program_path();
  std::vector<ModuleAddress> out;
  out.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uintptr_t address = reinterpret_cast<std::uintptr_t>(addresses[i]) - 1;
    Dl_info info{};
    link_map* map = nullptr;
    if (!dladdr1(reinterpret_cast<void*>(address), &info, reinterpret_cast<void**>(&map), RTLD_DL_LINKMAP))
      continue;
    // The program itself has no name in the linker's list.
    const bool is_program = !map || !map->l_name || !*map->l_name;
    out.push_back({.module = is_program ? program : std::string(map->l_name),
                   .offset = address - (map ? map->l_addr : 0),
                   .function = info.dli_sname ? info.dli_sname : ""});
  }
  return out;
}

std::vector<SourceFrame> symbolize(const std::vector<ModuleAddress>& addresses) {
  std::map<std::string, std::vector<std::uintptr_t>> by_module;
  for (const ModuleAddress& each : addresses) by_module[each.module].push_back(each.offset);
  std::map<std::string, std::map<std::uintptr_t, std::vector<SourceFrame>>> known;
  for (const auto& [module, offsets] : by_module) known[module] = ask(module, offsets);
  std::vector<SourceFrame> out;
  for (const ModuleAddress& each : addresses) {
    const std::vector<SourceFrame>& frames = known[each.module][each.offset];
    for (const SourceFrame& frame : frames) {
      out.push_back(frame);
      if (frame.function.empty()) out.back().function = demangle(each.function);
    }
    if (frames.empty()) out.push_back({.function = demangle(each.function), .module = each.module});
  }
  return out;
}

}  // namespace retort::detail
