#ifndef CHIPLINE_SERVICES_KINDS_FIELD_PATH_H_
#define CHIPLINE_SERVICES_KINDS_FIELD_PATH_H_

#include <string>
#include <string_view>

namespace chipline::kinds {

// Where a field is in a request, for example events[3].chip_order.quantity.low. A path is a link to
// its parent on the stack, and becomes text only if there is a violation to report, so that walking
// a valid event allocates nothing. The parent and the names must outlive it: keep each level in a
// variable, or make a child in the call that takes it.
class FieldPath {
 public:
  // The path of the request itself if `name` is empty.
  explicit constexpr FieldPath(std::string_view name) : name_(name) {}

  // A field of the message at this path.
  constexpr FieldPath operator/(std::string_view field) const {
    return FieldPath(this, field, kNoIndex);
  }
  // One value of a repeated field of the message at this path.
  constexpr FieldPath At(std::string_view field, int index) const {
    return FieldPath(this, field, index);
  }

  std::string ToString() const;

 private:
  static constexpr int kNoIndex = -1;

  constexpr FieldPath(const FieldPath* parent, std::string_view name, int index)
      : parent_(parent), name_(name), index_(index) {}

  const FieldPath* parent_ = nullptr;
  std::string_view name_;
  int index_ = kNoIndex;
};

}  // namespace chipline::kinds

#endif  // CHIPLINE_SERVICES_KINDS_FIELD_PATH_H_
