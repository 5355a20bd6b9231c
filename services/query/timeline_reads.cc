#include "services/query/timeline_reads.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"

#include "fmt/format.h"
#include "services/kinds/entry_kind.h"
#include "services/query/versions.h"
#include "services/query/views_wait.h"
#include "services/rpc/field_checks.h"
#include "services/rpc/message.h"
#include "services/rpc/message_builder.h"
#include "services/rpc/page_token.h"
#include "services/timeline/asked_rule.h"
#include "services/timeline/folds/fold.h"
#include "services/timeline/log_events.h"
#include "services/timeline/timeline_query.h"
#include "storage/error.h"
#include "storage/limits.h"
#include "storage/status_macros.h"

namespace chipline::query {
namespace {

using storage::Position;
using timeline::AsOf;
using timeline::EntryVersion;
using timeline::ViewSnapshot;

// What an answer may hold besides its basis and its token.
constexpr size_t kPageBytes = limits::kMaxBatchBytes - 16 * 1024;

// The order of answers, and where a page ended in it.
std::string SortKey(const EntryVersion& entry) { return entry.first_day + '\0' + entry.entry_id; }

// The first entries, in the order of answers, that come after the page before and fit on this one.
// They may be added in any order; no more are held than fit, and one.
class EntryPage {
 public:
  explicit EntryPage(const TimelineAsk& ask) : ask_(ask) {}

  void Add(EntryVersion entry) {
    const std::string key = SortKey(entry);
    if (!ask_.after.key.empty() && key <= ask_.after.key) return;
    if (more_ && key > entries_.rbegin()->first) return;
    if (ask_.valid.has_value()) {
      v1::TimelineEntry clipped = entry.Parse();
      if (!ClipToSpan(*ask_.valid, &clipped)) return;
      entry.bytes = clipped.SerializeAsString();
    }
    bytes_ += SizeOf(entry.bytes);
    entries_.emplace(key, std::move(entry.bytes));
    while (entries_.size() > 1 && (entries_.size() > ask_.page_size || bytes_ > kPageBytes)) {
      const auto last = std::prev(entries_.end());
      bytes_ -= SizeOf(last->second);
      entries_.erase(last);
      more_ = true;
    }
  }

  const std::map<std::string, std::string>& entries() const { return entries_; }
  bool more() const { return more_; }

 private:
  static size_t SizeOf(const std::string& bytes) {
    constexpr size_t kFieldBytes = 8;
    return bytes.size() + kFieldBytes;
  }

  const TimelineAsk& ask_;
  std::map<std::string, std::string> entries_;
  size_t bytes_ = 0;
  bool more_ = false;
};

// Gives all entries that the query is for, with what it asks of them, to `add`.
absl::Status FillPage(const ViewSnapshot& snapshot, const AsOf& as_of,
                      const v1::TimelineQuery& query,
                      const std::function<void(EntryVersion)>& add) {
  const v1::ExportRuleQuery& rules = query.export_rule();
  const timeline::AskedOrder asked =
      timeline::AskedOf(rules, NamesAt{snapshot.names(), as_of.position});
  // A list of rules stays one.
  const bool one = !rules.chip().empty() && !rules.destination().empty();
  absl::Status failed;
  const auto take = [&](EntryVersion entry) {
    if (query.has_export_rule() && (asked.named || one)) {
      v1::TimelineEntry rule = entry.Parse();
      failed = timeline::AddAsked(asked, snapshot.folder(), as_of, &rule);
      if (!failed.ok()) return false;
      entry.bytes = rule.SerializeAsString();
    }
    add(std::move(entry));
    return true;
  };
  const timeline::ResolvedQuery resolved = snapshot.Resolve(query, as_of.position);
  RETURN_IF_ERROR(snapshot.Visit(resolved, as_of, "", take));
  RETURN_IF_ERROR(failed);
  if (!query.has_export_rule()) return absl::OkStatus();
  ASSIGN_OR_RETURN(std::vector<EntryVersion> unsaid, snapshot.Unsaid(query.export_rule(), as_of));
  for (EntryVersion& entry : unsaid) {
    if (!take(std::move(entry))) return failed;
  }
  return absl::OkStatus();
}

// The position of the last claim on the page before.
absl::Status ReadClaimKey(const std::string& key, Position* position) {
  if (absl::SimpleAtoi(key, position)) return absl::OkStatus();
  return BadFieldError("page_token", "is damaged; take the token of a page as it is");
}

// An id, or the start of one, of a kind that there is none of finds nothing, and is a mistake.
void CheckKind(std::string_view id, std::string_view field, Violations& bad) {
  std::string prefixes;
  for (const kinds::EntryKindRow& row : kinds::EntryKinds()) {
    if (id.starts_with(row.prefix) || row.prefix.starts_with(id)) return;
    prefixes += fmt::format("{}{}", prefixes.empty() ? "" : ", ", row.prefix);
  }
  bad.Add(field, fmt::format("is of no kind of timeline; there are {}", prefixes));
}

}  // namespace

TokenScope TimelineReads::ScopeOf(std::initializer_list<std::string_view> parts) const {
  // Entries of another version may stand in another order.
  const std::string versions =
      fmt::format("{}.{}", timeline::kViewVersion, timeline::kPolicyVersion);
  const uint64_t query = QueryFingerprint(parts);
  return TokenScope{views_.identity().log_id, views_.identity().epoch,
                    QueryFingerprint({fmt::format("{:x}", query), versions})};
}

absl::StatusOr<TimelineAsk> TimelineReads::Check(const v1::GetTimelineRequest& request) const {
  RETURN_IF_ERROR(CheckKnownFields(request));
  RETURN_IF_ERROR(timeline::CheckQuery(request.query(), "query"));
  TimelineAsk ask;
  ask.query = request.query();
  Violations bad;
  ask.page_size = ReadPageSize(request.page_size(), bad);
  CheckVersions(request, bad);
  RETURN_IF_ERROR(bad.ToStatus());
  ASSIGN_OR_RETURN(ask.valid, ReadValidTime(request.valid()));
  ASSIGN_OR_RETURN(ask.known, ReadKnown(request.known(), views_.log(), clock_));
  ask.scope = ScopeOf({"GetTimeline", request.query().SerializeAsString(),
                       request.known().SerializeAsString(), request.valid().SerializeAsString()});
  ASSIGN_OR_RETURN(ask.after, OpenPageToken(ask.scope, request.page_token()));
  ASSIGN_OR_RETURN(ask.wait_for, WaitFor(request.min_position(), ask.known, ask.after));
  RETURN_IF_ERROR(CheckServing(views_));
  return ask;
}

absl::StatusOr<ExplainAsk> TimelineReads::Check(const v1::ExplainEntryRequest& request) const {
  RETURN_IF_ERROR(CheckKnownFields(request));
  Violations bad;
  if (request.entry_id().empty()) {
    bad.Add("entry_id", "is required");
  } else {
    CheckKind(request.entry_id(), "entry_id", bad);
  }
  ExplainAsk ask;
  ask.entry_id = request.entry_id();
  ask.page_size = ReadPageSize(request.page_size(), bad);
  CheckVersions(request, bad);
  RETURN_IF_ERROR(bad.ToStatus());
  ASSIGN_OR_RETURN(ask.known, ReadKnown(request.known(), views_.log(), clock_));
  ask.scope = ScopeOf({"ExplainEntry", request.entry_id(), request.known().SerializeAsString()});
  ASSIGN_OR_RETURN(ask.after, OpenPageToken(ask.scope, request.page_token()));
  ASSIGN_OR_RETURN(ask.wait_for, WaitFor(request.min_position(), ask.known, ask.after));
  RETURN_IF_ERROR(CheckServing(views_));
  return ask;
}

absl::StatusOr<ListAsk> TimelineReads::Check(const v1::ListTimelinesRequest& request) const {
  RETURN_IF_ERROR(CheckKnownFields(request));
  Violations bad;
  ListAsk ask;
  ask.prefix = request.prefix();
  ask.page_size = ReadPageSize(request.page_size(), bad);
  CheckKind(request.prefix(), "prefix", bad);
  CheckVersions(request, bad);
  RETURN_IF_ERROR(bad.ToStatus());
  ask.scope = ScopeOf({"ListTimelines", request.prefix()});
  ASSIGN_OR_RETURN(ask.after, OpenPageToken(ask.scope, request.page_token()));
  return ask;
}

absl::StatusOr<Position> TimelineReads::WaitFor(Position min_position, const KnownPoint& known,
                                                const TokenPlace& after) const {
  const storage::LogReader& log = views_.log();
  // What another node has come to comes here as well, so it is waited for.
  if (!log.shared()) RETURN_IF_ERROR(CheckNotBeyond("min_position", min_position, log));
  RETURN_IF_ERROR(CheckNotBeyond("page_token", after.position, log));
  return std::max({min_position, known.position.value_or(0), after.position});
}

absl::StatusOr<grpc::ByteBuffer> TimelineReads::Answer(const TimelineAsk& ask,
                                                       timeline::Work* work) const {
  ASSIGN_OR_RETURN(const auto snapshot, TakeViews(views_));
  snapshot->CountWork(work);
  AsOf as_of{ask.known.position.value_or(snapshot->position()), ask.known.published_by};
  if (ask.after.position > 0) as_of.position = ask.after.position;
  EntryPage page(ask);
  RETURN_IF_ERROR(FillPage(*snapshot, as_of, ask.query,
                           [&](EntryVersion entry) { page.Add(std::move(entry)); }));
  ASSIGN_OR_RETURN(const v1::AnswerBasis basis, BasisOf(views_, *snapshot, as_of));

  MessageBuilder response;
  response.AddMessage(v1::GetTimelineResponse::kBasisFieldNumber, basis);
  for (const auto& [key, bytes] : page.entries()) {
    response.OpenMessage(v1::GetTimelineResponse::kEntriesFieldNumber, bytes.size());
    response.AddBytes(bytes);
  }
  if (page.more()) {
    response.AddText(
        v1::GetTimelineResponse::kNextPageTokenFieldNumber,
        SealPageToken(ask.scope, TokenPlace{as_of.position, page.entries().rbegin()->first}));
  }
  return std::move(response).Build();
}

absl::StatusOr<grpc::ByteBuffer> TimelineReads::Answer(const ExplainAsk& ask,
                                                       timeline::Work* work) const {
  ASSIGN_OR_RETURN(const auto snapshot, TakeViews(views_));
  snapshot->CountWork(work);
  AsOf as_of{ask.known.position.value_or(snapshot->position()), ask.known.published_by};
  Position after = 0;
  if (!ask.after.key.empty()) {
    as_of.position = ask.after.position;
    RETURN_IF_ERROR(ReadClaimKey(ask.after.key, &after));
  }
  ASSIGN_OR_RETURN(const auto explanation, ExplanationOf(*snapshot, ask, as_of));
  ASSIGN_OR_RETURN(auto page,
                   explanation->PageAfter(views_.log(), after, ask.page_size, kPageBytes));
  ASSIGN_OR_RETURN(*page.response.mutable_basis(), BasisOf(views_, *snapshot, as_of));
  if (page.more) {
    page.response.set_next_page_token(
        SealPageToken(ask.scope, TokenPlace{as_of.position, fmt::format("{}", page.last)}));
  }
  kept_.Keep(ask.entry_id, page.more ? explanation : nullptr);
  return SerializeMessage(page.response);
}

absl::StatusOr<std::shared_ptr<const timeline::EntryExplanation>> TimelineReads::ExplanationOf(
    const ViewSnapshot& snapshot, const ExplainAsk& ask, const AsOf& as_of) const {
  if (auto kept = kept_.Find(ask.entry_id, as_of)) return kept;
  return snapshot.Explain(ask.entry_id, as_of);
}

absl::StatusOr<grpc::ByteBuffer> TimelineReads::Answer(const ListAsk& ask,
                                                       timeline::Work* work) const {
  ASSIGN_OR_RETURN(const auto snapshot, TakeViews(views_));
  snapshot->CountWork(work);
  ASSIGN_OR_RETURN(ViewSnapshot::Listed page,
                   snapshot->List(ask.prefix, ask.after.key, ask.page_size, kPageBytes));
  v1::ListTimelinesResponse response;
  ASSIGN_OR_RETURN(*response.mutable_basis(), BasisOf(views_, *snapshot, snapshot->now()));
  for (v1::TimelineListing& listing : page.listings) {
    *response.add_timelines() = std::move(listing);
  }
  if (page.more) {
    response.set_next_page_token(
        SealPageToken(ask.scope, TokenPlace{snapshot->position(), page.last}));
  }
  return SerializeMessage(response);
}

absl::StatusOr<v1::AnswerBasis> BasisOf(const timeline::Materializer& views,
                                        const ViewSnapshot& snapshot, const AsOf& as_of) {
  v1::AnswerBasis basis;
  basis.set_position(as_of.position);
  if (as_of.position == snapshot.position()) {
    if (as_of.position > 0) *basis.mutable_record_time() = snapshot.time();
  } else if (as_of.position > 0) {
    ASSIGN_OR_RETURN(const v1::RecordedEvent event,
                     timeline::ReadEvent(views.log(), as_of.position));
    *basis.mutable_record_time() = event.record_time();
  }
  basis.set_view_version(timeline::kViewVersion);
  basis.set_policy_version(timeline::kPolicyVersion);
  if (as_of.published_by.has_value()) {
    basis.set_publication_date(as_of.published_by->Format());
  }
  basis.set_log_id(views.identity().log_id);
  return basis;
}

}  // namespace chipline::query
