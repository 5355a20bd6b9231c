#ifndef CHIPLINE_SERVICES_CLI_TABLE_LAYOUT_H_
#define CHIPLINE_SERVICES_CLI_TABLE_LAYOUT_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "services/cli/table.h"

namespace chipline::cli {

// A table as it goes onto a page of some width.
struct TableLayout {
  std::vector<Column> columns;
  // Each cell is one line.
  std::vector<std::vector<Cell>> rows;
  // True: cells stand below the rows.
  bool stacked = false;
  // If stacked: the lines below each row, with their margin.
  std::vector<std::vector<Cell>> below;
};

// Decides how a table goes onto a page, in this order:
//  - each row on one line, if the page has room for that;
//  - with the columns that wrap broken at spaces, if each gets its longest word and some 24
//  columns;
//  - stacked: the columns that wrap, and what else has no room, stand below their row, each as
//    "label: text". A row without text beside them goes on with the row above, without labels.
// Every row has as many cells as there are columns, escaped already. `width`: 0 for no bound.
// libsmartcols breaks lines within words and stacks nothing, hence this.
TableLayout LayOut(std::vector<Column> columns, std::vector<std::vector<Cell>> rows, size_t width);

// Lines of at most so many columns, broken at spaces and between ideographs. A word that is longer
// stands on a line alone. They begin with the spaces that the text begins with. At least one line.
std::vector<std::string> BreakLines(std::string_view text, size_t width);

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_TABLE_LAYOUT_H_
