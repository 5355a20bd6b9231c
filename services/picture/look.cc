#include "services/picture/look.h"

#include <algorithm>
#include <array>
#include <string>

namespace chipline::picture {
namespace {

struct Inks {
  std::string_view fill;
  std::string_view pattern;
  std::string_view text;
};

constexpr std::array<Inks, 6> kInks = {{
    {"s-denied", "p-denied", "t-denied"},
    {"s-pending", "p-pending", "t-pending"},
    {"s-conditional", "p-conditional", "t-conditional"},
    {"s-satisfied", "p-satisfied", "t-satisfied"},
    {"s-free", "p-free", "t-free"},
    {"s-unknown", "p-unknown", "t-unknown"},
}};

const Inks& InksOf(Look look) { return kInks[static_cast<size_t>(look)]; }

// How far the point of an open end reaches.
constexpr double kPoint = 7;

}  // namespace

Look LookOf(v1::GateState gate) {
  switch (gate) {
    case v1::GATE_STATE_DENIED:
      return Look::kDenied;
    case v1::GATE_STATE_PENDING:
      return Look::kPending;
    case v1::GATE_STATE_CONDITIONAL:
      return Look::kConditional;
    case v1::GATE_STATE_SATISFIED:
      return Look::kSatisfied;
    case v1::GATE_STATE_NOT_REQUIRED:
      return Look::kFree;
    default:
      return Look::kUnknown;
  }
}

Look LookOf(v1::OrderState state) {
  switch (state) {
    case v1::ORDER_STATE_BLOCKED:
      return Look::kDenied;
    case v1::ORDER_STATE_WAITING:
      return Look::kPending;
    case v1::ORDER_STATE_CLEARED_IF:
      return Look::kConditional;
    case v1::ORDER_STATE_CLEARED:
      return Look::kSatisfied;
    default:
      return Look::kUnknown;
  }
}

std::string_view TextInk(Look look) { return InksOf(look).text; }

std::string_view InkOf(Look look) {
  switch (look) {
    case Look::kDenied:
      return "bad";
    case Look::kPending:
    case Look::kConditional:
      return "caution";
    case Look::kSatisfied:
    case Look::kFree:
      return "good";
    case Look::kUnknown:
      return "faint";
  }
  return "faint";
}

void DrawBand(Canvas& canvas, const BandShape& shape, Look look) {
  const Box& box = shape.box;
  const double middle = box.y + box.height / 2;
  const double point = std::min(kPoint, box.width / 2);
  const double left = box.x + (shape.open_left ? point : 0);
  const double right = box.right() - (shape.open_right ? point : 0);
  const auto at = [](double x, double y) { return Number(x) + " " + Number(y); };
  std::string path = "M" + at(left, box.y) + " L" + at(right, box.y);
  if (shape.open_right) path += " L" + at(box.right(), middle);
  path += " L" + at(right, box.bottom()) + " L" + at(left, box.bottom());
  if (shape.open_left) path += " L" + at(box.x, middle);
  path += " Z";
  canvas.Path(path, InksOf(look).fill);
  canvas.Path(path, InksOf(look).pattern);
  if (shape.outlined) canvas.Path(path, "outline");
}

}  // namespace chipline::picture
