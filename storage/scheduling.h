#ifndef CHIPLINE_STORAGE_SCHEDULING_H_
#define CHIPLINE_STORAGE_SCHEDULING_H_

// How the Linux scheduler treats the calling thread, and the threads that it starts afterwards. A
// thread that wakes takes the processor from one that runs only if its time slice is the shorter
// one; else it waits for the next tick, 4 ms with the usual 250 ticks a second. Shares of the
// processors depend on niceness alone, not on slices. Linux before 6.12 knows no slices of one
// thread's own, and where the request is refused the thread goes on as it is.
namespace chipline {

// For threads on whose answer somebody waits: slices of 0.1 ms, the shortest there are.
void RunPromptly();

// For work that takes milliseconds on whose end somebody waits: slices of 3 ms, the usual ones, so
// that threads that run promptly come first whenever they wake.
void RunPatiently();

// For work that nobody waits for: the lowest niceness, slices of 100 ms, the longest there are, and
// never in place of another thread on waking up. Under load it still gets its small share.
void RunInBackground();

}  // namespace chipline

#endif  // CHIPLINE_STORAGE_SCHEDULING_H_
