#ifndef CHIPLINE_SERVICES_CLI_TIMELINE_PICTURE_H_
#define CHIPLINE_SERVICES_CLI_TIMELINE_PICTURE_H_

#include <string>
#include <vector>

#include "chipline/v1/timeline_service.pb.h"
#include "services/cli/client.h"
#include "services/cli/console.h"
#include "services/picture/names.h"

namespace chipline::cli {

struct PictureFlags {
  // Where to; "-" is standard output, empty is no picture.
  std::string file;
};

// The days that a picture is headed by and marks.
struct PictureDays {
  std::string today;
  // Whose states head the panels.
  std::string headed;
};

// Draws the entries and writes the picture. Names are those that the log knew at the answer's
// position.
ExitCode WritePicture(const PictureFlags& flags, const v1::TimelineQuery& query,
                      const v1::AnswerBasis& basis, const PictureDays& days,
                      std::vector<v1::TimelineEntry> entries, Client& client, Console& console);

// "Spending of ByteDance", "Rules on H200 to China": what a query asks for.
std::string QueryWords(const v1::TimelineQuery& query, const picture::Names& names);

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_TIMELINE_PICTURE_H_
