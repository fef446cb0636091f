// SPDX-License-Identifier: BSD-3-Clause
// The code of docs/forms.md.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "check.h"
#include <retort/ext/wtf/templates.h>
#include <retort/ext/wtf/wtf.h>
#include <retort/retort.h>
#include <retort/testing/client.h>

using namespace retort;

namespace login {

struct LoginForm {
  wtf::StringField email{"Email", {wtf::data_required(), wtf::email()}};
  wtf::PasswordField password{"Password", {wtf::data_required()}};
  wtf::BooleanField remember{"Remember me"};
  wtf::SubmitField submit{"Log in"};
};

constexpr std::string_view kPage = R"(
<form method="post">
  {{ form.hidden_tag() }}
  <p>{{ form.email.label }} {{ form.email(class_="wide", autocomplete="email") }}</p>
  {%- for error in form.email.errors %}
  <p class="error">{{ error }}</p>
  {%- endfor %}
  <p>{{ form.password.label }} {{ form.password() }}</p>
  <p>{{ form.remember() }} {{ form.remember.label }}</p>
  {{ form.submit() }}
</form>
)";

Response log_in() {
  auto form = wtf::form<LoginForm>();
  if (form.validate_on_submit()) {
    session["email"] = form->email.data;
    session.permanent(form->remember.data);
    return redirect("/");
  }
  return make_response(render_template_string(kPage, {{"form", form}}));
}

}  // namespace login

namespace article {

std::string stripped(std::string text) {
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

struct ArticleForm {
  wtf::StringField title{"Title",
                         {wtf::data_required(), wtf::length(1, 80)},
                         {.description = "As short as it can be", .filters = {stripped}}};
  wtf::TextAreaField body{"Body", {wtf::data_required()}, {.render_kw = Value::dict({{"rows", 12}})}};
  wtf::DateField published{"Published", {wtf::optional()}, {.default_ = [] { return utcnow().date(); }}};
  wtf::IntegerField pages{"Pages", {wtf::number_range(1, 500)}, {.default_ = 1}};
  wtf::DecimalField price{"Price", {wtf::optional()}, {.places = 2}};
};

struct Article {
  std::string title;
  std::string body;
  std::optional<Date> published;
  std::int64_t pages = 1;
  std::optional<Decimal> price;
  bool approved = false;
};

Article stored{"Forms", "They are structs.", Date{2024, 5, 6}, 3, Decimal("9.5"), true};

std::string edit() {
  Article& article = stored;
  auto form = wtf::form<ArticleForm>(article);
  if (form.validate_on_submit()) {
    form.populate_obj(article);
    return "saved";
  }
  return render_template_string("{% from 'wtf/form.html' import render_form %}{{ render_form(form) }}",
                                {{"form", form}});
}

Value api() {
  auto form = wtf::form<ArticleForm>({.csrf = false});
  if (!form.validate_on_submit()) return form.errors();
  return form.data();
}

}  // namespace article

namespace checks_of_ones_own {

bool taken(std::string_view name) { return name == "ada"; }

void unused(const wtf::StringField& name) {
  if (taken(name.data)) throw wtf::ValidationError(name.gettext("This name is taken."));
}

void no_spaces(const std::string& text) {
  if (text.find(' ') != std::string::npos) throw wtf::ValidationError("Without spaces, please.");
}

/// A validator with an argument: a function that makes one.
wtf::Validator divisible_by(std::int64_t divisor) {
  return {[divisor](std::int64_t number) {
            if (number % divisor != 0) throw wtf::ValidationError("Not divisible.");
          },
          {{"step", divisor}}};
}

struct RegisterForm {
  wtf::StringField name{"Name", {wtf::data_required(), no_spaces, unused}};
  wtf::PasswordField password{"Password", {wtf::length(8)}};
  wtf::PasswordField confirm{"Confirm", {wtf::equal_to("password", "They differ.")}};
  wtf::IntegerField eggs{"Eggs", {divisible_by(6)}};
  wtf::StringField code{"Code", {[](const RegisterForm& form, const std::string& code) {
                          if (code != form.name.data + "!") throw wtf::ValidationError("Not your code.");
                        }}};

  // Of the whole form, once each field is valid.
  void validate() {
    if (password.data == name.data) throw wtf::ValidationError("The password is the name.");
    if (password.data == "password") password.errors.push_back("Everybody's password.");
  }
};

}  // namespace checks_of_ones_own

namespace choosing {

enum class Color : std::uint8_t { red, green, dark_blue };

std::vector<wtf::Choice<std::int64_t>> load_shops() { return {{1, "Rome"}, {2, "Oslo"}}; }

struct OrderForm {
  wtf::SelectField size{"Size", {}, {.choices = {{"s", "Small"}, {"m", "Medium"}, {"l", "Large"}}}};
  wtf::SelectField language{"Language",
                            {},
                            {.choices = wtf::groups({{"Compiled", {{"cpp", "C++"}, {"rs", "Rust"}}},
                                                     {"Interpreted", {{"py", "Python"}}}})}};
  wtf::SelectFieldOf<Color> color{"Color"};  // its enumerators
  wtf::SelectFieldOf<std::int64_t> shop{"Shop", {}, {.choices = load_shops}};
  wtf::RadioField payment{"Payment", {}, {.choices = {"card", "cash"}, .default_ = "card"}};
  wtf::SelectMultipleField extras{"Extras"};
};

std::string order() {
  auto form = wtf::form<OrderForm>({.formdata = *request->args});
  form->extras.choices = {{"gift", "As a gift"}, {"fast", "By tomorrow"}};
  if (!form.validate()) return form.errors().str();
  return form->color.data == Color::dark_blue ? "a good choice" : "very well";
}

}  // namespace choosing

namespace nested {

struct AddressForm {
  wtf::StringField street{"Street", {wtf::data_required()}};
  wtf::StringField city{"City", {wtf::data_required()}};
};

struct PersonForm {
  wtf::StringField name{"Name"};
  wtf::FormField<AddressForm> home{"Home"};
  wtf::FieldList<wtf::StringField> tags{
      wtf::StringField{"Tag", {wtf::length(1, 20)}}, "Tags", {}, {.max_entries = 5}};
};

struct Address {
  std::string street;
  std::string city;
};
struct Person {
  std::string name;
  Address home;
  std::vector<std::string> tags;
};

std::string change(Person& person) {
  auto form = wtf::form<PersonForm>(person);
  if (!form.validate_on_submit()) return form.errors().str();
  form.populate_obj(person);
  for (wtf::StringField& tag : form->tags) tag.data += ",";
  return form->home->city.data;
}

}  // namespace nested

namespace files {

struct PhotoForm {
  wtf::FileField photo{"Photo", {wtf::file_required(), wtf::file_allowed({"jpg", "png"}, "Images only!")}};
};

std::string upload() {
  auto form = wtf::form<PhotoForm>();
  if (!form.validate_on_submit()) return form.errors().str();
  return std::to_string(form->photo.data->size()) + " bytes";
}

}  // namespace files

namespace ones_own {

/// Words with commas between them.
class TagsField : public wtf::FieldOf<std::vector<std::string>> {
 public:
  TagsField(wtf::LabelText label, wtf::OptionsOf<std::vector<std::string>> options = {})
      : FieldOf(std::move(label), {}, std::move(options)) {}

  std::string_view type() const override { return "TagsField"; }
  Owned<wtf::Field> clone() const override { return Owned<wtf::Field>(new TagsField(*this)); }
  Value value_text() const override {
    std::string out;
    for (const std::string& tag : data) out += out.empty() ? tag : ", " + tag;
    return out;
  }

 protected:
  void process_formdata(const std::vector<std::string>& values) override {
    if (values.empty()) return;
    std::vector<std::string> tags{""};
    for (const char c : values.front()) {
      if (c == ',') {
        tags.emplace_back();
      } else if (c != ' ') {
        tags.back() += c;
      }
    }
    if (tags.back().empty()) throw ValueError("An empty tag.");
    put(std::move(tags));
  }
  const wtf::Widget& default_widget() const override {
    static const wtf::TextInput widget;
    return widget;
  }
};

Markup stars(const wtf::Field& field, wtf::Attributes attributes) {
  attributes.set_default("max", 5);
  return wtf::RangeInput{}(field, std::move(attributes));
}

struct ReviewForm {
  TagsField tags{"Tags"};
  wtf::IntegerField rating{"Rating", {}, {.widget = stars}};
};

}  // namespace ones_own

namespace {

App make_app() {
  App app{"forms"};
  app.config["SECRET_KEY"] = "from the environment, in earnest";
  app.config["WTF_CSRF_ENABLED"] = false;
  wtf::init_app(app);
  app.route<login::log_in>("/login", {GET, POST});
  app.route<article::edit>("/edit", {GET, POST});
  app.route<article::api>("/api", {POST});
  app.route<choosing::order>("/order");
  app.route<files::upload>("/upload", {POST});
  app.post("/person", "person", [] {
    nested::Person person{"ada", {"Main", "Oslo"}, {}};
    return nested::change(person) + person.home.street;
  });
  return app;
}

template <class F>
std::string errors_of(const http::MultiDict& sent) {
  auto form = wtf::form<F>({.formdata = sent});
  form.validate();
  return form.errors().str();
}

void check_pages(guide::Checks& check) {
  App app = make_app();
  TestClient client(app);
  check.equal(client.get("/login").status_code, 200, "the form");
  check.equal(client.post("/login", {.form = {{"email", "ada"}}}).text().find("Invalid email address.") !=
                  std::string::npos,
              true, "its errors");
  check.equal(client.post("/login", {.form = {{"email", "a@example.com"}, {"password", "x"}}}).location(),
              "/", "logged in");
  check.equal(client.get("/edit").text().find("value=\"9.50\"") != std::string::npos, true, "from an object");
  check.equal(
      client
          .post("/edit",
                {.form =
                     {{"title", "New "}, {"body", "x"}, {"pages", 4}, {"price", ""}, {"approved", "false"}}})
          .text(),
      "saved", "into the object");
  check.equal(article::stored.title, "New", "filtered");
  check.equal(article::stored.approved, true, "not in the form");
  check.equal(client.post("/api", {.json = json({{"title", "T"}, {"body", "B"}, {"pages", 900}})}).text(),
              "{\"pages\":[\"Number must be between 1 and 500.\"]}\n", "JSON");
  check.equal(client.get("/order?size=s&language=py&color=dark_blue&shop=2&payment=cash&extras=gift").text(),
              "a good choice", "choices");
  check.equal(client.post("/person", {.form = {{"home-street", "Side"}, {"home-city", "Rome"}}}).text(),
              "RomeSide", "nested");
  check.equal(client.post("/upload", {.files = {{"photo", "a.gif", "GIF"}}}).text(),
              "{'photo': ['Images only!']}", "files");
}

void check_own(guide::Checks& check) {
  using checks_of_ones_own::RegisterForm;
  check.equal(
      errors_of<RegisterForm>(
          {{"name", "ada"}, {"password", "password"}, {"confirm", "password"}, {"eggs", "7"}, {"code", "x"}}),
      "{'name': ['This name is taken.'], 'eggs': ['Not divisible.'], 'code': ['Not your code.']}",
      "validators");
  check.equal(errors_of<RegisterForm>({{"name", "bob"},
                                       {"password", "password"},
                                       {"confirm", "password"},
                                       {"eggs", "6"},
                                       {"code", "bob!"}}),
              "{'password': [\"Everybody's password.\"]}", "the whole");
  const http::MultiDict sent{{"tags", "a, b"}};
  auto form = wtf::form<ones_own::ReviewForm>({.formdata = sent});
  check.equal(std::string(form->tags().view()), R"(<input id="tags" name="tags" type="text" value="a, b">)",
              "a kind of its own");
  check.equal(std::string(form->rating().view()),
              R"(<input id="rating" max="5" name="rating" type="range" value="">)", "a widget of its own");
}

}  // namespace

int main() {
  guide::Checks check;
  check_pages(check);
  check_own(check);
  return check.failures();
}
