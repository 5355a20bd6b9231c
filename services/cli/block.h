#ifndef CHIPLINE_SERVICES_CLI_BLOCK_H_
#define CHIPLINE_SERVICES_CLI_BLOCK_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "services/cli/palette.h"

namespace chipline::cli {

class Table;

// The columns that UTF-8 text takes on a terminal, escape sequences for colour not counted.
size_t DisplayWidth(std::string_view text);

// Breaks text at spaces into lines of at most `width` columns, a longer word standing alone. 0: no
// breaking.
std::string WrapText(std::string_view text, size_t width, size_t hanging_indent);

// A piece of a line.
struct Span {
  std::string text;
  Tone tone = Tone::kPlain;
};

// Builds paragraphs of labelled lines, the labels in one column. Texts, labels and verdicts may be
// what others wrote: each is escaped here (services/words/visible_text.h), so that only the block
// itself begins lines and sets colours.
//
//   ByteDance · AI chips · 2026
//     selected      about 85bn CNY
//     alternative   100bn CNY
class Block {
 public:
  // `width`: the terminal's, 0 for unbounded.
  Block(const Palette& palette, size_t width) : palette_(palette), width_(width) {}

  // The line above, with a verdict after it if there is one, on a line of its own if there is no
  // room.
  void Heading(std::string_view text, std::string_view verdict = {}, Tone tone = Tone::kPlain);
  // A label and what it says. An empty label goes on with the one before.
  void Line(std::string_view label, std::string_view text, Tone tone = Tone::kPlain);
  // A line of pieces, from the margin on and never wrapped.
  void Spans(const std::vector<Span>& spans);
  // Text after a first piece of a tone of its own, broken at spaces, with the further lines
  // indented by so many columns more than the first piece is.
  void Prose(const Span& lead, std::string_view text, size_t hanging_indent = 0,
             Tone tone = Tone::kPlain);
  // A table, indented by so many columns.
  void Add(const Table& table, size_t indent);
  void Blank() { text_ += '\n'; }

  const Palette& palette() const { return palette_; }
  size_t width() const { return width_; }
  const std::string& text() const { return text_; }

 private:
  Palette palette_;
  size_t width_;
  std::string text_;
};

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_BLOCK_H_
