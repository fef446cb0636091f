// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What app.cpp serves; each function shows one form of app.py.
#include <string>

#include <retort/ext/wtf/form.h>
#include <retort/retort.h>

namespace twin {

/// What the request asks of a form: its prefix, its data, its language.
retort::wtf::FormOptions options(const retort::Value& data);
std::string shown(const retort::wtf::FormHandle& form);

std::string text();
std::string checked();
std::string numbers();
std::string times();
std::string choices();
std::string nested();
std::string upload();

}  // namespace twin
