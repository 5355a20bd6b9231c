#ifndef CHIPLINE_SERVICES_RPC_DESCRIPTOR_LIMIT_H_
#define CHIPLINE_SERVICES_RPC_DESCRIPTOR_LIMIT_H_

namespace chipline {

// Lets this program open as many files and connections as it may have: shells allow 1,024 unless a
// program asks. False if that is refused.
bool RaiseDescriptorLimit();

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_RPC_DESCRIPTOR_LIMIT_H_
