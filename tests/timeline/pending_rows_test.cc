#include "services/timeline/pending_rows.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "services/timeline/view_keys.h"

namespace chipline::timeline {
namespace {

using storage::v1::ViewRow;

class PendingRowsTest : public testing::Test {
 protected:
  PendingRowsTest() {
    std::string name = std::filesystem::temp_directory_path() / "rows_XXXXXX";
    directory_ = mkdtemp(name.data());
    store_ = std::make_unique<ViewStore>(directory_, 1 << 20);
    EXPECT_TRUE(store_->Open().ok());
    rows_ = std::make_unique<PendingRows>(*store_, 0);
  }
  ~PendingRowsTest() override {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }

  bool Add(const std::string& entry_id, storage::Position position, const std::string& bytes) {
    event_.set_position(position);
    return rows_->Add(entry_id, {&event_, bytes, nullptr}, position + 1, /*copy=*/true);
  }
  std::string EventAt(const std::string& entry_id, storage::Position position) const {
    const auto row = rows_->At(entry_id, position);
    return row.ok() && row->spans_size() == 1 ? row->event() : "no row";
  }
  void Write(storage::Position position) {
    ViewBatch batch(*store_);
    rows_->MoveTo(&batch, position);
    ASSERT_TRUE(store_->Write(batch, true).ok());
  }

  std::filesystem::path directory_;
  std::unique_ptr<ViewStore> store_;
  std::unique_ptr<PendingRows> rows_;
  v1::RecordedEvent event_;
};

TEST_F(PendingRowsTest, RowsAreTheSameBeforeAndAfterTheyAreWritten) {
  const std::string one = "one";
  const std::string two(300, '2');
  EXPECT_TRUE(Add("b", 1, one));
  EXPECT_TRUE(Add("a", 2, two));
  EXPECT_FALSE(Add("b", 3, two));
  for (const bool written : {false, true}) {
    EXPECT_EQ(EventAt("b", 1), one) << written;
    EXPECT_EQ(EventAt("a", 2), two) << written;
    EXPECT_EQ(EventAt("b", 3), two) << written;
    EXPECT_EQ(EventAt("b", 2), "no row") << written;
    EXPECT_EQ(rows_->At("b", 3)->spans(0).since(), 4u);
    EXPECT_TRUE(rows_->At("b", 3)->spans(0).own());
    if (!written) Write(3);
  }
  EXPECT_TRUE(Add("b", 4, one));
}

TEST_F(PendingRowsTest, WhatReplacesARowStandsInItsPlace) {
  const std::string one = "one";
  Add("a", 1, one);
  ViewRow ended = *rows_->At("a", 1);
  ended.mutable_spans(0)->set_until(7);
  rows_->Replace("a", 1, ended);
  EXPECT_EQ(rows_->At("a", 1)->spans(0).until(), 7u);
  Write(1);
  EXPECT_EQ(rows_->At("a", 1)->spans(0).until(), 7u);
  // One that is in the store already, too.
  ended.mutable_spans(0)->set_until(9);
  rows_->Replace("a", 1, ended);
  EXPECT_EQ(rows_->At("a", 1)->spans(0).until(), 9u);
  EXPECT_GT(rows_->bytes(), 0u);
  Write(1);
  EXPECT_EQ(rows_->At("a", 1)->spans(0).until(), 9u);
  EXPECT_EQ(rows_->bytes(), 0u);
}

}  // namespace
}  // namespace chipline::timeline
