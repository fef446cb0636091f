// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The settings by environment. What the environment says as FLASK_NAME goes before them.
#include <cstdlib>
#include <string>

#include <retort/app/app.h>

namespace flaskr {

inline std::string from_environment(const char* name, const char* otherwise) {
  const char* const value = std::getenv(name);
  return value && *value ? value : otherwise;
}

struct BaseConfig {
  void apply(retort::Config& config) const {
    config["SQLALCHEMY_DATABASE_URI"] = from_environment("DATABASE_URL", "sqlite:///flaskr.db");
    config["SESSION_COOKIE_SAMESITE"] = "Lax";
    config["REMEMBER_COOKIE_SAMESITE"] = "Lax";
    config["MAX_CONTENT_LENGTH"] = 256 * 1024;  // the longest post is far smaller
    config["POSTS_PER_PAGE"] = 10;
    config["API_TOKEN_SECONDS"] = 24 * 60 * 60;
    config["PROXIES"] = 0;  // how many stand in front of it and set X-Forwarded-*
  }
};

struct DevelopmentConfig : BaseConfig {
  void apply(retort::Config& config) const {
    BaseConfig::apply(config);
    config["SECRET_KEY"] = from_environment("SECRET_KEY", "dev");
  }
};

struct TestingConfig : BaseConfig {
  void apply(retort::Config& config) const {
    BaseConfig::apply(config);
    config["TESTING"] = true;
    config["SECRET_KEY"] = "for tests only";
    config["SQLALCHEMY_DATABASE_URI"] = "sqlite://";  // in memory
    config["WTF_CSRF_ENABLED"] = false;
  }
};

/// For what CSRF protection itself does.
struct TestingCsrfConfig : TestingConfig {
  void apply(retort::Config& config) const {
    TestingConfig::apply(config);
    config["WTF_CSRF_ENABLED"] = true;
  }
};

struct ProductionConfig : BaseConfig {
  void apply(retort::Config& config) const {
    BaseConfig::apply(config);
    config["SECRET_KEY"] = from_environment("SECRET_KEY", "");
    config["SESSION_COOKIE_SECURE"] = true;
    config["REMEMBER_COOKIE_SECURE"] = true;
    config["PREFERRED_URL_SCHEME"] = "https";
  }
};

}  // namespace flaskr
