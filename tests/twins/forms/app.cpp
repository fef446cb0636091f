// SPDX-License-Identifier: BSD-3-Clause
// Forms of every kind of field and validator: see app.py.
#include "forms.h"
#include <retort/ext/wtf/message_catalogue.h>

using namespace retort;

namespace twin {

wtf::FormOptions options(const Value& data) {
  wtf::FormOptions out;
  out.prefix = request->args.get("prefix", "");
  out.csrf = false;
  if (!request->args.get("data", "").empty()) out.data = data;
  return out;
}

std::string shown(const wtf::FormHandle& form) {
  const bool valid = request->args.get("submit", "1") == "1" ? form.validate_on_submit() : form.validate();
  return render_template("form.html", {{"form", form}, {"valid", valid}});
}

namespace {

const wtf::Translations* language() {
  static const Owned<wtf::Translations> german =
      wtf::load_catalogue("/usr/lib/python3/dist-packages/wtforms/locale/de/LC_MESSAGES/wtforms.mo");
  return request->args.get("lang", "") == "de" ? german.get() : nullptr;
}

App create_app() {
  App app{"forms"};
  app.config["SECRET_KEY"] = "twins";
  wtf::translations(app, language);
  app.route<text>("/text", {GET, POST});
  app.route<checked>("/checked", {GET, POST});
  app.route<numbers>("/numbers", {GET, POST});
  app.route<times>("/times", {GET, POST});
  app.route<choices>("/choices", {GET, POST});
  app.route<nested>("/nested", {GET, POST});
  app.route<upload>("/upload", {GET, POST});
  return app;
}

}  // namespace
}  // namespace twin

int main(int argc, char** argv) { return retort::main(twin::create_app, argc, argv); }
