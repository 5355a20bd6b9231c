#ifndef CHIPLINE_SERVICES_KINDS_CHECK_VALUES_H_
#define CHIPLINE_SERVICES_KINDS_CHECK_VALUES_H_

#include <string_view>

#include "google/protobuf/repeated_ptr_field.h"

#include "chipline/v1/event.pb.h"
#include "services/kinds/checks.h"

// The rules of values.proto, as its comments state them.
namespace chipline::kinds {

void CheckRef(const v1::Ref& ref, const FieldPath& path, Review& review);
// A repeated field `field` of the message at `parent`, with min to max names.
void CheckRefs(const google::protobuf::RepeatedPtrField<v1::Ref>& refs, int min, int max,
               const FieldPath& parent, std::string_view field, Review& review);

void CheckAmount(const v1::Amount& amount, const FieldPath& path, Review& review);

// A count of anything, or only of chips in one way or another (CHIP, MODULE, SERVER).
void CheckQuantity(const v1::Quantity& quantity, const FieldPath& path, Review& review);
void CheckChipQuantity(const v1::Quantity& quantity, const FieldPath& path, Review& review);

// A share must say of what, by event or in words. A growth is of what was before, and says neither.
void CheckShare(const v1::Ratio& ratio, const FieldPath& path, Review& review);
void CheckGrowth(const v1::Ratio& ratio, const FieldPath& path, Review& review);
// A share in the payload at `payload` may not be of its own event: that would have to state the
// whole as well.
void CheckWhole(const v1::Event& event, const v1::Ratio& share, const FieldPath& payload,
                Review& review);

}  // namespace chipline::kinds

#endif  // CHIPLINE_SERVICES_KINDS_CHECK_VALUES_H_
