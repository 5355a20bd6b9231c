#ifndef CHIPLINE_SERVICES_VALUES_NAMES_AT_H_
#define CHIPLINE_SERVICES_VALUES_NAMES_AT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "google/protobuf/repeated_ptr_field.h"

#include "chipline/v1/values.pb.h"
#include "services/values/name_table.h"

namespace chipline {

// The names as they were known at a position. `table` must outlive it.
struct NamesAt {
  const NameTable& table;
  uint64_t position;

  // The entity's id, or the short form of a name that no alias covered.
  std::string Company(const v1::Ref& ref) const;
  std::string Chip(const v1::Ref& ref) const;
  std::string Place(const v1::Ref& ref) const;
  // Sorted, without repeats.
  std::vector<std::string> Companies(const google::protobuf::RepeatedPtrField<v1::Ref>& refs) const;
  std::vector<std::string> Chips(const google::protobuf::RepeatedPtrField<v1::Ref>& refs) const;
  std::vector<std::string> Places(const google::protobuf::RepeatedPtrField<v1::Ref>& refs) const;
};

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_VALUES_NAMES_AT_H_
