#ifndef CHIPLINE_TESTS_CLI_FALSE_SERVER_H_
#define CHIPLINE_TESTS_CLI_FALSE_SERVER_H_

#include <grpcpp/server.h>

#include <memory>
#include <string>

#include "google/protobuf/message.h"

namespace chipline::cli {

// Fills every field of a message, and of the messages in it: each string with `text`, numbers with
// 1, lists with one element. `variant` chooses the member of each oneof and the value of each enum,
// so that some variants meet them all.
void FillMessage(google::protobuf::Message& message, const std::string& text, int variant);

// What a false server says to every call, whatever its service and method.
struct FalseAnswers {
  std::string text;
  int variant = 0;
  // Instead of answers: an error whose message and details are filled.
  bool errors = false;
};

// A server that is none: it answers every call of the contract with one message that is filled by
// FillMessage, found by descriptors, so that a new field is in it by itself. A stream that is asked
// for once more ends with an error.
class FalseServer {
 public:
  explicit FalseServer(const FalseAnswers& answers);
  ~FalseServer();
  FalseServer(const FalseServer&) = delete;
  FalseServer& operator=(const FalseServer&) = delete;

  // HOST:PORT.
  const std::string& address() const { return address_; }

 private:
  class Service;

  std::unique_ptr<Service> service_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

}  // namespace chipline::cli

#endif  // CHIPLINE_TESTS_CLI_FALSE_SERVER_H_
