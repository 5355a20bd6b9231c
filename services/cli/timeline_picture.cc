#include "services/cli/timeline_picture.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "chipline/v1/chip_order.pb.h"
#include "services/cli/entity_fields.h"
#include "services/cli/shown_names.h"
#include "services/picture/picture.h"
#include "services/picture/text.h"
#include "services/values/fold_key.h"
#include "services/values/subject_token.h"
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

// What a question calls an entity may be its id or any of its names.
std::string NameOf(v1::EntityKind kind, const std::string& asked, const ShownNames& shown) {
  std::string id = shown.IdOf(kind, asked);
  if (id.empty()) id = IsEntityId(asked) ? asked : SubjectToken(FoldKey(asked));
  std::string name = shown.Of(kind, id);
  return name == id ? asked : name;
}

// The names of all that the entries and the question hold, by what stands there for each. Each
// keeps its place in a sentence, whatever way it runs, so they are not written into the entries.
picture::Names NamesIn(const std::vector<v1::TimelineEntry>& entries,
                       const v1::TimelineQuery& query, ShownNames& shown) {
  picture::Names names;
  EntityWriter note;
  note.publisher = [](const std::string&, uint64_t) {};
  note.ref = [](v1::EntityKind, v1::Ref&) {};
  note.id = [&](v1::EntityKind kind, const std::string& id) {
    names.Set(kind, id, shown.Of(kind, id));
    return id;
  };
  for (const v1::TimelineEntry& entry : entries) {
    v1::TimelineEntry read = entry;
    shown.PutInto(read);
    read = entry;
    WriteEntities(read, note);
  }
  v1::TimelineQuery asked = query;
  shown.PutInto(asked);
  note.id = [&](v1::EntityKind kind, const std::string& id) {
    names.Set(kind, id, NameOf(kind, id, shown));
    return id;
  };
  asked = query;
  WriteEntities(asked, note);
  for (const std::string& buyer : {query.export_rule().buyer(), query.chip_order().buyer()}) {
    if (buyer.empty()) continue;
    // Whichever of its names it is asked by.
    v1::ChipOrder named;
    named.add_buyers()->set_mention(buyer);
    shown.PutInto(named);
    note.id(v1::ENTITY_KIND_COMPANY, buyer);
  }
  return names;
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
    case v1::TimelineQuery::kPrice:
      return "Prices of " + names.Chip(query.price().chip()) +
             (query.price().place().empty() ? "" : " in " + names.Place(query.price().place()));
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
  ShownNames shown(client, console.options().language, basis.position());
  picture::Subject subject;
  subject.names = NamesIn(entries, query, shown);
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
