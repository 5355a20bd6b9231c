#include "services/query/timeline_reads.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "fmt/format.h"
#include "services/query/versions.h"
#include "services/query/views_wait.h"
#include "services/rpc/field_checks.h"
#include "services/rpc/message_builder.h"
#include "services/rpc/page_token.h"
#include "services/timeline/folds/fold.h"
#include "services/timeline/log_events.h"
#include "services/timeline/timeline_query.h"
#include "services/timeline/valid_day.h"
#include "storage/error.h"
#include "storage/limits.h"
#include "storage/status_macros.h"

namespace chipline::query {
namespace {

using storage::Position;
using timeline::AsOf;
using timeline::EntryVersion;
using timeline::ViewSnapshot;

// The order of answers, and where a page ended in it.
std::string SortKey(const EntryVersion& entry) { return entry.first_day + '\0' + entry.entry_id; }

// An id, or the start of one, of a kind that there is none of finds nothing, and is a mistake.
void CheckKind(std::string_view id, std::string_view field, google::rpc::BadRequest& bad) {
  static constexpr std::string_view kKinds[] = {"capex/", "order/", "rule/", "supply/", "usage/"};
  for (const std::string_view kind : kKinds) {
    if (id.starts_with(kind) || kind.starts_with(id)) return;
  }
  AddViolation(bad, field, "is of no kind of timeline: capex/, order/, rule/, supply/ or usage/");
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
  google::rpc::BadRequest bad;
  ask.page_size = ReadPageSize(request.page_size(), bad);
  CheckVersions(request, bad);
  RETURN_IF_ERROR(CheckedStatus(bad));
  ASSIGN_OR_RETURN(ask.valid, ReadValidTime(request.valid()));
  ASSIGN_OR_RETURN(ask.known, ReadKnown(request.known(), views_.log(), clock_));
  ask.scope = ScopeOf({"GetTimeline", request.query().SerializeAsString(),
                       request.known().SerializeAsString(), request.valid().SerializeAsString()});
  ASSIGN_OR_RETURN(ask.after, OpenPageToken(ask.scope, request.page_token()));
  const Position head = views_.log().head();
  if (request.min_position() > head) {
    return BeyondHeadError("min_position", request.min_position(), head);
  }
  if (ask.after.position > head) return BeyondHeadError("page_token", ask.after.position, head);
  ask.wait_for =
      std::max({request.min_position(), ask.known.position.value_or(0), ask.after.position});
  RETURN_IF_ERROR(CheckServing(views_));
  return ask;
}

absl::StatusOr<ExplainAsk> TimelineReads::Check(const v1::ExplainEntryRequest& request) const {
  RETURN_IF_ERROR(CheckKnownFields(request));
  google::rpc::BadRequest bad;
  if (request.entry_id().empty()) {
    AddViolation(bad, "entry_id", "is required");
  } else {
    CheckKind(request.entry_id(), "entry_id", bad);
  }
  CheckVersions(request, bad);
  RETURN_IF_ERROR(CheckedStatus(bad));
  ExplainAsk ask;
  ask.entry_id = request.entry_id();
  ASSIGN_OR_RETURN(ask.known, ReadKnown(request.known(), views_.log(), clock_));
  RETURN_IF_ERROR(CheckServing(views_));
  return ask;
}

absl::StatusOr<std::vector<EntryVersion>> TimelineReads::Entries(const ViewSnapshot& snapshot,
                                                                 const TimelineAsk& ask,
                                                                 const AsOf& as_of) const {
  ASSIGN_OR_RETURN(std::vector<EntryVersion> entries, snapshot.Find(ask.query, as_of));
  if (ask.query.has_export_rule()) {
    ASSIGN_OR_RETURN(std::vector<EntryVersion> unsaid,
                     snapshot.Unsaid(ask.query.export_rule(), as_of));
    std::move(unsaid.begin(), unsaid.end(), std::back_inserter(entries));
  }
  std::sort(entries.begin(), entries.end(), [](const EntryVersion& a, const EntryVersion& b) {
    return std::tie(a.first_day, a.entry_id) < std::tie(b.first_day, b.entry_id);
  });
  return entries;
}

absl::StatusOr<grpc::ByteBuffer> TimelineReads::Answer(const TimelineAsk& ask) const {
  ASSIGN_OR_RETURN(const auto snapshot, TakeViews(views_));
  AsOf as_of{ask.known.position.value_or(snapshot->position()), ask.known.published_by};
  if (ask.after.position > 0) as_of.position = ask.after.position;
  ASSIGN_OR_RETURN(const std::vector<EntryVersion> entries, Entries(*snapshot, ask, as_of));
  ASSIGN_OR_RETURN(const v1::AnswerBasis basis, BasisOf(views_, *snapshot, as_of));

  MessageBuilder response;
  response.AddMessage(v1::GetTimelineResponse::kBasisFieldNumber, basis);
  size_t count = 0;
  std::string last;
  for (const EntryVersion& entry : entries) {
    const std::string key = SortKey(entry);
    if (!ask.after.key.empty() && key <= ask.after.key) continue;
    std::string bytes = entry.bytes;
    if (ask.valid.has_value()) {
      v1::TimelineEntry clipped = entry.Parse();
      if (!ClipToSpan(*ask.valid, &clipped)) continue;
      bytes = clipped.SerializeAsString();
    }
    if (count == ask.page_size || (count > 0 && response.bytes() > limits::kMaxBatchBytes)) {
      response.AddText(v1::GetTimelineResponse::kNextPageTokenFieldNumber,
                       SealPageToken(ask.scope, TokenPlace{as_of.position, last}));
      break;
    }
    response.OpenMessage(v1::GetTimelineResponse::kEntriesFieldNumber, bytes.size());
    response.AddBytes(bytes);
    ++count;
    last = key;
  }
  return std::move(response).Build();
}

absl::StatusOr<v1::ExplainEntryResponse> TimelineReads::Answer(const ExplainAsk& ask) const {
  ASSIGN_OR_RETURN(const auto snapshot, TakeViews(views_));
  const AsOf as_of{ask.known.position.value_or(snapshot->position()), ask.known.published_by};
  ASSIGN_OR_RETURN(v1::ExplainEntryResponse explained, snapshot->Explain(ask.entry_id, as_of));
  ASSIGN_OR_RETURN(*explained.mutable_basis(), BasisOf(views_, *snapshot, as_of));
  return explained;
}

absl::StatusOr<v1::ListTimelinesResponse> TimelineReads::List(
    const v1::ListTimelinesRequest& request) const {
  RETURN_IF_ERROR(CheckKnownFields(request));
  google::rpc::BadRequest bad;
  const size_t page_size = ReadPageSize(request.page_size(), bad);
  CheckKind(request.prefix(), "prefix", bad);
  CheckVersions(request, bad);
  RETURN_IF_ERROR(CheckedStatus(bad));
  const TokenScope scope = ScopeOf({"ListTimelines", request.prefix()});
  ASSIGN_OR_RETURN(const TokenPlace after, OpenPageToken(scope, request.page_token()));
  ASSIGN_OR_RETURN(const auto snapshot, TakeViews(views_));
  ASSIGN_OR_RETURN(std::vector<v1::TimelineListing> listings,
                   snapshot->List(request.prefix(), after.key, page_size + 1));
  v1::ListTimelinesResponse response;
  ASSIGN_OR_RETURN(*response.mutable_basis(), BasisOf(views_, *snapshot, snapshot->now()));
  const bool more = listings.size() > page_size;
  if (more) listings.pop_back();
  for (v1::TimelineListing& listing : listings) *response.add_timelines() = std::move(listing);
  if (more) {
    const std::string& last = response.timelines(response.timelines_size() - 1).entry_id();
    response.set_next_page_token(SealPageToken(scope, TokenPlace{snapshot->position(), last}));
  }
  return response;
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
