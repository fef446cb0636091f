// SPDX-License-Identifier: BSD-3-Clause
#include "retort/routing/map.h"

#include <charconv>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/routing/factories.h"

namespace retort::routing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// "endpoint {name=value ...}", "redirect to", "405 GET,...", "404", "websocket".
std::string show(const MatchResult& result) {
  switch (result.kind) {
    case MatchKind::not_found:
      return "404";
    case MatchKind::websocket_mismatch:
      return "websocket";
    case MatchKind::redirect:
      return "redirect " + result.location;
    case MatchKind::method_not_allowed: {
      std::string text = "405";
      for (const std::string_view method : result.allowed_methods()) text += " " + std::string(method);
      return text;
    }
    case MatchKind::match:
      break;
  }
  std::string text(result.rule->endpoint());
  for (const auto& [name, value] : result.values()) text += " " + name + "=" + value.str();
  return text;
}

std::string matched(const Map& map, std::string_view path, std::string_view method = "GET",
                    bool websocket = false, std::string_view host = "") {
  MatchResult result;
  map.match(host, path, method, websocket, result);
  return show(result);
}

Map made(std::initializer_list<std::pair<const char*, const char*>> rules, MapOptions options = {}) {
  Map map(options);
  for (const auto& [rule, endpoint] : rules) map.add(rule, endpoint);
  map.compile();
  return map;
}

struct Case {
  const char* path;
  const char* expected;
};

void check(const Map& map, std::initializer_list<Case> cases) {
  for (const Case& c : cases) EXPECT_EQ(matched(map, c.path), c.expected) << c.path;
}

TEST(Map, MatchesByWeightAndNotByOrder) {
  const Map map = made({{"/<path:p>", "path"},
                        {"/<v>", "string"},
                        {"/<int:i>", "int"},
                        {"/<float:f>", "float"},
                        {"/static", "static"},
                        {"/<a>/<b>", "two"},
                        {"/<int:a>/<b>", "inttwo"},
                        {"/<a>/fixed", "fixed"},
                        {"/pre-<v>", "pre"},
                        {"/pre-<int:v>-post", "prepost"},
                        {"/<path:p>.txt", "txt"},
                        {"/<path:p>/end", "end"}});
  check(map, {{"/static", "static"},
              {"/5", "int i=5"},
              {"/5.5", "float f=5.5"},
              {"/abc", "string v=abc"},
              {"/5/b", "inttwo a=5 b=b"},
              {"/a/fixed", "fixed a=a"},
              {"/pre-5-post", "prepost v=5"},
              {"/pre-x-post", "pre v=x-post"},
              {"/a/b.txt", "txt p=a/b"},
              {"/a/b/c", "path p=a/b/c"},
              {"/a/b/end", "end p=a/b"},
              {"/", "404"}});
}

TEST(Map, MatchesPartsOfManyVariablesAsPythonsRegexesDo) {
  const Map map = made({{"/<int:a>-<int:b>", "range"},
                        {"/<a>-<b>", "dash"},
                        {"/img_<int:w>x<int:h>.<any(png,jpg):ext>", "img"},
                        {"/<a><b>", "adjacent"},
                        {"/x/<path:a>-<path:b>/y", "paths"},
                        {"/y/<string(length=2):a><string(minlength=2,maxlength=3):b>", "lengths"}});
  check(map, {{"/1-2", "range a=1 b=2"},
              {"/a-b-c", "dash a=a-b b=c"},
              {"/img_10x20.png", "img w=10 h=20 ext=png"},
              {"/abc", "adjacent a=ab b=c"},
              {"/x/a-b-c/d/y", "paths a=a b=b-c/d"},
              {"/x/a/-/y", "404"},
              {"/y/\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f", "lengths a=\xc3\xa4\xc3\xb6 b=\xc3\xbc\xc3\x9f"},
              {"/y/abc", "404"}});
}

TEST(Map, ConvertsValuesAndRefusesThoseOutOfRange) {
  const Map map = made({{"/i/<int:v>", "int"},
                        {"/s/<int(signed=True,min=2,max=5):v>", "bounds"},
                        {"/d/<int(fixed_digits=4):v>", "digits"},
                        {"/f/<float(min=1.5,max=2.5):v>", "float"},
                        {"/u/<uuid:v>", "uuid"},
                        {"/r/<int(min=2):v>", "refuses"},
                        {"/r/<v>", "never"}});
  check(map, {{"/i/007", "int v=7"},
              {"/i/-1", "404"},
              {"/i/9223372036854775807", "int v=9223372036854775807"},
              {"/i/9223372036854775808", "404"},
              {"/s/5", "bounds v=5"},
              {"/s/6", "404"},
              {"/s/-3", "404"},
              {"/d/0042", "digits v=42"},
              {"/d/42", "404"},
              {"/f/2.5", "float v=2.5"},
              {"/f/2.51", "404"},
              {"/f/2", "404"},
              {"/u/A8098C1A-F86E-11DA-BD1A-00112444BE1E", "uuid v=a8098c1a-f86e-11da-bd1a-00112444be1e"},
              {"/u/a8098c1a", "404"},
              // A value that a rule refuses is not offered to the next: Werkzeug's way.
              {"/r/1", "404"}});
}

TEST(Map, MatchesWideIntegersOnlyWhenAskedTo) {
  const Map map =
      made({{"/<int:v>", "int"}, {"/s/<int(signed=True,max=5):v>", "low"}}, {.wide_integers = true});
  EXPECT_EQ(matched(map, "/0099999999999999999999"), "int v=99999999999999999999");
  EXPECT_EQ(matched(map, "/s/-99999999999999999999"), "low v=-99999999999999999999");
  EXPECT_EQ(matched(map, "/s/99999999999999999999"), "404");
}

TEST(Map, RedirectsForSlashes) {
  Map map;
  map.add("/leaf", "leaf");
  map.add("/branch/", "branch");
  map.add("/loose/", "loose", {.strict_slashes = false});
  map.add("/looseleaf", "looseleaf", {.strict_slashes = false});
  map.add("/p/<path:x>/", "p");
  map.add("/nm//x", "nm", {.merge_slashes = false});
  map.add("/\xc3\xa4 b/", "quoted");
  map.compile();
  check(map, {{"/leaf/", "404"},
              {"/branch", "redirect /branch/"},
              {"/branch//", "redirect /branch/"},
              {"//branch", "redirect /branch/"},
              {"/loose", "loose"},
              {"/looseleaf/", "looseleaf"},
              {"/p/a/b", "redirect /p/a/b/"},
              {"/p/a//b/", "p x=a//b"},
              {"/nm//x", "nm"},
              {"/nm/x", "404"},
              {"/\xc3\xa4 b", "redirect /%C3%A4%20b/"},
              {"", "404"}});
}

TEST(Map, TellsWhichMethodsThePathHas) {
  Map map;
  map.add("/", "get", {.methods = {{"get"}}});
  map.add("/", "post", {.methods = {{"POST", "purge"}}});
  map.add("/any", "any");
  map.compile();
  EXPECT_EQ(matched(map, "/", "GET"), "get");
  EXPECT_EQ(matched(map, "/", "HEAD"), "get");
  EXPECT_EQ(matched(map, "/", "PURGE"), "post");
  EXPECT_EQ(matched(map, "/", "DELETE"), "405 GET HEAD POST PURGE");
  EXPECT_EQ(matched(map, "/", "BREW"), "405 GET HEAD POST PURGE");
  EXPECT_EQ(matched(map, "/any", "BREW"), "any");
}

TEST(Map, KeepsWebSocketsApart) {
  Map map;
  map.add("/ws", "ws", {.websocket = true});
  map.add("/both", "http");
  map.add("/both", "socket", {.websocket = true});
  map.compile();
  EXPECT_EQ(matched(map, "/ws"), "websocket");
  EXPECT_EQ(matched(map, "/ws", "GET", true), "ws");
  EXPECT_EQ(matched(map, "/both"), "http");
  EXPECT_EQ(matched(map, "/both", "GET", true), "socket");
}

TEST(Map, MatchesSubdomainsAndHosts) {
  Map sub({.default_subdomain = "www"});
  sub.add("/", "www");
  sub.add("/", "user", {.subdomain = "<user>"});
  sub.add("/", "api", {.subdomain = "v<int:ver>.api"});
  sub.compile();
  EXPECT_EQ(matched(sub, "/", "GET", false, "www"), "www");
  EXPECT_EQ(matched(sub, "/", "GET", false, "bob"), "user user=bob");
  EXPECT_EQ(matched(sub, "/", "GET", false, "v2.api"), "api ver=2");
  EXPECT_EQ(matched(sub, "/", "GET", false, ""), "404");

  Map host({.host_matching = true});
  host.add("/", "a", {.host = "a.example.org"});
  host.add("/p", "wild", {.host = "<sub>.example.org:8080"});
  host.compile();
  EXPECT_EQ(matched(host, "/", "GET", false, "a.example.org"), "a");
  EXPECT_EQ(matched(host, "/p", "GET", false, "x.example.org:8080"), "wild sub=x");
  EXPECT_EQ(matched(host, "/p", "GET", false, "x.example.org"), "404");
}

TEST(Map, RedirectsToTheRuleOfTheDefaults) {
  Map map;
  map.add("/all/", "all", {.defaults = {{"page", 1}}});
  map.add("/all/page/<int:page>", "all");
  map.add("/old/<name>", "old", {.redirect_to = "new/<name>?x=1"});
  map.add("/index.html", "index", {.alias = true});
  map.add("/", "index");
  map.compile();
  check(map, {{"/all/", "all page=1"},
              {"/all/page/1", "redirect /all/"},
              {"/all/page/2", "all page=2"},
              {"/old/a b", "redirect new/a%20b?x=1"}});
  MatchResult result;
  map.match("", "/index.html", "GET", false, result);
  EXPECT_EQ(result.kind, MatchKind::redirect);
  EXPECT_EQ(result.cause, RedirectCause::alias);
}

TEST(Map, RefusesMistakesAndNamesTheRuleAndThePlace) {
  const struct {
    const char* rule;
    std::size_t position;
    const char* message;
  } cases[] = {{"a", 0, "must start with a slash"},
               {"/<a>/<b", 5, "not closed"},
               {"/<nope:a>", 1, "the converter 'nope' does not exist"},
               {"/x/<int(foo=1):a>", 3, "takes no argument 'foo'"},
               {"/<int(min=1,min=-5):a>", 1, "cannot parse"},
               {"/<string(1, 2, 3, 4):a>", 1, "at most 3 arguments"},
               {"/<string(minlength=3,maxlength=2):a>", 1, "minlength above"},
               {"/<any(10, 20):a>", 1, "needs texts"},
               {"/<a>/<a>", 5, "used twice"}};
  for (const auto& c : cases) {
    Map map;
    try {
      map.add(c.rule, "e");
      ADD_FAILURE() << c.rule;
    } catch (const RuleError& error) {
      EXPECT_THAT(error.what(), HasSubstr(c.message)) << c.rule;
      EXPECT_THAT(error.what(), HasSubstr(c.rule));
      EXPECT_EQ(error.position(), c.position) << c.rule;
    }
    map.compile();
    EXPECT_EQ(matched(map, "/x"), "404");  // nothing of it stays
  }
}

TEST(Map, RefusesRulesThatMatchWhatOthersDo) {
  Map map;
  map.add("/page/<a>", "a");
  EXPECT_THROW(map.add("/page/<b>", "b"), DuplicateRuleError);
  map.add("/page/<b>", "socket", {.websocket = true});
  map.add("/m", "get", {.methods = {{"GET", "OPTIONS"}}});
  map.add("/m", "post", {.methods = {{"POST", "OPTIONS"}}});
  EXPECT_THROW(map.add("/m", "again", {.methods = {{"POST"}}}), DuplicateRuleError);
  EXPECT_THROW(map.add("/m", "any"), DuplicateRuleError);
  EXPECT_THROW(map.add("/s", "s", {.methods = {{"POST"}}, .websocket = true}), RuleError);
  EXPECT_THROW(map.add("/r", "r", {.redirect_to = "/<nope>"}), RuleError);
  map.compile();
  EXPECT_THROW(map.add("/late", "late"), RuleError);
}

TEST(Map, MustBeCompiledBeforeItMatches) {
  Map map;
  MatchResult result;
  EXPECT_THROW(map.match("", "/", "GET", false, result), std::logic_error);
}

TEST(Map, ListsRulesByEndpointInTheirOrderOfBuilding) {
  Map map;
  map.add("/a", "e");
  map.add("/b", "f");
  map.add("/a/<x>", "e");
  map.compile();
  std::vector<std::string_view> rules;
  for (const Rule* rule : map.iter_rules()) rules.push_back(rule->rule());
  EXPECT_THAT(rules, ElementsAre("/a/<x>", "/a", "/b"));
  EXPECT_EQ(map.iter_rules("e").size(), 2U);
  EXPECT_TRUE(map.iter_rules("none").empty());
  EXPECT_TRUE(map.is_endpoint_expecting("e", {"x"}));
  EXPECT_FALSE(map.is_endpoint_expecting("f", {"x"}));
  EXPECT_EQ(map[2].rule(), "/a/<x>");
  EXPECT_EQ(map[2].index(), 2U);
  EXPECT_EQ(map[2].variables()[0].name, "x");
}

// Hexadecimal numbers; the value is an integer.
class HexConverter : public Converter {
 public:
  explicit HexConverter(const ConverterArguments& arguments) {
    if (const Variable* digits = arguments.get("digits", 0)) digits_ = *digits->integer();
  }
  std::string regex() const override {
    return digits_ ? "[0-9a-f]{" + std::to_string(digits_) + "}" : "([0-9a-f])+";
  }
  std::optional<Variable> to_value(std::string_view text) const override {
    std::int64_t value = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), value, 16).ptr;
    if (end != text.data() + text.size() || value == 0xbad) return std::nullopt;
    return value;
  }

 private:
  std::int64_t digits_ = 0;
};

TEST(Map, TakesConvertersOfTheApplication) {
  Map map;
  map.add_converter("hex", [](const ConverterArguments& a) { return std::make_unique<HexConverter>(a); });
  map.add("/<hex:v>", "hex");
  map.add("/x/<hex(2):a>-<b>.<hex:c>", "mixed");
  map.compile();
  check(map, {{"/ff", "hex v=255"},
              {"/fg", "404"},
              {"/bad", "404"},
              {"/x/0a-b-c.d.1f", "mixed a=10 b=b-c.d c=31"},
              {"/x/0aa-b.1", "404"}});
  Map broken;
  broken.add_converter("none", [](const ConverterArguments&) { return std::unique_ptr<Converter>(); });
  EXPECT_THROW(broken.add("/<none:v>", "e"), RuleError);
}

TEST(Map, MatchesRulesOfManyVariables) {
  std::string rule, path;
  for (int i = 0; i < 400; ++i) {
    rule += "/<int:v" + std::to_string(i) + ">";
    path += "/" + std::to_string(i);
  }
  Map map;
  map.add(rule, "many");
  map.add("/<a>", "one");
  map.compile();
  MatchResult result;
  map.match("", path, "GET", false, result);
  ASSERT_EQ(result.kind, MatchKind::match);
  ASSERT_EQ(result.size(), 400U);
  for (std::size_t i = 0; i < 400; ++i) EXPECT_EQ(result[i].integer(), static_cast<std::int64_t>(i));
  map.match("", "/x", "GET", false, result);  // the same result holds a small one next
  ASSERT_EQ(result.size(), 1U);
  EXPECT_EQ(result[0].text(), "x");
}

TEST(Map, StaysQuickWhenAPartHasManyWaysToFail) {
  // Backtracking without memory would need about 60,000 to the fifth steps here.
  const Map map =
      made({{"/<a>-<b>-<c>-<d>-<e>!", "dashes"}, {"/p/<path:a>x<path:b>x<path:c>x<path:d>!", "paths"}});
  const std::string dashes(60000, '-'), exes(60000, 'x');
  EXPECT_EQ(matched(map, "/" + dashes), "404");
  EXPECT_EQ(matched(map, "/p/" + exes), "404");
}

TEST(Factories, PutPathsEndpointsAndSubdomainsBeforeRules) {
  Map map;
  map.add(Submount("/blog/", RuleOf("/", "index"),
                   EndpointPrefix("entry.", RuleOf("/<slug>", "show", {.methods = {{"GET"}}}),
                                  Submount("/x", RuleOf("/y", "y")))));
  map.add(Subdomain("<lang>", RuleOf("/", "home")));
  map.compile();
  EXPECT_EQ(matched(map, "/blog/"), "index");
  EXPECT_EQ(matched(map, "/blog/a"), "entry.show slug=a");
  EXPECT_EQ(matched(map, "/blog/a", "POST"), "405 GET HEAD");
  EXPECT_EQ(matched(map, "/blog/x/y"), "entry.y");
  EXPECT_EQ(matched(map, "/", "GET", false, "de"), "home lang=de");
}

TEST(Factories, FillTemplates) {
  const RuleTemplate resource(RuleOf("/$name/", "$name.list", {.defaults = {{"kind", "${name}s"}}}),
                              RuleOf("/$name/$$/<int:id>", "$name.show"));
  Map map;
  map.add(resource.with({{"name", "user"}}));
  map.add(resource.with({{"name", "page"}}));
  EXPECT_THROW(map.add(resource.with({})), RuleError);
  map.compile();
  EXPECT_EQ(matched(map, "/user/"), "user.list kind=users");
  EXPECT_EQ(matched(map, "/page/$/7"), "page.show id=7");
}

}  // namespace
}  // namespace retort::routing
