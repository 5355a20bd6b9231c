#ifndef CHIPLINE_TESTS_BENCH_LOAD_ECHO_SERVER_H_
#define CHIPLINE_TESTS_BENCH_LOAD_ECHO_SERVER_H_

#include <filesystem>
#include <string>

#include "absl/status/status.h"

// What gRPC gives with nothing behind it. The server runs in a program of its own, as Chipline's
// does, so that both limits and Chipline pay for the same hops between programs.
namespace chipline::bench {

// Sends the one message of a unary call back as it came.
inline constexpr char kUnaryMethod[] = "/chipline.bench.Limits/Unary";
// Sends each message of a bidirectional stream back as it came.
inline constexpr char kEchoMethod[] = "/chipline.bench.Limits/Echo";
// The request is "COUNT SIZE" in decimal; answers with COUNT messages of SIZE bytes, as fast as
// they go. COUNT 0: until the call is cancelled.
inline constexpr char kStreamMethod[] = "/chipline.bench.Limits/Stream";

// Listens on a free port of the loopback, writes it to `port_file`, and serves until SIGTERM or
// SIGINT.
absl::Status RunEchoServer(const std::filesystem::path& port_file);

}  // namespace chipline::bench

#endif  // CHIPLINE_TESTS_BENCH_LOAD_ECHO_SERVER_H_
