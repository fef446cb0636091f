// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <retort/retort.h>

// Each adds its views, as the module of that name does to the Flask application.
void add_request_views(retort::App& app);
void add_response_views(retort::App& app);
void add_session_views(retort::App& app);
void add_helper_views(retort::App& app);
void add_pages(retort::App& app);
void add_routing_views(retort::App& app);
