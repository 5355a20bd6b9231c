#ifndef CHIPLINE_TESTS_INGEST_LOG_CASE_H_
#define CHIPLINE_TESTS_INGEST_LOG_CASE_H_

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "gtest/gtest.h"

#include "services/ingest/rules.h"
#include "storage/log.h"

namespace chipline::ingest {

// A test with an empty log of its own, in a directory that is gone afterwards.
class LogCase : public testing::Test {
 protected:
  LogCase() {
    std::string name = testing::TempDir() + "/ingest_XXXXXX";
    directory_ = mkdtemp(name.data());
    storage::LogOptions options;
    options.directory = directory_ / "log";
    auto log = storage::Log::Open(options, rules_);
    EXPECT_TRUE(log.ok()) << log.status();
    log_ = *std::move(log);
  }
  ~LogCase() override {
    log_.reset();
    std::filesystem::remove_all(directory_);
  }

  std::filesystem::path directory_;
  NamingRules rules_;
  std::unique_ptr<storage::Log> log_;
};

}  // namespace chipline::ingest

#endif  // CHIPLINE_TESTS_INGEST_LOG_CASE_H_
