// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/completion.h"

#include <algorithm>
#include <cctype>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace retort::detail {
namespace {

struct Word {
  std::vector<std::string> names;  // with their dashes
  std::string help;
  bool takes_value = false;
  std::vector<std::string> choices;  // of the value; none: files
};

/// A command: what may follow it.
struct Level {
  std::string path;  // "/db/upgrade"; "" for the program
  std::vector<Word> commands;
  std::vector<Word> options;
  std::vector<std::string> values;  // that its arguments may have
};

/// "TEXT:{endpoint,rule}", as CLI11 names what a check allows.
std::vector<std::string> choices_in(const std::string& type) {
  std::vector<std::string> out;
  const std::size_t open = type.find('{');
  const std::size_t close = type.find('}', open);
  if (open == std::string::npos || close == std::string::npos) return out;
  for (std::size_t at = open + 1; at < close;) {
    const std::size_t end = std::min(type.find(',', at), close);
    out.push_back(type.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

void add_levels(const CLI::App& line, const std::string& path, std::vector<Level>& out) {
  Level level{.path = path, .commands = {}, .options = {}, .values = {}};
  for (const CLI::Option* option : line.get_options()) {
    std::vector<std::string> choices = choices_in(option->get_type_name());
    if (!option->nonpositional()) {
      level.values.insert(level.values.end(), choices.begin(), choices.end());
      continue;
    }
    Word word;
    for (const std::string& name : option->get_snames()) word.names.push_back("-" + name);
    for (const std::string& name : option->get_lnames()) word.names.push_back("--" + name);
    word.help = first_line(option->get_description());
    word.takes_value = option->get_items_expected_max() > 0;
    word.choices = std::move(choices);
    level.options.push_back(std::move(word));
  }
  const auto commands = line.get_subcommands([](const CLI::App*) { return true; });
  for (const CLI::App* command : commands) {
    level.commands.push_back(
        {.names = {command->get_name()}, .help = first_line(command->get_description()), .choices = {}});
  }
  out.push_back(std::move(level));
  for (const CLI::App* command : commands) add_levels(*command, path + "/" + command->get_name(), out);
}

/// As one word of bash and zsh, whatever is in it.
std::string shell_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c == '\n' ? ' ' : c;
    }
  }
  return out + "'";
}
std::string fish_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out + "'";
}

/// For `complete -a`, which expands what it is given once more.
std::string fish_words(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + fish_quoted(word);
  return fish_quoted(out);
}

std::string all_quoted(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : " ") + shell_quoted(text);
  return out;
}

/// The name of a shell's function.
std::string function_name(std::string_view program) {
  std::string out = "_";
  for (const char c : program) out += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return out + "_completion";
}

// bash and zsh have the same language for this; what differs is where the words are.
constexpr std::string_view kBashFrame =
    R"sh(# Completion for {0} in bash. To load it: source <({1} completion bash)
{2}() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}} place= word skip= choice i
  local -a choices=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${{COMP_WORDS[i]}}
    if [[ $word == '=' ]]; then skip=1; continue; fi
    if [[ -n $skip ]]; then skip=; continue; fi
    case "$place/$word" in
{3}    esac
  done
  if [[ $current == '=' ]]; then
    current=
  elif [[ $previous == '=' ]]; then
    previous=${{COMP_WORDS[COMP_CWORD-2]}}
  fi
  case "$place/$previous" in
{4}    *) case "$place" in
{5}      esac ;;
  esac
  COMPREPLY=()
  for choice in "${{choices[@]}}"; do
    if [[ $choice == -* && $current != -* ]]; then continue; fi
    if [[ $choice == "$current"* ]]; then COMPREPLY+=("$choice"); fi
  done
}}
complete -o default -F {2} {0}
)sh";

constexpr std::string_view kZshFrame = R"sh(#compdef {0}
# Completion for {0} in zsh. To load it: source <({1} completion zsh)
{2}() {{
  local current=${{words[CURRENT]}} previous=${{words[CURRENT-1]}} place= word skip= choice i
  local -a choices found
  choices=()
  found=()
  for ((i = 2; i < CURRENT; i++)); do
    word=${{words[i]}}
    if [[ -n $skip ]]; then skip=; continue; fi
    case "$place/$word" in
{3}    esac
  done
  if [[ $current == --*=* ]]; then
    previous=${{current%%=*}}
    compset -P '*='
    current=${{current#*=}}
  fi
  case "$place/$previous" in
{4}    *) case "$place" in
{5}      esac ;;
  esac
  for choice in "${{choices[@]}}"; do
    if [[ $choice == -* && $current != -* ]]; then continue; fi
    if [[ $choice == "$current"* ]]; then found+=("$choice"); fi
  done
  if (( $#found )); then compadd -- "${{found[@]}}"; else _files; fi
}}
if (( ! $+functions[compdef] )); then autoload -U compinit && compinit; fi
compdef {2} {0}
)sh";

std::string patterns(const std::string& path, const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : "|") + shell_quoted(path + "/" + name);
  return out;
}

std::string shell_script(std::string_view frame, const std::string& name, std::string_view program,
                         const std::vector<Level>& levels) {
  std::string steps, values, words;
  for (const Level& level : levels) {
    std::vector<std::string> all = level.values;
    for (const Word& command : level.commands) {
      const std::string place = shell_quoted(level.path + "/" + command.names[0]);
      steps += fmt::format("      {0}) place={0} ;;\n", place);
      all.push_back(command.names[0]);
    }
    for (const Word& option : level.options) {
      all.insert(all.end(), option.names.begin(), option.names.end());
      if (!option.takes_value) continue;
      steps += fmt::format("      {}) skip=1 ;;\n", patterns(level.path, option.names));
      values += fmt::format("    {}) choices=({}) ;;\n", patterns(level.path, option.names),
                            all_quoted(option.choices));
    }
    words += fmt::format("      {}) choices=({}) ;;\n", shell_quoted(level.path), all_quoted(all));
  }
  return fmt::format(fmt::runtime(frame), name, program, function_name(name), steps, values, words);
}

std::string fish_script(const std::string& name, std::string_view program, const std::vector<Level>& levels) {
  std::string steps, out;
  const std::string function = "_" + function_name(name) + "_at";
  for (const Level& level : levels) {
    const std::string at = fmt::format("complete -c {} -n {}", fish_quoted(name),
                                       fish_quoted(function + " " + fish_quoted(level.path)));
    for (const Word& command : level.commands) {
      steps += fmt::format("      case {0}\n        set place {0}\n",
                           fish_quoted(level.path + "/" + command.names[0]));
      out +=
          fmt::format("{} -f -a {} -d {}\n", at, fish_words({command.names[0]}), fish_quoted(command.help));
    }
    if (!level.values.empty()) out += fmt::format("{} -f -a {}\n", at, fish_words(level.values));
    for (const Word& option : level.options) {
      std::string names;
      for (const std::string& each : option.names) {
        names += each.starts_with("--") ? " -l " + fish_quoted(each.substr(2))
                                        : " -s " + fish_quoted(each.substr(1));
        if (option.takes_value)
          steps += fmt::format("      case {}\n        set skip 1\n", fish_quoted(level.path + "/" + each));
      }
      std::string value;
      if (option.takes_value) value = " -r";
      if (!option.choices.empty()) value = " -x -a " + fish_words(option.choices);
      out += fmt::format("{}{}{} -d {}\n", at, names, value, fish_quoted(option.help));
    }
  }
  return fmt::format(
      "# Completion for {0} in fish. To load it: {1} completion fish | source\n"
      "function {2} --description 'Whether the words name this command'\n"
      "  set -l place ''\n  set -l skip\n"
      "  for word in (commandline -opc)[2..-1]\n"
      "    if test -n \"$skip\"\n      set skip\n      continue\n    end\n"
      "    switch \"$place/$word\"\n{3}    end\n  end\n"
      "  test \"$place\" = \"$argv[1]\"\nend\n{4}",
      name, program, function, steps, out);
}

}  // namespace

std::string completion_script(std::string_view shell, std::string_view program, const CLI::App& line) {
  std::vector<Level> levels;
  add_levels(line, "", levels);
  const std::size_t slash = program.rfind('/');
  const std::string name(slash == std::string_view::npos ? program : program.substr(slash + 1));
  if (shell == "fish") return fish_script(name, program, levels);
  return shell_script(shell == "zsh" ? kZshFrame : kBashFrame, name, program, levels);
}

}  // namespace retort::detail
