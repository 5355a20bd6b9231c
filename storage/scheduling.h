#ifndef CHIPLINE_STORAGE_SCHEDULING_H_
#define CHIPLINE_STORAGE_SCHEDULING_H_

// How the Linux scheduler treats the calling thread, and the threads that it starts afterwards. A
// thread that wakes preempts a running one only if its time slice is shorter. Otherwise it waits
// for the next tick (4 ms at the usual 250 ticks a second). The share of the processors depends on
// niceness alone and not on slices. Linux before 6.12 has no slices for single threads. If the
// request is refused, the thread continues unchanged.
namespace chipline {

// For threads whose answers somebody waits for: slices of 0.1 ms, the shortest possible.
void RunPromptly();

// For work of milliseconds that somebody waits for: slices of 3 ms, the usual ones, so that threads
// with RunPromptly preempt it.
void RunPatiently();

// For work that nobody waits for: the lowest niceness and slices of 100 ms, the longest possible.
// The thread never preempts another one. Under load it still gets its small share.
void RunInBackground();

}  // namespace chipline

#endif  // CHIPLINE_STORAGE_SCHEDULING_H_
