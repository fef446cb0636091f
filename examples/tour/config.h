// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Settings as classes: each environment adds to the base.
#include <cstdlib>
#include <stdexcept>
#include <string>

#include <retort/app/config.h>

/// A variable of the environment, or `otherwise`.
inline std::string environment(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value ? value : otherwise;
}

/// What all environments share.
struct BaseConfig {
  void apply(retort::Config& config) const {
    config["SECRET_KEY"] = environment("SECRET_KEY", "fallback-secret-key");
    config["SQLALCHEMY_TRACK_MODIFICATIONS"] = false;
    config["MAX_CONTENT_LENGTH"] = 16 * 1024 * 1024;  // 16 MB upload limit
    config["UPLOAD_FOLDER"] = environment("UPLOAD_FOLDER", "./uploads");
  }
};

struct DevelopmentConfig : BaseConfig {
  void apply(retort::Config& config) const {
    BaseConfig::apply(config);
    config["DEBUG"] = true;
    config["SQLALCHEMY_DATABASE_URI"] = environment("DATABASE_URL", "sqlite:///dev.db");
  }
};

struct TestingConfig : BaseConfig {
  void apply(retort::Config& config) const {
    BaseConfig::apply(config);
    config["TESTING"] = true;
    config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///test.db";
  }
};

struct ProductionConfig : BaseConfig {
  void apply(retort::Config& config) const {
    BaseConfig::apply(config);
    config["DEBUG"] = false;
    config["SQLALCHEMY_DATABASE_URI"] = environment("DATABASE_URL", "");
    // In production, SECRET_KEY must be set in the environment.
    const char* key = std::getenv("SECRET_KEY");
    if (!key) throw std::runtime_error("SECRET_KEY is not set");
    config["SECRET_KEY"] = key;
  }
};
