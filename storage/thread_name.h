#ifndef CHIPLINE_STORAGE_THREAD_NAME_H_
#define CHIPLINE_STORAGE_THREAD_NAME_H_

#include <pthread.h>

namespace chipline {

// Names the calling thread, for `top -H`, perf and core dumps. Linux keeps 15 characters; a longer
// name is not set.
inline void NameThread(const char* name) { (void)::pthread_setname_np(::pthread_self(), name); }

}  // namespace chipline

#endif  // CHIPLINE_STORAGE_THREAD_NAME_H_
