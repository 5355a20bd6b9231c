#include "services/kinds/field_path.h"

#include "fmt/format.h"

namespace chipline::kinds {

std::string FieldPath::ToString() const {
  std::string text = parent_ == nullptr ? "" : parent_->ToString();
  if (!text.empty()) text.push_back('.');
  text.append(name_);
  if (index_ != kNoIndex) text.append(fmt::format("[{}]", index_));
  return text;
}

}  // namespace chipline::kinds
