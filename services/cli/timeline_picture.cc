#include "services/cli/timeline_picture.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "services/cli/aliases.h"
#include "services/picture/picture.h"
#include "services/picture/text.h"
#include "services/words/enum_words.h"

namespace chipline::cli {
namespace {

// Whole or not at all is not promised: a picture can be drawn again.
bool WriteFile(const std::string& path, const std::string& contents) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return false;
  const bool written = std::fwrite(contents.data(), 1, contents.size(), file) == contents.size();
  const int error = errno;
  if (std::fclose(file) == 0 && written) return true;
  if (!written) errno = error;
  return false;
}

// What follows from the claims alone: without the time of recording and the version of the views,
// which are others in another log that holds the same.
std::string ReflectsWords(const v1::AnswerBasis& basis) {
  std::string text = fmt::format("as of position {}", basis.position());
  if (!basis.publication_date().empty()) {
    text += fmt::format(", what was public on {}", picture::Isolated(basis.publication_date()));
  }
  return text + fmt::format(", policy {}", basis.policy_version());
}

std::string RuleWords(const v1::ExportRuleQuery& query, const picture::Names& names) {
  std::string text = "Rules";
  if (!query.jurisdiction().empty()) text += " of " + names.Place(query.jurisdiction());
  if (query.gate() != 0) text += fmt::format(", {} only,", EnumWords(query.gate()));
  if (!query.chip().empty()) text += " on " + names.Chip(query.chip());
  if (!query.destination().empty()) text += " to " + names.Place(query.destination());
  if (!query.buyer().empty()) text += ", asked for " + names.Company(query.buyer());
  if (!query.buyer_seat().empty()) text += ", seated in " + names.Place(query.buyer_seat());
  if (!query.purpose().empty()) text += ", for " + picture::Isolated(query.purpose());
  return text;
}

std::string OrderWords(const v1::ChipOrderQuery& query, const picture::Names& names) {
  if (!query.order().empty()) return "Order " + picture::Isolated(query.order());
  std::string text = "Orders";
  if (!query.buyer().empty()) text += " of " + names.Company(query.buyer());
  if (!query.chip().empty()) text += " for " + names.Chip(query.chip());
  return text;
}

}  // namespace

std::string QueryWords(const v1::TimelineQuery& query, const picture::Names& names) {
  switch (query.timeline_case()) {
    case v1::TimelineQuery::kCapex:
      return "Spending of " + names.Company(query.capex().company());
    case v1::TimelineQuery::kExportRule:
      return RuleWords(query.export_rule(), names);
    case v1::TimelineQuery::kChipOrder:
      return OrderWords(query.chip_order(), names);
    case v1::TimelineQuery::kChipSupply:
      return "Supply of " + names.Chip(query.chip_supply().chip());
    case v1::TimelineQuery::kUsage:
      return "Use of " + names.Company(query.usage().company());
    case v1::TimelineQuery::kCompany:
      return "All about " + names.Company(query.company().company());
    case v1::TimelineQuery::TIMELINE_NOT_SET:
      return "";
  }
  return "";
}

ExitCode WritePicture(const PictureFlags& flags, const v1::TimelineQuery& query,
                      const v1::AnswerBasis& basis, const PictureDays& days,
                      std::vector<v1::TimelineEntry> entries, Client& client, Console& console) {
  Aliases aliases;
  const grpc::Status status =
      ReadAliases(client, {}, basis.position(), [&aliases](const v1::RecordedEvent& event) {
        aliases.Apply(event.event().alias_change());
        return true;
      });
  if (!status.ok()) return console.Fail(status);
  picture::Subject subject;
  subject.names = aliases.Chosen(console.options().language);
  subject.title = QueryWords(query, subject.names);
  subject.reflects = ReflectsWords(basis);
  subject.entries = std::move(entries);
  subject.today = days.today;
  subject.day = days.headed;
  const std::string drawing = picture::Draw(subject);
  if (flags.file == "-") {
    console.PrintPicture(drawing);
    return ExitCode::kDone;
  }
  if (!WriteFile(flags.file, drawing)) {
    return console.Fail(absl::FailedPreconditionError(
        fmt::format("cannot write {}: {}", flags.file, std::strerror(errno))));
  }
  console.Note(fmt::format("wrote {}, {} {}", flags.file, subject.entries.size(),
                           subject.entries.size() == 1 ? "panel" : "panels"));
  return ExitCode::kDone;
}

}  // namespace chipline::cli
