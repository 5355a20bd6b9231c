#include "storage/scheduling.h"

#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace chipline {
namespace {

// The kernel's struct sched_attr in its first version, which glibc 2.36 does not declare.
struct SchedulingAttributes {
  uint32_t size = sizeof(SchedulingAttributes);
  uint32_t policy = SCHED_OTHER;
  uint64_t flags = 0;
  int32_t niceness = 0;
  uint32_t priority = 0;
  // Nanoseconds: the slice of a thread that has no deadline.
  uint64_t runtime = 0;
  uint64_t deadline = 0;
  uint64_t period = 0;
};
static_assert(sizeof(SchedulingAttributes) == 48);

constexpr uint64_t kShortestSlice = 100'000;
constexpr uint64_t kUsualSlice = 3'000'000;
constexpr uint64_t kLongestSlice = 100'000'000;
constexpr int32_t kLowestNiceness = 19;

void SetSlice(uint64_t nanoseconds) {
  SchedulingAttributes attributes;
  // Keeps the niceness that the operator gave the program.
  if (::syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) != 0) return;
  if (attributes.policy != SCHED_OTHER) return;
  attributes.runtime = nanoseconds;
  (void)::syscall(SYS_sched_setattr, 0, &attributes, 0);
}

}  // namespace

void RunPromptly() { SetSlice(kShortestSlice); }

void RunPatiently() { SetSlice(kUsualSlice); }

void RunInBackground() {
  SchedulingAttributes attributes;
  attributes.policy = SCHED_BATCH;
  attributes.niceness = kLowestNiceness;
  attributes.runtime = kLongestSlice;
  if (::syscall(SYS_sched_setattr, 0, &attributes, 0) == 0) return;
  (void)::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kLowestNiceness);
}

}  // namespace chipline
