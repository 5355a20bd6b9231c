#ifndef CHIPLINE_STORAGE_ROCKS_FIGURES_H_
#define CHIPLINE_STORAGE_ROCKS_FIGURES_H_

#include <cstdint>

#include "storage/rocks.h"

namespace chipline::storage {

// How a database does, over all its families; all 0 while it is closed.
struct RocksFigures {
  // In memory: blocks that were read, rows that are in no table yet, and what is kept of each
  // table.
  uint64_t cache_bytes = 0;
  uint64_t memtable_bytes = 0;
  uint64_t table_reader_bytes = 0;
  // On disk.
  uint64_t tables = 0;
  uint64_t table_bytes = 0;
  // What has to be rewritten for the tables to be in order.
  uint64_t compaction_bytes = 0;
  // Takes no writes until its tables are in order.
  bool stopped = false;
};

// Reads no disk.
RocksFigures FiguresOf(const Rocks& rocks);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_ROCKS_FIGURES_H_
