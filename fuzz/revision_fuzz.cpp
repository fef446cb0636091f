// SPDX-License-Identifier: BSD-3-Clause
// Revision files: each is read or refused with its path and line, and what was read is written and
// reads back the same. The header of Alembic's files as well.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "retort/migrate/error.h"
#include "retort/migrate/revision.h"

namespace {

using namespace retort::migrate;  // NOLINT: a program of one page

void check(bool holds) {
  if (!holds) std::abort();
}

void check_refusal(const MigrationError& error) { check(std::string_view(error.what()).starts_with("f:")); }

void round(std::string_view text) {
  Revision revision;
  try {
    revision = parse_revision(text, "f");
  } catch (const MigrationError& error) {
    return check_refusal(error);
  }
  std::string written;
  try {
    written = revision_text(revision);
  } catch (const MigrationError&) {
    return;  // it has no words for a line break in a literal
  }
  const Revision again = parse_revision(written, "f");
  check(again.id == revision.id && again.parents == revision.parents && again.date == revision.date);
  check(again.up == revision.up && again.down == revision.down);
  check(revision_text(again) == written);
  check(parse_alembic_revision(alembic_text(revision), "f").id == revision.id);
  check(parse_alembic_revision(alembic_text(revision), "f").parents == revision.parents);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  round(text);
  try {
    parse_alembic_revision(text, "f");
  } catch (const MigrationError& error) {
    check_refusal(error);
  }
  return 0;
}
