#ifndef CHIPLINE_SERVICES_CLI_RENDER_PARTS_H_
#define CHIPLINE_SERVICES_CLI_RENDER_PARTS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "google/protobuf/repeated_field.h"

#include "chipline/v1/timeline.pb.h"
#include "services/cli/block.h"
#include "services/cli/palette.h"
#include "services/cli/table.h"

// What the renderings of the timelines have in common.
namespace chipline::cli {

// "alibaba + baidu + tencent".
std::string JoinWords(const google::protobuf::RepeatedPtrField<std::string>& words,
                      std::string_view separator);

// "000-05, 002-01 and 3 more": ids, of which the message holds but some.
std::string IdWords(const google::protobuf::RepeatedPtrField<std::string>& ids, uint32_t omitted);

// "scenari-economici ← south-china-morning-post (unnamed), 2026-01-02".
std::string ClaimSourceWords(const v1::ClaimSummary& claim);

// Why a value is what it is: the reason in words, and the events it rests on if it was computed.
std::string GroundsWords(const v1::Grounds& grounds);

// A condition in a line of its own: "if: sales are allowed".
std::string LabelledCondition(std::string_view stated);

// The same with its word in the column of labels.
void AddCondition(std::string_view stated, Block& block);

// Under a figure: source, reason, conditions, denials, confirmations and a flag, where there are
// any.
void AddClaimLines(const v1::ClaimSummary& claim, const v1::Grounds& grounds, Block& block);

// How another count stands to the selected one; one in words alone is not compared.
Cell AgreesCell(const v1::QuantityFigure& other);
Cell AgreesCell(const v1::AmountFigure& other);

// "12 more buyers than are shown"; nothing for none.
void AddLeftOutCount(uint32_t count, std::string_view what, Block& block);

// "3 alternatives, 5 texts in part; …": what an entry leaves out of what is shown. Empty for
// nothing.
std::string OmittedWords(const v1::TimelineEntry& entry);

// The last lines of an entry: what it leaves out; its name for `explain`, and how many claims it
// has.
void AddFooter(const v1::TimelineEntry& entry, std::string_view more, Block& block);

Tone ToneOf(v1::Agreement agreement);
Tone ToneOf(v1::GateState gate);
Tone ToneOf(v1::OrderState state);

// In capitals, as verdicts stand out: "CONFLICTING", "CLEARED IF".
std::string Verdict(v1::Agreement agreement);
std::string Verdict(v1::GateState gate);
std::string Verdict(v1::OrderState state);

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_RENDER_PARTS_H_
