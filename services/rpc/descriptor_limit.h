#ifndef CHIPLINE_SERVICES_RPC_DESCRIPTOR_LIMIT_H_
#define CHIPLINE_SERVICES_RPC_DESCRIPTOR_LIMIT_H_

#include <cstdint>

namespace chipline {

// Lets this program open as many files and connections as it may have: shells allow 1,024 unless a
// program asks. False if that is refused.
bool RaiseDescriptorLimit();
// How many it may open now.
uint64_t DescriptorLimit();

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_RPC_DESCRIPTOR_LIMIT_H_
