// SPDX-License-Identifier: BSD-3-Clause
#include "app/commands.h"

#include <cstdio>
#include <iterator>
#include <string>

#include "app/models/models.h"
#include <retort/retort.h>

namespace flaskr {
namespace {

struct Person {
  const char* username;
  const char* email;
  const char* about;
};

constexpr Person kPeople[] = {
    {"demo", kSeedEmail, "I am here to be tried out."},
    {"ada", "ada@example.com", "Notes on engines, and on what they cannot originate."},
    {"grace", "grace@example.com", "Compilers, and the cutting of wire to the length of a nanosecond."},
    {"katherine", "katherine@example.com", "I check the numbers."},
};

struct Text {
  const char* title;
  const char* body;
};

// From the first to the latest.
constexpr Text kTexts[] = {
    {"Hello",
     "This is a blog with nobody behind it but a command that filled it. Log in, write something, and it "
     "is yours."},
    {"Thirty lines of style",
     "The browser can lay out a text by itself. Give it a width, some air and a good size of letters, and "
     "it asks for little more."},
    {"Slow by design",
     "A good hash of a password takes a moment. For one login that is nothing; for somebody who tries a "
     "million it is a year."},
    {"What a 404 is for",
     "It is for somebody who followed an old link, and is a little lost. Be kind, and show the way back."},
    {"Reading the plan",
     "Ask the database how it means to find your rows. It is often surprised by the question, and you by "
     "the answer."},
    {"On leaving things out",
     "There is no search here, no comments and no counter of views. Each would be a good post for another "
     "day."},
    {"The word \"just\"",
     "\"You just have to restart it.\" Take the word out of the manual, and see which steps were hidden "
     "behind it."},
    {"Index what you sort by",
     "The list of the latest posts was quick with ten of them, and with a thousand. With a million it "
     "read them all, to show ten."},
    {"Keys in the environment",
     "A secret in the source is known to everybody who has ever cloned it. Leave an example of the file "
     "there, and the file itself at home."},
    {"Tests that can fail",
     "Break the code on purpose, and see that the test notices. One that does not is decoration."},
    {"Two colours are enough",
     "One for the text, one for what can be pressed. A third for danger, if there is any."},
    {"A page for those who listen",
     "Close your eyes and let the computer read your form to you. What is the field called? What is wrong "
     "with it? Where do I go now?\n\nThen open them, and mend the form."},
    {"Dates without a country",
     "03/04 is a day in March for some and in April for others. Write the month as a word, and let the "
     "machine have its ISO date in the attribute."},
    {"The first line of a log",
     "It says which version has started, with which settings, and where they came from. Whoever is woken "
     "at night reads that line first."},
    {"Errors that say what to do",
     "\"Something is wrong\" helps nobody. Say what happened, whether anything was changed, and what "
     "comes next."},
    {"Backups are a habit",
     "The copy that you have never read back is a hope.\n\nWe read ours back on the first of each month, "
     "write down how long it took, and sleep well."},
    {"Pages, not endless rivers",
     "A list with numbers at its foot can be bookmarked, counted, and left. The footer can be reached, "
     "too."},
    {"Why logging out is a button",
     "A link can be followed by anything: a preview, a crawler, an image in somebody else's page. What "
     "changes something is a form, and carries a token."},
    {"Small forms",
     "Ask for what you need and for nothing else. A field that is not there is one that nobody fills in "
     "wrongly, and one that nobody can steal."},
    {"Templates, moved over unchanged",
     "The pages came from the old service. We copied the folder, and looked for what would be "
     "different.\n\nWe are still looking."},
    {"Name your constraints",
     "A database gives a name to what you do not name. On the day on which you want to change it, it is "
     "good to know which: give every constraint one at the beginning."},
    {"What the compiler knows about a URL",
     "The rule says <int:id>, and the function takes a number. Had it taken a text, this would not have "
     "compiled.\n\nThat is one test fewer to write."},
    {"A plain function that may wait",
     "A view is a function. It asks the database, and while the answer is on its way the thread serves "
     "somebody else.\n\nNothing in the function says so, and nothing has to."},
};

constexpr std::int64_t kPostDays = std::size(kTexts);

DateTime days_ago(std::int64_t days) {
  return naive_utc(datetime_of_unix(unix_seconds(utcnow()) - days * 24 * 60 * 60));
}

void add_people() {
  for (const Person& person : kPeople) {
    User user{.username = person.username,
              .email = person.email,
              .about = person.about,
              .created_at = days_ago(kPostDays + 7)};
    user.set_password(kSeedPassword);
    db.session().add(std::move(user));
  }
  db.session().commit();
}

// One a day up to now, the authors taking turns.
void add_posts() {
  for (std::size_t i = 0; i < std::size(kTexts); ++i) {
    const Person& author = kPeople[i * 3 % std::size(kPeople)];
    db.session().add(Post{.title = kTexts[i].title,
                          .body = kTexts[i].body,
                          .created_at = days_ago(kPostDays - static_cast<std::int64_t>(i)),
                          .author = user_named(author.username)});
  }
  db.session().commit();
}

}  // namespace

int seed_database() {
  if (current_app->config.boolean("SESSION_COOKIE_SECURE"))
    throw UsageError("seed-db is for development: everybody knows the password of its users");
  if (db.query<User>().exists()) {
    std::puts("There are users already; nothing is changed.");
    return 0;
  }
  add_people();
  add_posts();
  std::printf("Log in as %s, password %s\n", kSeedEmail, kSeedPassword);
  return 0;
}

void add_commands(App& app) { app.cli.command("seed-db", "Add users and posts to look at.", &seed_database); }

}  // namespace flaskr
