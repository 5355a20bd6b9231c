#ifndef CHIPLINE_TESTS_BENCH_LOAD_SUBSCRIBER_H_
#define CHIPLINE_TESTS_BENCH_LOAD_SUBSCRIBER_H_

#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>

#include <cstdint>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"

#include "storage/mutex.h"
#include "tests/bench/load/grpc_load.h"
#include "tests/bench/load/measurement.h"

namespace chipline::bench {

// One server stream that counts what comes. After Start it must be ended with CancelAndAwait before
// it goes out of scope. Thread-safe.
class Subscriber final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  // `options` must outlive it.
  Subscriber(const std::string& server, const ReadOptions& options);

  void Start();
  // Wait until so much has come; false if the deadline or the stream's end came first.
  bool AwaitMessages(uint64_t count, absl::Time deadline);
  bool AwaitEvents(uint64_t count, absl::Time deadline);
  // Waits until the server ends the stream, or the deadline.
  void AwaitEnd(absl::Time deadline);
  void CancelAndAwait();

  Measurement result();
  // When the latest message came.
  absl::Time last();

  void OnReadDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

 private:
  void Cancel();

  grpc::GenericStub stub_;
  const ReadOptions& options_;
  grpc::ClientContext context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer message_;

  Mutex mutex_;
  CondVar changed_;
  Measurement result_ ABSL_GUARDED_BY(mutex_);
  absl::Time last_ ABSL_GUARDED_BY(mutex_);
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace chipline::bench

#endif  // CHIPLINE_TESTS_BENCH_LOAD_SUBSCRIBER_H_
