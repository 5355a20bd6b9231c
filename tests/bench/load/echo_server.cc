#include "tests/bench/load/echo_server.h"

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/support/byte_buffer.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <system_error>
#include <vector>

#include "services/cli/stop_signal.h"

namespace chipline::bench {
namespace {

// Owns itself until OnDone, as gRPC's reactors do. Answer and status go out together, as a server
// with generated code would send them.
class UnaryReactor final : public grpc::ServerGenericBidiReactor {
 public:
  UnaryReactor() { StartRead(&message_); }
  void OnReadDone(bool ok) override {
    if (ok) {
      StartWriteAndFinish(&message_, grpc::WriteOptions(), grpc::Status::OK);
    } else {
      Finish(grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "there was no message"));
    }
  }
  void OnDone() override { delete this; }

 private:
  grpc::ByteBuffer message_;
};

class EchoReactor final : public grpc::ServerGenericBidiReactor {
 public:
  EchoReactor() { StartRead(&message_); }
  void OnReadDone(bool ok) override {
    if (ok) {
      StartWrite(&message_);
    } else {
      Finish(grpc::Status::OK);
    }
  }
  void OnWriteDone(bool ok) override {
    if (ok) StartRead(&message_);
  }
  void OnDone() override { delete this; }

 private:
  grpc::ByteBuffer message_;
};

class StreamReactor final : public grpc::ServerGenericBidiReactor {
 public:
  StreamReactor() { StartRead(&request_); }
  void OnReadDone(bool ok) override {
    if (ok && Prepare()) {
      StartWrite(&message_);
    } else {
      Finish(grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "the request is COUNT SIZE"));
    }
  }
  void OnWriteDone(bool ok) override {
    ++sent_;
    if (ok && (count_ == 0 || sent_ < count_)) {
      StartWrite(&message_);
    } else {
      Finish(grpc::Status::OK);
    }
  }
  void OnDone() override { delete this; }

 private:
  bool Prepare() {
    grpc::Slice request;
    if (!request_.DumpToSingleSlice(&request).ok()) return false;
    const std::string text(reinterpret_cast<const char*>(request.begin()), request.size());
    unsigned long long count = 0;
    unsigned long long size = 0;
    if (std::sscanf(text.c_str(), "%llu %llu", &count, &size) != 2) return false;
    count_ = count;
    const grpc::Slice payload(std::string(size, 'x'));
    message_ = grpc::ByteBuffer(&payload, 1);
    return true;
  }

  grpc::ByteBuffer request_;
  grpc::ByteBuffer message_;
  uint64_t count_ = 0;
  uint64_t sent_ = 0;
};

class LimitsService final : public grpc::CallbackGenericService {
 public:
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    if (context->method() == kUnaryMethod) return new UnaryReactor;
    if (context->method() == kStreamMethod) return new StreamReactor;
    return new EchoReactor;
  }
};

}  // namespace

absl::Status RunEchoServer(const std::filesystem::path& port_file) {
  cli::StopSignal stop;
  LimitsService service;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterCallbackGenericService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || port == 0) return absl::UnavailableError("cannot listen");
  // Whole or not at all: the reader waits for the final name.
  const std::filesystem::path unfinished = port_file.string() + ".new";
  std::ofstream(unfinished) << port << '\n';
  std::error_code error;
  std::filesystem::rename(unfinished, port_file, error);
  if (error) return absl::InternalError("cannot write the port file");
  while (!stop.WaitFor(absl::Hours(1))) {
  }
  server->Shutdown(std::chrono::system_clock::now());
  return absl::OkStatus();
}

}  // namespace chipline::bench
