#include "services/cli/palette.h"

#include <fmt/color.h>

#include <cstdlib>

namespace chipline::cli {

Palette Palette::For(ColorMode mode, bool terminal) {
  if (mode != ColorMode::kAuto) return Palette(mode == ColorMode::kAlways);
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool unwanted = (no_color != nullptr && *no_color != '\0') ||
                        (term != nullptr && std::string_view(term) == "dumb");
  return Palette(terminal && !unwanted);
}

std::string Palette::Paint(Tone tone, std::string_view text) const {
  if (!colored_ || text.empty()) return std::string(text);
  fmt::text_style style;
  switch (tone) {
    case Tone::kPlain:
      return std::string(text);
    case Tone::kStrong:
      style = fmt::emphasis::bold;
      break;
    case Tone::kGood:
      style = fmt::fg(fmt::terminal_color::green);
      break;
    case Tone::kCaution:
      style = fmt::fg(fmt::terminal_color::yellow);
      break;
    case Tone::kBad:
      style = fmt::emphasis::bold | fmt::fg(fmt::terminal_color::red);
      break;
    case Tone::kFaint:
      style = fmt::emphasis::faint;
      break;
  }
  return fmt::format(style, "{}", text);
}

}  // namespace chipline::cli
