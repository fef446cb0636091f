// SPDX-License-Identifier: BSD-3-Clause
// What docs/cli.md quotes.
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include <retort/retort.h>
#include <retort/testing/cli_runner.h>

namespace shop {

using namespace retort;

std::vector<std::string> customers;

int remove_customers(const std::vector<std::string>& names, bool dry_run) {
  for (const std::string& name : names) {
    if (std::erase(customers, name) == 0) throw UsageError("there is no customer " + name);
  }
  return dry_run ? 1 : 0;
}

Blueprint reports() {
  Blueprint bp{"reports"};
  bp.cli.command(
      "send", "Send the reports of a day.", [](const std::string&) {}, cli::argument("day"));
  return bp;
}

App create_app() {
  App app{"shop"};
  app.cli.command("seed-db", "Seed the database with initial data.", [] { customers = {"ada", "grace"}; });
  app.cli.command(
      "add-customer", "Add a customer.",
      [](const std::string& name, int copies, bool shout, std::optional<double> discount) {
        for (int i = 0; i < copies; ++i) customers.push_back(name + (shout ? "!" : ""));
        if (discount) std::printf("%.1f %%\n", *discount);
      },
      cli::argument("name", "Who it is."), cli::option("-c,--copies", "How many.", 1),
      cli::option("--shout/--whisper", "How the name is written."), cli::option("--discount", "In percent."));
  const cli::Group group = app.cli.group("customers", "What there is of customers.");
  group.command("list", "List them.", [] {
    for (const std::string& name : customers) std::printf("%s\n", name.c_str());
  });
  group.command("remove", "Remove some.", remove_customers, cli::argument("names"), cli::option("--dry-run"));
  app.register_blueprint(reports());
  return app;
}

}  // namespace shop

int main() {
  using namespace retort;
  const CliRunner runner([](int argc, char** argv) { return retort::main(shop::create_app, argc, argv); });
  int failures = 0;
  const auto expect = [&](const std::vector<std::string>& words, int code, const std::string& output) {
    const CliResult result = runner.invoke(words);
    if (result.exit_code == code && result.output == output) return;
    std::printf("%s: %d\n%s", words[0].c_str(), result.exit_code, result.output.c_str());
    ++failures;
  };
  expect({"seed-db"}, 0, "");
  expect({"add-customer", "lin", "-c", "2", "--shout", "--discount", "12.5"}, 0, "12.5 %\n");
  expect({"customers", "list"}, 0, "ada\ngrace\nlin!\nlin!\n");
  expect({"customers", "remove", "ada", "lin!", "--dry-run"}, 1, "");
  expect({"customers", "remove", "bob"}, 2, "Error: there is no customer bob\n");
  expect({"add-customer"}, 2, "Error: Missing argument 'NAME'; 'app add-customer --help' tells more.\n");
  expect({"add-customer", "lin", "--copies", "x"}, 2,
         "Error: Invalid value for '--copies': 'x' is not a valid integer.\n");
  expect({"reports", "send", "monday"}, 0, "");
  return failures;
}
