#ifndef CHIPLINE_SERVICES_CLI_TABLE_H_
#define CHIPLINE_SERVICES_CLI_TABLE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "services/cli/palette.h"

namespace chipline::cli {

// Gives this program a UTF-8 locale, whatever the environment has. To be called once as a program
// starts, before a table is printed: without one the library that lays tables out cannot measure
// names in other scripts, and does not come to an end at some letters.
void UseUtf8();

// One cell.
struct Cell {
  Cell() = default;
  // Implicit, since a cell is mostly just its text.
  Cell(std::string_view words) : text(words) {}         // NOLINT(google-explicit-constructor)
  Cell(const char* words) : text(words) {}              // NOLINT(google-explicit-constructor)
  Cell(std::string words, Tone meaning = Tone::kPlain)  // NOLINT(google-explicit-constructor)
      : text(std::move(words)), tone(meaning) {}

  std::string text;
  Tone tone = Tone::kPlain;
};

enum class Align { kLeft, kRight };

// How a column behaves.
struct Column {
  std::string heading;
  Align align = Align::kLeft;
  // True: gives way when the terminal is too narrow, by breaking into lines at spaces, and where
  // that would leave it too little, by standing below the row.
  bool wrap = false;
};

// Aligned columns under headings, by libsmartcols. Where they do not fit, cells are broken at
// spaces or stand below their row, each after the heading of its column (table_layout.h). Counts
// the columns that a character takes on a terminal, so names in any script line up. Cells may be
// what others wrote: each is escaped here (services/words/visible_text.h), so that no cell makes a
// row.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // As many cells as there are columns, or fewer: the rest are empty.
  void AddRow(std::vector<Cell> cells) { rows_.push_back(std::move(cells)); }

  bool empty() const { return rows_.empty(); }

  // The table, each line indented by `indent` spaces and ended by a newline. `width` is the
  // terminal's; 0: as wide as needed. A word that is longer than a line stays whole.
  std::string Render(const Palette& palette, size_t width, size_t indent = 0) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_TABLE_H_
