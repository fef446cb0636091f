// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/mimetype.h"

#include <algorithm>
#include <string>

#include "retort/base/text.h"
#include "retort/http/field_view.h"

namespace retort::http {
namespace {

struct Known {
  std::string_view extension;
  std::string_view value;
};

// By extension, which is in lower case. The types are IANA's where it has one.
constexpr Known kTypes[] = {
    {"3g2", "audio/3gpp2"},
    {"3gp", "audio/3gpp"},
    {"7z", "application/x-7z-compressed"},
    {"aac", "audio/aac"},
    {"ai", "application/postscript"},
    {"apng", "image/apng"},
    {"atom", "application/atom+xml"},
    {"avi", "video/x-msvideo"},
    {"avif", "image/avif"},
    {"azw3", "application/vnd.amazon.mobi8-ebook"},
    {"bat", "application/x-msdos-program"},
    {"bin", "application/octet-stream"},
    {"bmp", "image/bmp"},
    {"c", "text/x-csrc"},
    {"c++", "text/x-c++src"},
    {"cc", "text/x-c++src"},
    {"class", "application/java-vm"},
    {"cpp", "text/x-c++src"},
    {"crt", "application/x-x509-ca-cert"},
    {"css", "text/css"},
    {"csv", "text/csv"},
    {"cxx", "text/x-c++src"},
    {"deb", "application/vnd.debian.binary-package"},
    {"diff", "text/x-diff"},
    {"doc", "application/msword"},
    {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"dtd", "application/xml-dtd"},
    {"eot", "application/vnd.ms-fontobject"},
    {"eps", "application/postscript"},
    {"epub", "application/epub+zip"},
    {"exe", "application/x-msdos-program"},
    {"flac", "audio/flac"},
    {"flv", "video/x-flv"},
    {"geojson", "application/geo+json"},
    {"gif", "image/gif"},
    {"h", "text/x-chdr"},
    {"h++", "text/x-c++hdr"},
    {"hh", "text/x-c++hdr"},
    {"hpp", "text/x-c++hdr"},
    {"htm", "text/html"},
    {"html", "text/html"},
    {"ico", "image/vnd.microsoft.icon"},
    {"ics", "text/calendar"},
    {"ifb", "text/calendar"},
    {"jar", "application/java-archive"},
    {"java", "text/x-java"},
    {"jpe", "image/jpeg"},
    {"jpeg", "image/jpeg"},
    {"jpg", "image/jpeg"},
    {"js", "text/javascript"},
    {"json", "application/json"},
    {"jsonld", "application/ld+json"},
    {"jxl", "image/jxl"},
    {"key", "application/pgp-keys"},
    {"kml", "application/vnd.google-earth.kml+xml"},
    {"kmz", "application/vnd.google-earth.kmz"},
    {"latex", "application/x-latex"},
    {"m", "application/vnd.wolfram.mathematica.package"},
    {"m3u", "audio/mpegurl"},
    {"m3u8", "application/vnd.apple.mpegurl"},
    {"m4a", "audio/mp4"},
    {"m4v", "video/mp4"},
    {"md", "text/markdown"},
    {"mid", "audio/sp-midi"},
    {"mjs", "text/javascript"},
    {"mkv", "video/x-matroska"},
    {"mov", "video/quicktime"},
    {"mp2", "audio/mpeg"},
    {"mp3", "audio/mpeg"},
    {"mp4", "video/mp4"},
    {"mpeg", "video/mpeg"},
    {"mpg", "video/mpeg"},
    {"mpga", "audio/mpeg"},
    {"msi", "application/x-msi"},
    {"odg", "application/vnd.oasis.opendocument.graphics"},
    {"odp", "application/vnd.oasis.opendocument.presentation"},
    {"ods", "application/vnd.oasis.opendocument.spreadsheet"},
    {"odt", "application/vnd.oasis.opendocument.text"},
    {"oga", "audio/ogg"},
    {"ogg", "audio/ogg"},
    {"ogv", "video/ogg"},
    {"ogx", "application/ogg"},
    {"opus", "audio/ogg"},
    {"otf", "font/otf"},
    {"p12", "application/pkcs12"},
    {"patch", "text/x-diff"},
    {"pdf", "application/pdf"},
    {"pem", "application/pem-certificate-chain"},
    {"pkg", "application/vnd.apple.installer+xml"},
    {"pl", "text/x-perl"},
    {"png", "image/png"},
    {"ppt", "application/vnd.ms-powerpoint"},
    {"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    {"ps", "application/postscript"},
    {"psd", "image/vnd.adobe.photoshop"},
    {"py", "text/x-python"},
    {"qt", "video/quicktime"},
    {"rar", "application/vnd.rar"},
    {"rdf", "application/rdf+xml"},
    {"rss", "application/x-rss+xml"},
    {"rst", "text/prs.fallenstein.rst"},
    {"rtf", "application/rtf"},
    {"sh", "text/x-sh"},
    {"sql", "application/sql"},
    {"sqlite3", "application/vnd.sqlite3"},
    {"svg", "image/svg+xml"},
    {"swf", "application/vnd.adobe.flash.movie"},
    {"tar", "application/x-tar"},
    {"tex", "text/x-tex"},
    {"text", "text/plain"},
    {"tif", "image/tiff"},
    {"tiff", "image/tiff"},
    {"torrent", "application/x-bittorrent"},
    {"ts", "text/vnd.trolltech.linguist"},
    {"tsv", "text/tab-separated-values"},
    {"ttc", "font/collection"},
    {"ttf", "font/ttf"},
    {"txt", "text/plain"},
    {"usdz", "model/vnd.usdz+zip"},
    {"vcard", "text/vcard"},
    {"vcf", "text/vcard"},
    {"vtt", "text/vtt"},
    {"wasm", "application/wasm"},
    {"wav", "audio/x-wav"},
    {"webm", "video/webm"},
    {"webmanifest", "application/manifest+json"},
    {"webp", "image/webp"},
    {"wmv", "video/x-ms-wmv"},
    {"woff", "font/woff"},
    {"woff2", "font/woff2"},
    {"xht", "application/xhtml+xml"},
    {"xhtml", "application/xhtml+xml"},
    {"xls", "application/vnd.ms-excel"},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"xml", "application/xml"},
    {"xpi", "application/x-xpinstall"},
    {"xps", "application/vnd.ms-xpsdocument"},
    {"xsl", "application/xslt+xml"},
    {"xslt", "application/xslt+xml"},
    {"zip", "application/zip"},
    {"zst", "application/zstd"},
};

constexpr Known kEncodings[] = {
    {"Z", "compress"}, {"br", "br"}, {"bz2", "bzip2"}, {"gz", "gzip"}, {"xz", "xz"}};

// What one extension says for two: a.tgz is a.tar.gz.
struct Short {
  std::string_view extension, inner, outer;
};
constexpr Short kShort[] = {{"svgz", "svg", "gz"}, {"tgz", "tar", "gz"},   {"taz", "tar", "gz"},
                            {"tz", "tar", "gz"},   {"tbz2", "tar", "bz2"}, {"txz", "tar", "xz"}};

/// Cuts the extension off; empty when the name has none, as ".html".
std::string_view take_extension(std::string_view& name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || name.find_first_not_of('.') > dot) return {};
  const std::string_view extension = name.substr(dot + 1);
  name = name.substr(0, dot);
  return extension;
}

std::string_view encoding_of(std::string_view extension) {
  for (const Known& known : kEncodings) {
    if (known.extension == extension) return known.value;
  }
  return {};
}

std::string_view type_of(std::string_view extension) {
  const std::string low = text::to_lower(extension);
  const auto* found = std::lower_bound(std::begin(kTypes), std::end(kTypes), low,
                                       [](const Known& a, std::string_view b) { return a.extension < b; });
  return found != std::end(kTypes) && found->extension == low ? found->value : std::string_view();
}

}  // namespace

GuessedType guess_type(std::string_view filename) {
  const std::size_t slash = filename.rfind('/');
  std::string_view name = slash == std::string_view::npos ? filename : filename.substr(slash + 1);
  std::string_view extension = take_extension(name);
  for (const Short& one : kShort) {
    if (iequals(one.extension, extension)) return {type_of(one.inner), encoding_of(one.outer)};
  }
  const std::string_view encoding = encoding_of(extension);
  if (!encoding.empty()) extension = take_extension(name);
  return {type_of(extension), encoding};
}

}  // namespace retort::http
