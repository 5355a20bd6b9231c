#include "services/stream/cursor_commits.h"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "chipline/storage/v1/command.pb.h"
#include "fmt/format.h"
#include "services/rpc/field_checks.h"
#include "services/rpc/page_token.h"
#include "services/stream/start.h"
#include "storage/error.h"
#include "storage/limits.h"
#include "storage/status_macros.h"
#include "storage/timestamp.h"

namespace chipline::stream {
namespace {

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

absl::Status CheckName(std::string_view name) {
  if (!name.empty() && name.size() <= limits::kMaxCursorNameBytes &&
      std::all_of(name.begin(), name.end(), IsNameCharacter)) {
    return absl::OkStatus();
  }
  return BadFieldError("name",
                       fmt::format("is not a cursor's name: 1 to {} of A-Z, a-z, 0-9, . _ -",
                                   limits::kMaxCursorNameBytes));
}

absl::Status CheckCommit(const v1::CommitCursorRequest& request, const storage::LogReader& log) {
  RETURN_IF_ERROR(CheckKnownFields(request));
  RETURN_IF_ERROR(CheckName(request.name()));
  return CheckNotBeyond(request.position(), log);
}

v1::Cursor ToProto(const std::string& name, storage::Position position, absl::Time time) {
  v1::Cursor cursor;
  cursor.set_name(name);
  cursor.set_position(position);
  *cursor.mutable_commit_time() = ToTimestamp(time);
  return cursor;
}

}  // namespace

absl::StatusOr<v1::GetCursorResponse> CursorCommits::Get(
    const v1::GetCursorRequest& request) const {
  RETURN_IF_ERROR(CheckName(request.name()));
  ASSIGN_OR_RETURN(const auto cursor, log_.GetCursor(request.name()));
  if (!cursor.has_value()) {
    return Error(absl::StatusCode::kNotFound, "CURSOR_NOT_FOUND",
                 fmt::format("there is no cursor with the name {}", request.name()),
                 {{"name", request.name()}});
  }
  v1::GetCursorResponse response;
  *response.mutable_cursor() = ToProto(cursor->name, cursor->position, cursor->commit_time);
  return response;
}

absl::StatusOr<v1::ListCursorsResponse> CursorCommits::List(
    const v1::ListCursorsRequest& request) const {
  Violations bad;
  const size_t size = ReadPageSize(request.page_size(), bad);
  RETURN_IF_ERROR(bad.ToStatus());
  const TokenScope scope{log_.identity().log_id, log_.identity().epoch,
                         QueryFingerprint({"ListCursors"})};
  ASSIGN_OR_RETURN(const TokenPlace place, OpenPageToken(scope, request.page_token()));
  ASSIGN_OR_RETURN(auto cursors, log_.ListCursors(place.key, size + 1));
  v1::ListCursorsResponse response;
  if (cursors.size() > size) {
    cursors.resize(size);
    response.set_next_page_token(SealPageToken(scope, {0, cursors.back().name}));
  }
  for (const storage::NamedCursor& cursor : cursors) {
    *response.add_cursors() = ToProto(cursor.name, cursor.position, cursor.commit_time);
  }
  return response;
}

void CursorCommits::Commit(const v1::CommitCursorRequest& request, Done done) {
  if (absl::Status status = CheckCommit(request, log_.reader()); !status.ok()) {
    return done(std::move(status));
  }
  storage::v1::Command command;
  storage::v1::CursorChange& change = *command.mutable_cursor();
  change.set_name(request.name());
  change.set_position(request.position());
  if (request.has_expected_position()) change.set_expected_position(request.expected_position());
  // Shared, because the log does not call its copy if it refuses the command.
  auto answer = std::make_shared<Done>(std::move(done));
  absl::Status submitted = log_.Submit(
      std::move(command), [answer, name = request.name()](const storage::Outcome& outcome) {
        if (!outcome.status.ok()) return (*answer)(outcome.status);
        v1::CommitCursorResponse response;
        *response.mutable_cursor() = ToProto(name, outcome.cursor_position, outcome.time);
        (*answer)(std::move(response));
      });
  if (!submitted.ok()) (*answer)(std::move(submitted));
}

}  // namespace chipline::stream
