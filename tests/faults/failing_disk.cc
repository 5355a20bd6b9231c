// Preloaded into a program, this makes calls on files fail, as the file named in FAILING_DISK_FILE
// says with one line: OPERATION PART ERRNO SKIP COUNT. OPERATION is open, read, write or sync; PART
// is in the path of the file, and PART2 behind a comma, if there is one, too; the first SKIP calls
// go well, then COUNT fail, 0: all. An empty file: nothing fails. Made of system calls alone.
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

struct Rule {
  char operation[8];
  char part[200];
  int error;
  long skip;
  long count;
};

bool ReadRule(Rule* rule) {
  const char* path = std::getenv("FAILING_DISK_FILE");
  if (path == nullptr) return false;
  const long file = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  char text[256] = {};
  const long size = syscall(SYS_read, file, text, sizeof text - 1);
  syscall(SYS_close, file);
  return size > 0 && std::sscanf(text, "%7s %199s %d %ld %ld", rule->operation, rule->part,
                                 &rule->error, &rule->skip, &rule->count) == 5;
}

// Whether the call fails; errno is set then.
bool Fails(const char* operation, const char* path) {
  static std::atomic<long> seen = 0;
  Rule rule{};
  if (!ReadRule(&rule) || std::strcmp(rule.operation, operation) != 0) return false;
  char* second = std::strchr(rule.part, ',');
  if (second != nullptr) *second++ = '\0';
  if (std::strstr(path, rule.part) == nullptr) return false;
  if (second != nullptr && std::strstr(path, second) == nullptr) return false;
  const long number = seen.fetch_add(1);
  if (number < rule.skip || (rule.count > 0 && number >= rule.skip + rule.count)) return false;
  errno = rule.error;
  return true;
}

bool FailsOn(const char* operation, int file) {
  const int before = errno;
  char link[64];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  char path[1024];
  const long size = syscall(SYS_readlink, link, path, sizeof path - 1);
  if (size > 0) {
    path[size] = '\0';
    if (Fails(operation, path)) return true;
  }
  errno = before;
  return false;
}

int Open(int directory, const char* path, int flags, mode_t mode) {
  if (Fails("open", path)) return -1;
  const long file = syscall(SYS_openat, directory, path, flags, mode);
  return static_cast<int>(file);
}

mode_t ModeOf(int flags, va_list arguments) {
  return (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
}

}  // namespace

extern "C" int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = ModeOf(flags, arguments);
  va_end(arguments);
  return Open(AT_FDCWD, path, flags, mode);
}
extern "C" int open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = ModeOf(flags, arguments);
  va_end(arguments);
  return Open(AT_FDCWD, path, flags, mode);
}
extern "C" ssize_t pread(int file, void* bytes, size_t size, off_t offset) {
  return FailsOn("read", file) ? -1 : syscall(SYS_pread64, file, bytes, size, offset);
}
extern "C" ssize_t pread64(int file, void* bytes, size_t size, off_t offset) {
  return FailsOn("read", file) ? -1 : syscall(SYS_pread64, file, bytes, size, offset);
}
extern "C" ssize_t read(int file, void* bytes, size_t size) {
  return FailsOn("read", file) ? -1 : syscall(SYS_read, file, bytes, size);
}
extern "C" ssize_t write(int file, const void* bytes, size_t size) {
  return FailsOn("write", file) ? -1 : syscall(SYS_write, file, bytes, size);
}
extern "C" int fdatasync(int file) {
  return FailsOn("sync", file) ? -1 : static_cast<int>(syscall(SYS_fdatasync, file));
}
extern "C" int fsync(int file) {
  return FailsOn("sync", file) ? -1 : static_cast<int>(syscall(SYS_fsync, file));
}
