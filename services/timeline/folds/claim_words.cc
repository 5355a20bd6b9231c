#include "services/timeline/folds/claim_words.h"

#include <string_view>

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using Texts = google::protobuf::RepeatedPtrField<std::string>;

void Cut(std::string* text, CutWords* cut) {
  if (CutText(kMaxShownTextBytes, text)) ++cut->texts;
}

// As many of the first as fit, and one at least.
void CutConditions(Texts* conditions, CutWords* cut) {
  size_t bytes = 0;
  int shown = 0;
  for (std::string& condition : *conditions) {
    CutWords of_this;
    Cut(&condition, &of_this);
    bytes += condition.size();
    if (shown > 0 && bytes > kMaxShownConditionBytes) break;
    cut->texts += of_this.texts;
    ++shown;
  }
  cut->conditions += static_cast<uint32_t>(conditions->size() - shown);
  conditions->DeleteSubrange(shown, conditions->size() - shown);
}

template <typename Payload>
void CutPayload(Payload* payload, CutWords* cut) {
  CutConditions(payload->mutable_conditions(), cut);
  Cut(payload->mutable_scope_text(), cut);
}

void CutSource(pb::Source* source) {
  if (source->has_origin()) source->mutable_origin()->clear_verbatim();
  for (pb::Hop& hop : *source->mutable_hops()) {
    hop.clear_verbatim();
    hop.clear_url();
  }
}

}  // namespace

bool CutText(size_t max_bytes, std::string* text) {
  constexpr std::string_view kEllipsis = "…";
  if (text->size() <= max_bytes) return false;
  size_t end = max_bytes > kEllipsis.size() ? max_bytes - kEllipsis.size() : 0;
  const auto continues = [&](size_t at) {
    return (static_cast<unsigned char>((*text)[at]) & 0xC0) == 0x80;
  };
  while (end > 0 && continues(end)) --end;
  // Gives the memory back, which resize does not.
  *text = text->substr(0, end).append(kEllipsis);
  return true;
}

CutWords KeepShownWords(pb::Event* event) {
  CutWords cut;
  const size_t bytes = event->ByteSizeLong();
  event->clear_labels();
  if (event->has_source()) CutSource(event->mutable_source());
  switch (event->payload_case()) {
    case pb::Event::kCapexAnnouncement:
      CutPayload(event->mutable_capex_announcement(), &cut);
      break;
    case pb::Event::kExportRuleChange:
      CutPayload(event->mutable_export_rule_change(), &cut);
      CutText(kMaxShownTextBytes, event->mutable_export_rule_change()->mutable_chips_text());
      Cut(event->mutable_export_rule_change()->mutable_performance_threshold(), &cut);
      break;
    case pb::Event::kChipOrder:
      CutPayload(event->mutable_chip_order(), &cut);
      for (pb::OrderGate& gate : *event->mutable_chip_order()->mutable_gates()) {
        CutText(kMaxShownTextBytes, gate.mutable_text());
      }
      break;
    case pb::Event::kChipSupply:
      CutPayload(event->mutable_chip_supply(), &cut);
      break;
    case pb::Event::kUsageReport:
      CutPayload(event->mutable_usage_report(), &cut);
      break;
    case pb::Event::kPriceReport:
      CutPayload(event->mutable_price_report(), &cut);
      break;
    case pb::Event::kAliasChange:
      CutPayload(event->mutable_alias_change(), &cut);
      break;
    case pb::Event::kClaimNotice:
      CutPayload(event->mutable_claim_notice(), &cut);
      CutText(kMaxShownTextBytes, event->mutable_claim_notice()->mutable_text());
      break;
    case pb::Event::PAYLOAD_NOT_SET:
      break;
  }
  // Protobuf keeps the memory of what is cleared; a copy has none of it.
  constexpr size_t kWorthACopy = 1024;
  if (bytes - event->ByteSizeLong() >= kWorthACopy) {
    pb::Event small(*event);
    event->Swap(&small);
  }
  return cut;
}

}  // namespace chipline::timeline
