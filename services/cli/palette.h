#ifndef CHIPLINE_SERVICES_CLI_PALETTE_H_
#define CHIPLINE_SERVICES_CLI_PALETTE_H_

#include <string>
#include <string_view>

namespace chipline::cli {

// When to colour.
enum class ColorMode { kAuto, kAlways, kNever };

// What a piece of text means to the reader; the colour follows from it.
enum class Tone {
  kPlain,
  // A heading.
  kStrong,
  // Agreeing, open, done.
  kGood,
  // Conditional, waiting, approximate: read on.
  kCaution,
  // Conflicting, closed, failed.
  kBad,
  // Ids, sources and the like, which the eye may skip.
  kFaint,
};

// Colours text, or leaves it as it is. A small value, free to copy.
class Palette {
 public:
  explicit Palette(bool colored) : colored_(colored) {}

  // For a stream that is a terminal or not. kAuto colours terminals, unless NO_COLOR is set to
  // anything (no-color.org) or TERM is "dumb".
  static Palette For(ColorMode mode, bool terminal);

  bool colored() const { return colored_; }

  // Text that may go to a screen already: Block, Table and Console escape what they are given
  // first.
  std::string Paint(Tone tone, std::string_view text) const;

 private:
  bool colored_;
};

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_PALETTE_H_
