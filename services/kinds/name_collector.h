#ifndef CHIPLINE_SERVICES_KINDS_NAME_COLLECTOR_H_
#define CHIPLINE_SERVICES_KINDS_NAME_COLLECTOR_H_

#include <utility>
#include <vector>

#include "google/protobuf/repeated_ptr_field.h"

#include "chipline/v1/event.pb.h"

namespace chipline::kinds {

// Collects the names in an event whose meaning can change: those without an id, of whatever kind.
// The event must outlive what is collected.
class NameCollector {
 public:
  void Add(const v1::Ref& ref) {
    if (ref.id().empty() && !ref.mention().empty()) names_.push_back(&ref);
  }
  void Add(const google::protobuf::RepeatedPtrField<v1::Ref>& refs) {
    for (const v1::Ref& ref : refs) Add(ref);
  }
  // Who states a conversion.
  void Add(const v1::Amount& amount) {
    for (const v1::StatedConversion& conversion : amount.stated_conversions()) {
      Add(conversion.stated_by());
    }
  }
  void Add(const v1::Source& source) {
    Add(source.origin().name());
    for (const v1::Hop& hop : source.hops()) Add(hop.publisher());
  }

  std::vector<const v1::Ref*> Take() { return std::move(names_); }

 private:
  std::vector<const v1::Ref*> names_;
};

}  // namespace chipline::kinds

#endif  // CHIPLINE_SERVICES_KINDS_NAME_COLLECTOR_H_
