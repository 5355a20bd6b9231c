#include "storage/commit_group.h"

#include <utility>

#include "storage/check.h"
#include "storage/limits.h"

namespace chipline::storage {

void CommitGroup::AddAppend(std::vector<std::string> records) {
  if (!filling_.has_value()) filling_.emplace(next_);
  for (std::string& record : records) {
    filling_->Add(record);
    records_.push_back(std::move(record));
    ++next_;
  }
  if (filling_->bytes() >= limits::kTargetBlockBytes) CloseBlock();
}

void CommitGroup::CloseBlock() {
  blocks_.push_back(std::move(*filling_).Finish());
  filling_.reset();
}

std::optional<std::string_view> CommitGroup::RecordAt(Position position) const {
  if (position < first_ || position >= next_) return std::nullopt;
  return records_[position - first_];
}

const v1::CursorRow* CommitGroup::CursorRow(const std::string& name) const {
  const auto found = cursors_.find(name);
  return found == cursors_.end() ? nullptr : &found->second;
}

CommitWrite CommitGroup::Finish() {
  if (filling_.has_value()) CloseBlock();
  return {blocks_, {cursors_.begin(), cursors_.end()}, std::move(state_)};
}

}  // namespace chipline::storage
