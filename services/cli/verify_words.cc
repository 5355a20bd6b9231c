#include "services/cli/verify_words.h"

#include <fmt/format.h>

#include "services/cli/block.h"

namespace chipline::cli {
namespace {

Span WordOf(const v1::VerifyFinding& finding) {
  if (finding.note()) return {"note", Tone::kCaution};
  return finding.unreadable() ? Span{"unread", Tone::kCaution} : Span{"found", Tone::kBad};
}

}  // namespace

void PrintFinding(const v1::VerifyFinding& finding, Console& console) {
  if (console.json()) {
    console.PrintJson(finding);
    return;
  }
  Block block(console.palette(), console.width());
  block.Spans({WordOf(finding), {fmt::format("  {}: {}", finding.place(), finding.description())}});
  console.Print(block);
}

}  // namespace chipline::cli
