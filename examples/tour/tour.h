// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The snippets of a Flask tutorial, in its order, in Retort's words. README.md tells which is where.
#include <retort/retort.h>

retort::App create_hello();
/// The application factory: "default", "testing" or "production".
retort::App create_app(std::string_view config_name = "default");
/// An API, whose errors are JSON.
retort::App create_api();

retort::Blueprint main_blueprint();
retort::Blueprint auth_blueprint();

void add_routes(retort::App& app);
void add_requests(retort::App& app);
void add_responses(retort::App& app);
void add_pages(retort::App& app);
void add_errors(retort::App& app);
void add_log_file(retort::App& app, const std::string& path);
