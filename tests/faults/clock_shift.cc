// Preloaded into a program, this moves its wall clock: by as many seconds as the file named in
// CLOCK_SHIFT_FILE holds, in eight bytes of this machine, which may change at any time. Clocks that
// only measure how long something takes go on as they are. Made of system calls alone, since
// allocators ask for the time before they can be used.
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>

namespace {

using Shift = std::atomic<int64_t>;

const Shift* MappedShift() {
  const char* path = std::getenv("CLOCK_SHIFT_FILE");
  if (path == nullptr) return nullptr;
  const long file = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return nullptr;
  void* mapped = mmap(nullptr, sizeof(Shift), PROT_READ, MAP_SHARED, static_cast<int>(file), 0);
  syscall(SYS_close, file);
  return mapped == MAP_FAILED ? nullptr : static_cast<const Shift*>(mapped);
}

int64_t ShiftSeconds() {
  static std::atomic<const Shift*> shift = nullptr;
  const Shift* known = shift.load();
  if (known == nullptr) {
    // Threads that come at once map it twice, which does no harm.
    known = MappedShift();
    shift.store(known);
  }
  return known == nullptr ? 0 : known->load();
}

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* now) noexcept {
  const long failed = syscall(SYS_clock_gettime, clock, now);
  if (failed == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    now->tv_sec += ShiftSeconds();
  }
  return static_cast<int>(failed);
}

extern "C" int gettimeofday(timeval* now, void*) noexcept {
  timespec exact{};
  if (clock_gettime(CLOCK_REALTIME, &exact) != 0) return -1;
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1000;
  return 0;
}

extern "C" time_t time(time_t* result) noexcept {
  timespec exact{};
  if (clock_gettime(CLOCK_REALTIME, &exact) != 0) return -1;
  if (result != nullptr) *result = exact.tv_sec;
  return exact.tv_sec;
}

// Who waits until a time of the wall clock means the moved one, and the kernel has the other. A
// condition may wait by the clock since the start of the machine as well, whose times are small.
extern "C" int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                                      const timespec* until) {
  constexpr int64_t kSecondsOfWallClock = 1'000'000'000;
  if (until->tv_sec < kSecondsOfWallClock) {
    return pthread_cond_clockwait(condition, mutex, CLOCK_MONOTONIC, until);
  }
  timespec moved = *until;
  moved.tv_sec -= ShiftSeconds();
  return pthread_cond_clockwait(condition, mutex, CLOCK_REALTIME, &moved);
}
