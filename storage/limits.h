#ifndef CHIPLINE_STORAGE_LIMITS_H_
#define CHIPLINE_STORAGE_LIMITS_H_

#include <cstddef>
#include <cstdint>

// All limits of Chipline, in one place. AdminService.GetServerInfo reports those that clients may
// meet.
namespace chipline::limits {

// What clients send.
inline constexpr size_t kMaxEventBytes = 256 * 1024;
inline constexpr size_t kMaxAppendEvents = 4096;
inline constexpr size_t kMaxAppendBytes = 1'000'000;
inline constexpr size_t kMaxPreconditions = 64;
inline constexpr size_t kMaxEventIdBytes = 64;
inline constexpr size_t kMaxFilterValues = 64;
inline constexpr size_t kMaxClientNameBytes = 128;
inline constexpr size_t kMaxCursorNameBytes = 128;
inline constexpr uint32_t kMaxShards = 1024;
// A request holds one append at most, and its framing.
inline constexpr size_t kMaxRequestBytes = 4 * 1024 * 1024;
static_assert(kMaxRequestBytes > kMaxAppendBytes);
// gRPC itself refuses larger requests, in its own words. (It receives the whole message first,
// within the limit on its buffers.) A little above the limit, so that a client that is just over it
// gets our error.
inline constexpr size_t kMaxReceivedBytes = kMaxRequestBytes + 64 * 1024;
// Every request except an append. The largest valid one, a filter of 64 values, has about 20 KiB.
inline constexpr size_t kMaxQueryBytes = 64 * 1024;
// Fields of a request, including those of nested messages: 64 for each event of a full append. A
// field may take 2 bytes of a request and about 200 bytes of memory once it is parsed, so without
// this limit a request of 4 MiB would take 100 times as much memory.
inline constexpr size_t kMaxRequestFields = 64 * kMaxAppendEvents;
// How many violations an error lists, and their bytes: a status travels in the trailers, in base64,
// of which gRPC clients accept 8 KiB.
inline constexpr size_t kMaxViolations = 64;
inline constexpr size_t kMaxViolationBytes = 1800;
// Of one call, including its bearer token.
inline constexpr size_t kMaxMetadataBytes = 16 * 1024;
inline constexpr size_t kMaxTokenBytes = 8 * 1024;
static_assert(kMaxTokenBytes < kMaxMetadataBytes);

// What the operator provides: files of keys, certificates and policy.
inline constexpr size_t kMaxPolicyBytes = 1024 * 1024;
inline constexpr size_t kMaxPemBytes = 1024 * 1024;
inline constexpr size_t kMaxTokenKeys = 16;
inline constexpr size_t kMaxPrincipalBytes = 512;

// How long a new connection may take until it is ready, including TLS.
inline constexpr int kHandshakeSeconds = 5;
// How far the clock of the issuer of a token may differ from ours.
inline constexpr int kTokenSkewSeconds = 60;
// Verified tokens that are remembered.
inline constexpr size_t kMaxKnownTokens = 4096;

// What the server sends.
inline constexpr size_t kDefaultPageSize = 100;
inline constexpr size_t kMaxPageSize = 1000;
// A message holds whole appends, so it may be larger than this by less than one append.
inline constexpr size_t kMinBatchBytes = 4 * 1024;
inline constexpr size_t kMaxBatchBytes = 1024 * 1024;
inline constexpr size_t kLiveBatchBytes = 64 * 1024;
// gRPC clients take 4 MiB by default.
static_assert(kMaxBatchBytes + 2 * kMaxAppendBytes < 4 * 1024 * 1024);

// How many rows a scan examines before it lets others run. A scan is a read that skips more than it
// returns; a row is an event or a subject. After that a page ends early, with a token, and a stream
// goes to the end of the queue. 8,192 rows take some milliseconds of a processor.
inline constexpr size_t kScanStepRows = 8'192;
// Two steps for each page. More would make pages slower and save only round trips.
inline constexpr size_t kMaxScanRows = 2 * kScanStepRows;
// Other work of a scan, counted as rows: reading a block from disk; reading a posting list, plus
// one row for each kPostingsARow entries.
inline constexpr size_t kBlockRows = 32;
inline constexpr size_t kPostingsRows = 16;
inline constexpr size_t kPostingsARow = 64;
// Subjects that are read at a time. Appends may have to wait about 0.1 ms for that.
inline constexpr size_t kSubjectsAtATime = 256;
// After how many skipped events a stream reports its position if there was nothing to send.
inline constexpr uint64_t kMaxUntoldEvents = 16 * 65'536;

// What is in flight.
inline constexpr size_t kMaxPipelineAppends = 1024;
// Bytes of the unanswered requests of one pipeline; one request more is accepted.
inline constexpr size_t kMaxPipelineBytes = 4 * 1024 * 1024;
inline constexpr size_t kMaxQueuedBytes = 64 * 1024 * 1024;
inline constexpr size_t kMaxStreams = 20'000;
// Calls at a time on one connection, and streams of one known caller. These are defaults; both can
// be set, up to kMaxStreams.
inline constexpr size_t kConnectionStreams = 1024;
inline constexpr size_t kPrincipalStreams = 1024;

// Bytes of one commit. It may hold one append more.
inline constexpr size_t kMaxCommitBytes = 1024 * 1024;
// A block ends with the first append past this size, so that reading one event reads little more.
inline constexpr size_t kTargetBlockBytes = 32 * 1024;
// Recent blocks in memory for live readers.
inline constexpr size_t kMaxTailBytes = 64 * 1024 * 1024;

// Events of one index chunk. A chunk is written to disk when it is full, so opening reads at most
// this many events and those of chunks that were still being written.
inline constexpr uint64_t kIndexChunkEvents = 65'536;
// Full chunks waiting to be written. With more, the committer waits.
inline constexpr size_t kMaxUnwrittenChunks = 4;

// Heartbeats of streams, in seconds.
inline constexpr int kMinHeartbeatSeconds = 1;
inline constexpr int kMaxHeartbeatSeconds = 3600;
inline constexpr int kDefaultHeartbeatSeconds = 15;
// How long a query waits for min_position, in seconds.
inline constexpr int kMaxWaitSeconds = 30;

}  // namespace chipline::limits

#endif  // CHIPLINE_STORAGE_LIMITS_H_
