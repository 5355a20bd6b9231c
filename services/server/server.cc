#include "services/server/server.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "absl/time/clock.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"

#include "fmt/format.h"
#include "services/admin/admin_service.h"
#include "services/contract/reflection_service.h"
#include "services/ingest/appender.h"
#include "services/ingest/rpc/append_rpc.h"
#include "services/ingest/rules.h"
#include "services/metrics/call_counts.h"
#include "services/metrics/metrics.h"
#include "services/query/timeline_service.h"
#include "services/rpc/log_waker.h"
#include "services/rpc/notice.h"
#include "services/rpc/stream_reactor.h"
#include "services/rpc/subscribers.h"
#include "services/rpc/timer.h"
#include "services/rpc/waker.h"
#include "services/security/security.h"
#include "services/server/cluster.h"
#include "services/server/connection_watch.h"
#include "services/server/event_log_service.h"
#include "services/server/grpc_settings.h"
#include "services/server/http_front.h"
#include "services/server/listen_address.h"
#include "services/server/listener.h"
#include "services/server/log_line.h"
#include "services/server/log_watch.h"
#include "services/server/service_names.h"
#include "services/server/serving_status.h"
#include "services/stream/event_reads.h"
#include "services/stream/subscription_service.h"
#include "services/timeline/materializer.h"
#include "storage/clock.h"
#include "storage/error.h"
#include "storage/executor.h"
#include "storage/log.h"
#include "storage/mutex.h"
#include "storage/status_macros.h"

namespace chipline::server {
namespace {

// The threads. Each kind of work has its own, so that none waits behind another's: what reads one
// event or cursor from disk, timelines and what operators ask, pages that may look at much of the
// log, large requests being checked, answers to appends, streams that catch up from disk, and those
// that are live.
struct Executors {
  explicit Executors(int threads)
      : points(threads),
        unary(threads),
        scans((threads + 1) / 2, ExecutorKind::kPatient),
        sealing(threads),
        catch_up(threads, ExecutorKind::kPatient),
        live(threads) {}

  Executor points;
  Executor unary;
  // Half as many: they keep a processor busy, and more of them would be done no sooner.
  Executor scans;
  Executor sealing;
  Executor answering{1};
  Executor catch_up;
  Executor live;
};

// How long calls that were on their way as draining began are still answered by name. gRPC, once it
// shuts down, ends with CANCELLED what arrives before the client has heard of it.
constexpr std::chrono::milliseconds kLastCalls{200};

// How long a pipeline's client may take nothing before a draining server cuts it off.
constexpr std::chrono::seconds kReadingGrace{1};

void Tell(const Notice& notice) {
  LogLineOf(notice.warning ? LogLevel::kWarning : LogLevel::kInfo, notice.message, notice.fields);
}

// All that answers calls. Everything it is given must outlive it.
struct Services {
  Services(storage::Log& log, timeline::Materializer& views, Waker& head, const Clock& clock,
           Executors& executors, const admin::ServerFacts& facts,
           const std::filesystem::path& backup_directory, const Gate* gate)
      : subscribers(facts.max_streams),
        host{executors.live, executors.catch_up, timer, subscribers, gate},
        appender(log),
        appends(appender, executors.sealing, executors.answering, gate),
        reads(log),
        event_log(appends, reads, host, executors.points, executors.scans),
        subscription(log, clock, host, executors.points, executors.scans, head),
        timeline(views, clock, host, executors.unary),
        admin({log, views, subscribers, clock, executors.unary, host, backup_directory, &Tell},
              facts),
        reflection(ServiceNames(), executors.unary, gate) {}

  Subscribers subscribers;
  Timer timer;
  const StreamHost host;
  ingest::Appender appender;
  ingest::AppendRpc appends;
  stream::EventReads reads;

  EventLogService event_log;
  stream::SubscriptionService subscription;
  query::TimelineService timeline;
  admin::AdminService admin;
  contract::ReflectionService reflection;
};

// What is still open after all streams and appends are over: single answers, which take some
// milliseconds, and watches of health, which never end by themselves.
constexpr absl::Duration kOtherCalls = absl::Seconds(1);

using SteadyTime = std::chrono::steady_clock::time_point;

void WaitUntil(SteadyTime time) {
  Mutex mutex;
  CondVar never;
  const MutexLock lock(mutex);
  while (never.WaitUntil(mutex, time)) {
  }
}

// Waits for the end of what was told to end. Nothing calls back for that, so it looks.
void WaitForCalls(Services& services, SteadyTime start, SteadyTime deadline) {
  constexpr std::chrono::milliseconds kLookEvery{10};
  WaitUntil(std::min(deadline, start + kLastCalls));
  SteadyTime cut = start + kReadingGrace;
  while (std::chrono::steady_clock::now() < deadline &&
         (services.subscribers.count() > 0 || !services.appends.idle())) {
    const SteadyTime now = std::chrono::steady_clock::now();
    if (now >= cut) {
      services.appends.CutIdle();
      cut = now + kReadingGrace;
    }
    WaitUntil(std::min(deadline, now + kLookEvery));
  }
}

// Whom the server serves, in words.
std::string AccessWords(const ServerOptions& options) {
  if (options.security.knows_callers()) {
    return options.security.policy.empty()
               ? "every caller with good credentials may do everything; there is no policy"
               : "callers may do what the policy grants";
  }
  return fmt::format("{}, and nobody is asked for credentials{}",
                     options.insecure ? "everybody who reaches the address may do everything"
                                      : "only this machine is listened to",
                     options.security.tls() ? "" : "; there is no TLS");
}

// What opening the log left out of it.
void TellCut(const storage::Log& log) {
  const std::optional<storage::WalCut>& cut = log.cut();
  if (!cut.has_value()) return;
  LogLine(LogLevel::kWarning, "an unfinished commit was cut from the end of the log",
          {{"head", std::to_string(cut->head)},
           {"from_position", std::to_string(cut->head + 1)},
           {"bytes", std::to_string(cut->bytes)},
           {"file", cut->file.string()}});
}

// Null without TLS.
absl::StatusOr<std::unique_ptr<security::Security>> OpenSecurity(const ServerOptions& options,
                                                                 const Clock& clock) {
  LogLine(options.insecure ? LogLevel::kWarning : LogLevel::kInfo, AccessWords(options),
          {{"listen", options.listen}});
  if (!options.security.tls()) return nullptr;
  return security::Security::Open(options.security, clock, &Tell);
}

// A gRPC server that takes calls on what `listener` hands to it.
absl::StatusOr<std::unique_ptr<grpc::Server>> StartGrpc(const ServerOptions& options,
                                                        security::Security* security,
                                                        Services& services, Listener& listener,
                                                        const ConnectionWatch& connections,
                                                        metrics::CallCounts& calls) {
  const std::unique_ptr<grpc::ServerBuilder> made =
      NewServerBuilder(options.max_connection_streams);
  grpc::ServerBuilder& builder = *made;
  using External = grpc::ServerBuilder::experimental_type::ExternalConnectionType;
  using Acceptor = grpc::experimental::ExternalConnectionAcceptor;
  std::shared_ptr<Acceptor> acceptor = builder.experimental().AddExternalConnectionAcceptor(
      External::FROM_FD,
      security == nullptr ? grpc::InsecureServerCredentials() : security->NewCredentials());
  builder.RegisterService(&services.event_log);
  builder.RegisterService(&services.subscription);
  builder.RegisterService(&services.timeline);
  builder.RegisterService(&services.admin);
  for (grpc::Service* service : services.reflection.services()) builder.RegisterService(service);
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> counters;
  counters.push_back(metrics::NewCallCounter(calls));
  builder.experimental().SetInterceptorCreators(std::move(counters));
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) {
    return Error(absl::StatusCode::kUnavailable, "CANNOT_LISTEN", "gRPC cannot be started");
  }
  listener.Start([acceptor, &connections](Descriptor connection, const std::string& peer) {
    if (!connections.Admits(peer)) return;
    Acceptor::NewConnectionParameters parameters;
    parameters.fd = connection.Release();
    acceptor->HandleNewConnection(&parameters);
  });
  return server;
}

// For calls that come over HTTP. What the server sends is bounded by the server.
std::shared_ptr<grpc::Channel> InProcessChannel(grpc::Server& server) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  return server.InProcessChannel(arguments);
}

}  // namespace

// In the order of construction.
struct Server::Parts {
  explicit Parts(const ServerOptions& options) : executors(options.threads) {}
  // What is on its way to the committer when the last call is over belongs to calls that were cut;
  // their answers still come by the services and the executors. So the log goes before these.
  ~Parts() {
    http.reset();
    listener.reset();
    grpc.reset();
    if (services.has_value()) services->admin.EndBackups();
    if (cluster != nullptr) cluster->EndWatch();
    head.reset();
    views.reset();
    log.reset();
  }

  SystemClock clock;
  // Null without TLS. Goes after the executors, whose last tasks may hold accesses.
  std::unique_ptr<security::Security> security;
  Executors executors;
  ingest::NamingRules rules;
  const std::shared_ptr<storage::DiskErrors> errors = std::make_shared<storage::DiskErrors>();
  // Null where the server is alone.
  std::unique_ptr<Cluster> cluster;
  std::unique_ptr<storage::Log> log;
  std::unique_ptr<timeline::Materializer> views;
  std::optional<LogWaker> head;
  std::optional<Services> services;
  metrics::CallCounts calls{CountedMethods()};
  std::optional<metrics::Metrics> metrics;
  ListenAddress listen;
  std::unique_ptr<grpc::Server> grpc;
  std::optional<ConnectionWatch> connections;
  std::unique_ptr<Listener> listener;
  Readiness readiness;
  // Null where there is none.
  std::unique_ptr<HttpFront> http;
  std::optional<LogWatch> watch;
  std::optional<ServingStatus> status;
};

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options) {
  RETURN_IF_ERROR(CheckOptions(options));
  auto parts = std::make_unique<Parts>(options);
  ASSIGN_OR_RETURN(parts->listen, ReadListenAddress(options.listen, ReachOf(options)));
  ASSIGN_OR_RETURN(parts->security, OpenSecurity(options, parts->clock));
  admin::ServerFacts facts;
  facts.version = CHIPLINE_VERSION;
  facts.start_time = parts->clock.Now();
  facts.max_streams = options.max_streams;
  facts.max_connection_streams = options.max_connection_streams;
  facts.max_principal_streams = options.security.max_principal_streams;
  if (parts->security != nullptr) {
    facts.certificate_expire_time = [security = parts->security.get()] {
      return security->certificate_expire_time();
    };
  }

  storage::LogOptions log_options;
  if (!options.cluster.stream.empty()) {
    ASSIGN_OR_RETURN(parts->cluster, Cluster::Open(options.cluster));
    log_options.shared = &parts->cluster->sequencer();
    facts.cluster = [cluster = parts->cluster.get()] { return cluster->Describe(); };
  }
  log_options.directory = options.data_directory;
  log_options.sync = options.sync;
  log_options.cache_bytes = options.cache_bytes;
  log_options.clock = &parts->clock;
  log_options.env = options.env;
  log_options.min_free_bytes = options.min_free_bytes;
  log_options.errors = parts->errors;
  ASSIGN_OR_RETURN(parts->log, storage::Log::Open(log_options, parts->rules));
  TellCut(*parts->log);
  if (parts->cluster != nullptr) {
    RETURN_IF_ERROR(parts->cluster->Watch(*parts->log, parts->clock));
  }
  timeline::MaterializerOptions view_options;
  view_options.directory = options.data_directory / "views";
  view_options.cache_bytes = options.view_cache_bytes;
  view_options.env = options.env;
  view_options.errors = parts->errors;
  parts->views = std::make_unique<timeline::Materializer>(view_options, parts->log->reader(),
                                                          parts->log->identity());
  parts->head.emplace(parts->log->reader(), parts->executors.live);
  parts->services.emplace(*parts->log, *parts->views, *parts->head, parts->clock, parts->executors,
                          facts, options.backup_directory,
                          parts->security == nullptr ? nullptr : parts->security->gate());
  if (!options.http.empty()) {
    ASSIGN_OR_RETURN(parts->http, HttpFront::Open(options, parts->clock, &Tell));
  }
  parts->metrics.emplace(metrics::MetricSources{
      *parts->log, *parts->views, parts->services->subscribers,
      parts->services->appender.refusals(), parts->calls, parts->clock, facts.version,
      facts.start_time, facts.max_streams, options.backup_directory, facts.certificate_expire_time,
      facts.cluster, parts->http == nullptr ? nullptr : &parts->http->counts()});
  ASSIGN_OR_RETURN(parts->listener, Listener::Open(parts->listen, parts->clock, &Tell));
  parts->connections.emplace(parts->listener->port(), options.max_connection_streams,
                             options.cache_bytes + options.view_cache_bytes, parts->clock, &Tell);
  ASSIGN_OR_RETURN(parts->grpc, StartGrpc(options, parts->security.get(), *parts->services,
                                          *parts->listener, *parts->connections, parts->calls));
  parts->watch.emplace(*parts->log, parts->views.get(), parts->errors);
  parts->status.emplace(*parts->grpc->GetHealthCheckService(), parts->readiness);
  if (parts->http != nullptr) {
    parts->http->Start({[metrics = &*parts->metrics] { return metrics->Text(); },
                        [readiness = &parts->readiness] { return readiness->words(); }},
                       InProcessChannel(*parts->grpc), parts->security.get());
  }
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() {
  if (parts_->status.has_value()) Drain(absl::ZeroDuration());
}

int Server::port() const { return parts_->listener->port(); }

int Server::http_port() const { return parts_->http == nullptr ? 0 : parts_->http->port(); }

std::string Server::http_address() const {
  return parts_->http == nullptr ? std::string() : parts_->http->address();
}

std::string Server::address() const { return parts_->listen.WithPort(port()); }

std::string Server::Metrics() { return parts_->metrics->Text(); }

absl::Status Server::CheckHealth() {
  if (parts_->cluster != nullptr) parts_->cluster->Look();
  const absl::Status log = parts_->watch->Look();
  if (parts_->status.has_value()) parts_->status->Set(log, parts_->views->health());
  // A node that cannot go on with the others answers reads still, and a new start would not mend
  // it.
  if (parts_->log->halted()) return absl::OkStatus();
  return parts_->log->health();
}

storage::CommitProgress Server::progress() const { return parts_->log->progress(); }

void Server::Reload() {
  if (parts_->security != nullptr) parts_->security->Reload();
}

void Server::Drain(absl::Duration deadline) {
  const SteadyTime start = std::chrono::steady_clock::now();
  if (parts_->http != nullptr) parts_->http->Drain();
  parts_->status->Drain();
  parts_->status.reset();
  parts_->log->Drain();
  parts_->services->appends.Drain();
  parts_->services->reflection.Drain();
  parts_->services->subscribers.Drain();
  const SteadyTime end = start + absl::ToChronoNanoseconds(deadline);
  WaitForCalls(*parts_->services, start, end);
  if (parts_->http != nullptr) {
    parts_->http->Stop(std::min(end, std::chrono::steady_clock::now() + kReadingGrace));
  }
  const absl::Duration left = absl::FromChrono(end - std::chrono::steady_clock::now());
  parts_->listener->Stop();
  parts_->grpc->Shutdown(absl::ToChronoTime(absl::Now() + std::min(left, kOtherCalls)));
}

}  // namespace chipline::server
