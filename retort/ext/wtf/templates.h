// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The macros that come with the forms: a field or a whole form as HTML that keyboards and screen
// readers get along with, with classes to hang a style on.
//
//   {% from "wtf/form.html" import render_form, render_field %}
//   {{ render_form(form) }}
//   {{ render_field(form.email, autocomplete="email") }}
//
// A file of that name in the app's own template folder goes before.

namespace retort {
class App;
}

namespace retort::wtf {

/// Gives the app the templates "wtf/...".
void init_app(App& app);

}  // namespace retort::wtf
