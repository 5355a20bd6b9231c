#include "services/picture/claim_text.h"

#include <fmt/format.h>

#include <optional>

#include "services/picture/scale.h"
#include "services/picture/text.h"
#include "services/words/enum_words.h"
#include "services/words/standing_words.h"

namespace chipline::picture {

std::string SourceText(const v1::ClaimSummary& claim, const Names& names) {
  if (claim.event_id().empty()) return "";
  std::string text =
      claim.published().empty() ? "day not known" : DayWords(std::string_view(claim.published()));
  const std::string& first = claim.root().empty() ? claim.publisher() : claim.root();
  if (!first.empty()) text += " · " + names.Publisher(first);
  const std::string origin = claim.origin_name().empty() ? EnumWords(claim.origin())
                                                         : names.Publisher(claim.origin_name());
  if (!origin.empty()) text += first.empty() ? " · " + origin : fmt::format(" ({})", origin);
  if (!claim.publisher().empty() && claim.publisher() != first) {
    text += " via " + names.Publisher(claim.publisher());
  }
  return text + " · event\u00A0" + Isolated(claim.event_id());
}

std::string EventsText(const google::protobuf::RepeatedPtrField<std::string>& ids) {
  if (ids.empty()) return "";
  return (ids.size() == 1 ? "event\u00A0" : "events\u00A0") + Joined(ids, ", ");
}

EntityWords WordsWith(const Names& names) {
  EntityWords words;
  words.company = [&names](std::string_view id) { return names.Company(id); };
  words.chip = [&names](std::string_view id) { return names.Chip(id); };
  words.place = [&names](std::string_view id) { return names.Place(id); };
  words.quoted = [](std::string_view text) { return IsolatedSentence(text); };
  words.day = WriteDay;
  return words;
}

std::string EndedText(v1::ClaimSummary claim, const v1::Grounds& grounds) {
  if (!claim.ended_by().empty()) claim.set_ended_by(Isolated(claim.ended_by()));
  return EndedWords(claim, grounds);
}

std::string Capitals(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return text;
}

std::string WriteDay(std::string_view day) { return DayWords(day); }

std::string Quoted(std::string_view words) {
  return words.empty() ? "" : "“" + Isolated(words) + "”";
}

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& words,
                   std::string_view separator) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : std::string(separator)) + Isolated(word);
  }
  return text;
}

}  // namespace chipline::picture
