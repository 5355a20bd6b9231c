#ifndef CHIPLINE_SERVICES_INGEST_CHECK_VALUES_H_
#define CHIPLINE_SERVICES_INGEST_CHECK_VALUES_H_

#include <string_view>

#include "google/protobuf/repeated_ptr_field.h"

#include "chipline/v1/values.pb.h"
#include "services/ingest/checks.h"

// The rules of values.proto, as its comments state them.
namespace chipline::ingest {

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

}  // namespace chipline::ingest

#endif  // CHIPLINE_SERVICES_INGEST_CHECK_VALUES_H_
