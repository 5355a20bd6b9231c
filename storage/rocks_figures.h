#ifndef CHIPLINE_STORAGE_ROCKS_FIGURES_H_
#define CHIPLINE_STORAGE_ROCKS_FIGURES_H_

#include <cstdint>

#include "storage/rocks.h"

namespace chipline::storage {

// Figures of a database, over all its families; all 0 while it is closed.
struct RocksFigures {
  // In memory: cached blocks, rows that are in no table yet, and what RocksDB keeps for each open
  // table.
  uint64_t cache_bytes = 0;
  uint64_t memtable_bytes = 0;
  uint64_t table_reader_bytes = 0;
  // On disk.
  uint64_t tables = 0;
  uint64_t table_bytes = 0;
  // Bytes that compaction has to rewrite.
  uint64_t compaction_bytes = 0;
  // RocksDB accepts no writes until compaction has caught up.
  bool stopped = false;
};

// Reads no disk.
RocksFigures FiguresOf(const Rocks& rocks);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_ROCKS_FIGURES_H_
