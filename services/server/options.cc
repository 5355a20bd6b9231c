#include "services/server/options.h"

#include <algorithm>

#include "absl/strings/ascii.h"

#include "fmt/format.h"
#include "services/http/origin.h"
#include "services/rpc/field_checks.h"
#include "storage/error.h"
#include "storage/status_macros.h"

namespace chipline::server {
namespace {

constexpr size_t kMinCacheBytes = size_t{1} << 20;
constexpr size_t kMaxCacheBytes = size_t{1} << 40;
constexpr uint64_t kMaxFreeBytes = uint64_t{1} << 40;
constexpr int kMaxThreads = 256;
constexpr absl::Duration kMaxDrain = absl::Minutes(10);

void CheckCache(size_t bytes, std::string_view field, Violations& bad) {
  if (bytes < kMinCacheBytes || bytes > kMaxCacheBytes) {
    bad.Add(field, fmt::format("is {}; it is {} to {}", bytes, kMinCacheBytes, kMaxCacheBytes));
  }
}

void CheckCluster(const ClusterOptions& options, Violations& bad) {
  constexpr size_t kMaxNode = 64;
  const bool well_formed = std::all_of(options.node.begin(), options.node.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
  });
  if (options.node.size() > kMaxNode || !well_formed) {
    bad.Add("cluster.node", "is 1 to 64 letters, digits, '-' and '_'");
  }
  if (options.replicas != 1 && options.replicas != 3 && options.replicas != 5) {
    bad.Add("cluster.replicas", fmt::format("is {}; it is 1, 3 or 5", options.replicas));
  }
  if (options.commit_timeout < absl::Seconds(1) || options.commit_timeout > kMaxDrain) {
    bad.Add("cluster.commit_timeout",
            fmt::format("is {}; it is 1s to {}", absl::FormatDuration(options.commit_timeout),
                        absl::FormatDuration(kMaxDrain)));
  }
}

void CheckHttp(const ServerOptions& options, Violations& bad) {
  for (const std::string& origin : options.http_cors) {
    if (http::IsOrigin(origin)) continue;
    bad.Add("http_cors", fmt::format("'{}' is no origin; it is https://HOST or https://HOST:PORT, "
                                     "in lower case and without a path",
                                     origin));
  }
  if (options.http.empty() && (!options.http_cors.empty() || !options.http_port_file.empty() ||
                               options.http_auth || !options.http_console)) {
    bad.Add(
        "http",
        "--http-auth, --http-console, --http-cors and --http-port-file are nothing without --http");
  }
  if (options.http_auth && !options.security.knows_callers()) {
    bad.Add("http_auth",
            "--http-auth needs callers who are known: give --tls-client-ca or --token-key too");
  }
}

}  // namespace

Reach ReachOf(const ServerOptions& options) {
  const bool anywhere = options.security.knows_callers() || options.insecure;
  return anywhere ? Reach::kAnywhere : Reach::kLoopback;
}

absl::Status CheckOptions(const ServerOptions& options) {
  Violations bad;
  if (options.data_directory.empty()) bad.Add("data_directory", "is required");
  CheckCache(options.cache_bytes, "cache_bytes", bad);
  CheckCache(options.view_cache_bytes, "view_cache_bytes", bad);
  if (options.min_free_bytes > kMaxFreeBytes) {
    bad.Add("min_free_bytes",
            fmt::format("is {}; it is at most {}", options.min_free_bytes, kMaxFreeBytes));
  }
  if (options.threads < 1 || options.threads > kMaxThreads) {
    bad.Add("threads", fmt::format("is {}; it is 1 to {}", options.threads, kMaxThreads));
  }
  if (options.max_streams < 1 || options.max_streams > limits::kMaxStreams) {
    bad.Add("max_streams",
            fmt::format("is {}; it is 1 to {}", options.max_streams, limits::kMaxStreams));
  }
  if (options.drain < absl::ZeroDuration() || options.drain > kMaxDrain) {
    bad.Add("drain", fmt::format("is {}; it is 0 to {}", absl::FormatDuration(options.drain),
                                 absl::FormatDuration(kMaxDrain)));
  }
  if (options.max_connection_streams < 1 || options.max_connection_streams > limits::kMaxStreams) {
    bad.Add(
        "max_connection_streams",
        fmt::format("is {}; it is 1 to {}", options.max_connection_streams, limits::kMaxStreams));
  }
  CheckCluster(options.cluster, bad);
  CheckHttp(options, bad);
  RETURN_IF_ERROR(bad.ToStatus());
  return security::CheckSecurityOptions(options.security);
}

}  // namespace chipline::server
