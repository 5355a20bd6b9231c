#include "tests/cli/false_server.h"

#include <fmt/format.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "google/protobuf/descriptor.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

#include "chipline/v1/admin_service.pb.h"
#include "chipline/v1/event_log_service.pb.h"
#include "chipline/v1/subscription_service.pb.h"
#include "chipline/v1/timeline_service.pb.h"

namespace chipline::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MessageFactory;
using google::protobuf::Reflection;

// Messages that hold themselves end here.
constexpr int kMostDepth = 8;

void Fill(Message& message, const std::string& text, int variant, int depth);

int EnumNumber(const FieldDescriptor& field, int variant) {
  const int count = field.enum_type()->value_count();
  return field.enum_type()->value(count == 1 ? 0 : 1 + variant % (count - 1))->number();
}

void FillOne(Message& message, const FieldDescriptor& field, const std::string& text, int variant,
             int depth) {
  const Reflection& reflection = *message.GetReflection();
  const bool list = field.is_repeated();
  switch (field.cpp_type()) {
#define CHIPLINE_SET(TYPE, METHOD, VALUE)              \
  case FieldDescriptor::CPPTYPE_##TYPE:                \
    if (list) {                                        \
      reflection.Add##METHOD(&message, &field, VALUE); \
    } else {                                           \
      reflection.Set##METHOD(&message, &field, VALUE); \
    }                                                  \
    return
    CHIPLINE_SET(INT32, Int32, 1);
    CHIPLINE_SET(INT64, Int64, 1);
    CHIPLINE_SET(UINT32, UInt32, 1);
    CHIPLINE_SET(UINT64, UInt64, 1);
    CHIPLINE_SET(DOUBLE, Double, 0.5);
    CHIPLINE_SET(FLOAT, Float, 0.5F);
    CHIPLINE_SET(BOOL, Bool, variant % 2 == 0);
    CHIPLINE_SET(STRING, String, text);
    CHIPLINE_SET(ENUM, EnumValue, EnumNumber(field, variant));
#undef CHIPLINE_SET
    case FieldDescriptor::CPPTYPE_MESSAGE:
      Fill(list ? *reflection.AddMessage(&message, &field)
                : *reflection.MutableMessage(&message, &field),
           text, variant, depth + 1);
  }
}

void Fill(Message& message, const std::string& text, int variant, int depth) {
  if (depth > kMostDepth) return;
  const Descriptor& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    // A page after this one would be asked for, for ever.
    if (field.name() == "next_page_token") continue;
    if (const auto* oneof = field.real_containing_oneof();
        oneof != nullptr && oneof->field(variant % oneof->field_count()) != &field) {
      continue;
    }
    FillOne(message, field, text, variant, depth);
  }
}

std::string Answer(const std::string& method, const FalseAnswers& answers) {
  // "/chipline.v1.AdminService/GetStats"
  std::string name = method.substr(1);
  std::replace(name.begin(), name.end(), '/', '.');
  const auto* found = DescriptorPool::generated_pool()->FindMethodByName(name);
  if (found == nullptr) return "";
  const std::unique_ptr<Message> message(
      MessageFactory::generated_factory()->GetPrototype(found->output_type())->New());
  FillMessage(*message, answers.text, answers.variant);
  return message->SerializeAsString();
}

template <typename Detail>
void AddDetail(const FalseAnswers& answers, google::rpc::Status& status) {
  Detail detail;
  FillMessage(detail, answers.text, answers.variant);
  status.add_details()->PackFrom(detail);
}

grpc::Status Error(const FalseAnswers& answers) {
  google::rpc::Status status;
  status.set_code(static_cast<int>(grpc::StatusCode::INVALID_ARGUMENT));
  status.set_message(answers.text);
  AddDetail<google::rpc::BadRequest>(answers, status);
  AddDetail<google::rpc::PreconditionFailure>(answers, status);
  AddDetail<google::rpc::ResourceInfo>(answers, status);
  AddDetail<google::rpc::ErrorInfo>(answers, status);
  // The message of a call's trailer cannot hold what is no ASCII but by percent signs.
  return {grpc::StatusCode::INVALID_ARGUMENT, answers.text, status.SerializeAsString()};
}

// Answers one call, and then is gone.
class Call : public grpc::ServerGenericBidiReactor {
 public:
  Call(const std::string& answer, const grpc::Status& error) : error_(error) {
    const grpc::Slice slice(answer);
    answer_ = grpc::ByteBuffer(&slice, 1);
    if (error.ok()) {
      StartWriteAndFinish(&answer_, grpc::WriteOptions(), grpc::Status::OK);
    } else {
      Finish(error_);
    }
  }
  void OnDone() override { delete this; }

 private:
  grpc::ByteBuffer answer_;
  grpc::Status error_;
};

}  // namespace

void FillMessage(Message& message, const std::string& text, int variant) {
  Fill(message, text, variant, 0);
}

class FalseServer::Service : public grpc::CallbackGenericService {
 public:
  explicit Service(FalseAnswers answers) : answers_(std::move(answers)) {}

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    const std::string& method = context->method();
    const bool again = CalledBefore(method);
    const bool endless = method.ends_with("/Subscribe") || method.ends_with("/WatchTimelines");
    const bool error = answers_.errors || (endless && again);
    // Owned by the call, which deletes itself.
    return new Call(Answer(method, answers_), error ? Error(answers_) : grpc::Status::OK);
  }

 private:
  bool CalledBefore(const std::string& method) {
    const std::lock_guard lock(mutex_);
    return calls_[method]++ > 0;
  }

  const FalseAnswers answers_;
  std::mutex mutex_;
  std::map<std::string, int> calls_;
};

FalseServer::FalseServer(const FalseAnswers& answers)
    : service_(std::make_unique<Service>(answers)) {
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterCallbackGenericService(service_.get());
  server_ = builder.BuildAndStart();
  address_ = fmt::format("127.0.0.1:{}", port);
}

FalseServer::~FalseServer() { server_->Shutdown(); }

}  // namespace chipline::cli
