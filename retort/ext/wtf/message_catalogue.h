// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// MessageCatalogue: translations out of a compiled catalogue, GNU gettext's .mo file (Python:
// gettext.GNUTranslations). Those that come with WTForms fit as they are:
//
//   wtf::translations(app, wtf::load_catalogue("translations/de/LC_MESSAGES/wtforms.mo"));
//
// Const and shared by threads once it is read.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/owned.h"
#include "retort/base/result.h"
#include "retort/ext/wtf/detail/plural_rule.h"
#include "retort/ext/wtf/translations.h"

namespace retort::wtf {

class MessageCatalogue final : public Translations {
 public:
  /// Reads the bytes of a file, of either byte order. They need not be trusted: nothing beyond
  /// them is read, and what does not fit is an Error. Text must be UTF-8.
  static Result<MessageCatalogue> parse(std::string data);

  std::string gettext(std::string_view message) const override;
  std::string ngettext(std::string_view singular, std::string_view plural, std::int64_t n) const override;

  /// How many messages it has, its header aside.
  std::size_t size() const { return entries_.size(); }

 private:
  struct Piece {
    std::size_t at = 0;
    std::size_t size = 0;
  };
  struct Entry {
    Piece id;
    Piece text;  // its plural forms between NULs
    bool plural = false;
  };

  std::string_view piece(Piece piece) const { return std::string_view(data_).substr(piece.at, piece.size); }
  const Entry* find(std::string_view id) const;
  /// The i-th of its forms; empty when it has fewer.
  std::string_view form(const Entry& entry, std::uint64_t i) const;
  bool read_pieces(std::size_t table, std::size_t i, bool swapped, Piece& out) const;
  Result<void> read_entries();
  Result<void> read_header(std::string_view header);

  std::string data_;
  std::vector<Entry> entries_;  // by id
  detail::PluralRule plural_;
};

/// A catalogue's file. Throws std::runtime_error that names it when it cannot be read.
Owned<Translations> load_catalogue(const std::string& path);

}  // namespace retort::wtf
