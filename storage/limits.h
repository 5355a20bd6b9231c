#ifndef CHIPLINE_STORAGE_LIMITS_H_
#define CHIPLINE_STORAGE_LIMITS_H_

#include <cstddef>
#include <cstdint>

// Every bound that Chipline keeps to, in one place. AdminService.GetServerInfo reports those that a
// client can run into.
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
// What is larger than this gRPC does not hand over, and ends the call in its own words. (It
// collects the message first, within the bound on its buffers.) Just above, so that whoever is a
// little over the limit hears ours.
inline constexpr size_t kMaxReceivedBytes = kMaxRequestBytes + 64 * 1024;
// Every request but an append. The largest that is right, a filter of 64 values, is some 20 KiB.
inline constexpr size_t kMaxQueryBytes = 64 * 1024;
// Fields of a request, those of the messages in it among them: 64 for each event of a full append.
// A parsed field takes up to some 200 bytes of memory and may take 2 of a request, so that without
// this a request of 4 MiB would take 100 times as much.
inline constexpr size_t kMaxRequestFields = 64 * kMaxAppendEvents;
// What an answer lists of what is wrong with a request, and the bytes of that: a status travels in
// the trailers, in base64, and gRPC's clients take 8 KiB of those.
inline constexpr size_t kMaxViolations = 64;
inline constexpr size_t kMaxViolationBytes = 1800;
// Of one call, its bearer token among it.
inline constexpr size_t kMaxMetadataBytes = 16 * 1024;
inline constexpr size_t kMaxTokenBytes = 8 * 1024;
static_assert(kMaxTokenBytes < kMaxMetadataBytes);

// What the operator gives: files of keys, certificates and policy.
inline constexpr size_t kMaxPolicyBytes = 1024 * 1024;
inline constexpr size_t kMaxPemBytes = 1024 * 1024;
inline constexpr size_t kMaxTokenKeys = 16;
inline constexpr size_t kMaxPrincipalBytes = 512;

// How long a new connection may take to be set up, TLS and all.
inline constexpr int kHandshakeSeconds = 5;
// By how much the clock of whoever made a token may differ from ours.
inline constexpr int kTokenSkewSeconds = 60;
// Verified tokens that are remembered.
inline constexpr size_t kMaxKnownTokens = 4096;

// What the server sends.
inline constexpr size_t kDefaultPageSize = 100;
inline constexpr size_t kMaxPageSize = 1000;
// A message holds whole appends: it may pass this by less than one append.
inline constexpr size_t kMinBatchBytes = 4 * 1024;
inline constexpr size_t kMaxBatchBytes = 1024 * 1024;
inline constexpr size_t kLiveBatchBytes = 64 * 1024;
// gRPC clients take 4 MiB by default.
static_assert(kMaxBatchBytes + 2 * kMaxAppendBytes < 4 * 1024 * 1024);

// What a scan, a read that passes over more than it answers, looks at before it gives way to
// others, in rows: an event or a subject is one. A page then comes short, with a token; a stream
// goes to the end of the queue. 8,192 rows take some milliseconds of a processor.
inline constexpr size_t kScanStepRows = 8'192;
// The steps of one page: more would make a page slower and save only the way there and back.
inline constexpr size_t kMaxScanRows = 2 * kScanStepRows;
// What else a scan does, as so many rows: reading a block from disk, and a posting list, with one
// more for so many of its entries.
inline constexpr size_t kBlockRows = 32;
inline constexpr size_t kPostingsRows = 16;
inline constexpr size_t kPostingsARow = 64;
// Subjects that are read at a time, some 0.1 ms of which appends may have to wait for.
inline constexpr size_t kSubjectsAtATime = 256;
// Events that a stream passes over before it tells how far it is, if nothing was to be sent.
inline constexpr uint64_t kMaxUntoldEvents = 16 * 65'536;

// What is in flight.
inline constexpr size_t kMaxPipelineAppends = 1024;
// Of the requests of one pipeline that are not answered; one more than this may be.
inline constexpr size_t kMaxPipelineBytes = 4 * 1024 * 1024;
inline constexpr size_t kMaxQueuedBytes = 64 * 1024 * 1024;
inline constexpr size_t kMaxStreams = 20'000;
// Calls at a time on one connection, and streams of one known caller. Defaults; both can be set up
// to kMaxStreams.
inline constexpr size_t kConnectionStreams = 1024;
inline constexpr size_t kPrincipalStreams = 1024;

// What a commit holds. One append more than this may be in it.
inline constexpr size_t kMaxCommitBytes = 1024 * 1024;
// A block is closed at the first append's end past this size, so that reading one event by position
// reads little more than it.
inline constexpr size_t kTargetBlockBytes = 32 * 1024;
// Recent blocks kept in memory for live readers.
inline constexpr size_t kMaxTailBytes = 64 * 1024 * 1024;

// Events an index chunk covers. A chunk is written to disk when it is full, so that opening reads
// at most this many events and those of chunks still being written.
inline constexpr uint64_t kIndexChunkEvents = 65'536;
// Full chunks waiting to be written; the committer waits beyond that.
inline constexpr size_t kMaxUnwrittenChunks = 4;

// Heartbeats of streams, in seconds.
inline constexpr int kMinHeartbeatSeconds = 1;
inline constexpr int kMaxHeartbeatSeconds = 3600;
inline constexpr int kDefaultHeartbeatSeconds = 15;
// How long GetTimeline waits for min_position, in seconds.
inline constexpr int kMaxWaitSeconds = 30;

}  // namespace chipline::limits

#endif  // CHIPLINE_STORAGE_LIMITS_H_
