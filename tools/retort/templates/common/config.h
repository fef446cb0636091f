// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The settings. What the environment says as FLASK_NAME goes before them.
#include <retort/app/app.h>

namespace project_name {

struct BaseConfig {
  void apply(retort::Config& config) const {
    config["SESSION_COOKIE_SAMESITE"] = "Lax";
    config["MAX_CONTENT_LENGTH"] = 16 * 1000 * 1000;
    //[db]
    config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///project_name.db";  // in the instance folder
    //[/db]
  }
};

struct DevelopmentConfig : BaseConfig {
  void apply(retort::Config& config) const {
    BaseConfig::apply(config);
    config["SECRET_KEY"] = "for development only";
  }
};

struct TestingConfig : BaseConfig {
  void apply(retort::Config& config) const {
    BaseConfig::apply(config);
    config["TESTING"] = true;
    config["SECRET_KEY"] = "for tests only";
    //[db]
    config["SQLALCHEMY_DATABASE_URI"] = "sqlite://";  // in memory
    //[/db]
  }
};

/// Its secret key comes from FLASK_SECRET_KEY.
struct ProductionConfig : BaseConfig {
  void apply(retort::Config& config) const {
    BaseConfig::apply(config);
    config["SESSION_COOKIE_SECURE"] = true;
  }
};

}  // namespace project_name
