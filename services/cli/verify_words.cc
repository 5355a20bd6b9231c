#include "services/cli/verify_words.h"

#include <fmt/format.h>

namespace chipline::cli {

std::string FindingLine(const v1::VerifyFinding& finding, const Palette& palette) {
  const std::string word = finding.note()         ? palette.Paint(Tone::kCaution, "note")
                           : finding.unreadable() ? palette.Paint(Tone::kCaution, "unread")
                                                  : palette.Paint(Tone::kBad, "found");
  return fmt::format("{}  {}: {}\n", word, finding.place(), finding.description());
}

void PrintFinding(const v1::VerifyFinding& finding, Console& console) {
  if (console.json()) {
    console.PrintJson(finding);
  } else {
    console.Print(FindingLine(finding, console.palette()));
  }
}

}  // namespace chipline::cli
