#ifndef CHIPLINE_SERVICES_ADMIN_SERVER_FACTS_H_
#define CHIPLINE_SERVICES_ADMIN_SERVER_FACTS_H_

#include <cstddef>
#include <functional>
#include <string>

#include "absl/time/time.h"

#include "chipline/v1/admin_service.pb.h"
#include "storage/log.h"

// What does not change while a server runs. Pure functions.
namespace chipline::admin {

// What only the program that runs the server knows of it.
struct ServerFacts {
  // Chipline's.
  std::string version;
  absl::Time start_time;
  // Subscriptions and watches at a time.
  size_t max_streams = 0;
  // Calls at a time on one connection, and streams of one caller.
  size_t max_connection_streams = 0;
  size_t max_principal_streams = 0;
  // When the TLS certificate of the moment expires. Empty without TLS.
  std::function<absl::Time()> certificate_expire_time;
  // How the cluster does. Empty where the server is alone.
  std::function<v1::GetClusterResponse()> cluster;
};

// Every bound that a client can run into, from storage/limits.h.
v1::Limits ToLimits(const ServerFacts& facts);

v1::GetServerInfoResponse ToServerInfo(const ServerFacts& facts,
                                       const storage::LogIdentity& identity, bool sync);

}  // namespace chipline::admin

#endif  // CHIPLINE_SERVICES_ADMIN_SERVER_FACTS_H_
