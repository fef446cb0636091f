// SPDX-License-Identifier: BSD-3-Clause
// The app that dev_loop.py edits, breaks, crashes and mends.
#include <map>
#include <stdexcept>

#include <retort/retort.h>

using namespace retort;

namespace shop {

struct Item {
  std::string name;
  double price = 0;
};

const std::map<std::int64_t, Item> kItems = {{1, {"Lamp", 24.5}}, {2, {"Chair", 89}}};

struct UnknownItem : std::runtime_error {
  using std::runtime_error::runtime_error;
};

const Item& find(std::int64_t id) {
  const auto found = kItems.find(id);
  if (found == kItems.end()) {
    throw UnknownItem("there is no item " + std::to_string(id) + " in the shop");
  }
  return found->second;
}

std::string index() {
  session["visits"] = 1;
  return render_template("index.html", {{"title", "The shop"}});
}

std::string show(std::int64_t id) {
  const Item& item = find(id);
  return render_template("item.html", {{"name", item.name}, {"price", item.price}});
}

std::string receipt(const std::string& number) {
  return render_template("receipt.html", {{"number", number}});
}

int first_of(const int* numbers) {
  return *numbers;  // the line that crashes
}

std::string count() { return std::to_string(first_of(nullptr)); }

}  // namespace shop

App create_app() {
  App app{"shop"};
  app.config["SECRET_KEY"] = "not to be seen on any page";
  app.get<shop::index>("/");
  app.get<shop::show>("/item/<int:id>");
  app.get<shop::receipt>("/receipt/<number>");
  app.get<shop::count>("/count");
  app.template_global("price_of", [](std::int64_t id) { return shop::find(id).price; });
  return app;
}
