#ifndef CHIPLINE_SERVICES_PICTURE_LOOK_H_
#define CHIPLINE_SERVICES_PICTURE_LOOK_H_

#include <string_view>

#include "chipline/v1/timeline.pb.h"
#include "services/picture/canvas.h"

namespace chipline::picture {

// How a state is painted: a colour and a pattern of its own.
enum class Look { kDenied, kPending, kConditional, kSatisfied, kFree, kUnknown };

Look LookOf(v1::GateState gate);
Look LookOf(v1::OrderState state);

// The ink of a text on that state's band.
std::string_view TextInk(Look look);

// The ink of a heading that says it.
std::string_view InkOf(Look look);

// A stretch of a band.
struct BandShape {
  Box box;
  // An end that is open has a point instead of an edge.
  bool open_left = false;
  bool open_right = false;
  // Dashed, for what is not certain.
  bool outlined = false;
};
void DrawBand(Canvas& canvas, const BandShape& shape, Look look);

}  // namespace chipline::picture

#endif  // CHIPLINE_SERVICES_PICTURE_LOOK_H_
