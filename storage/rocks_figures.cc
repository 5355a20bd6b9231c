#include "storage/rocks_figures.h"

#include <algorithm>

namespace chipline::storage {

RocksFigures FiguresOf(const Rocks& rocks) {
  using Properties = rocksdb::DB::Properties;
  RocksFigures figures;
  for (size_t family = 0; family < rocks.options().families.size(); ++family) {
    // Families that share a cache each report all of it.
    figures.cache_bytes =
        std::max(figures.cache_bytes, rocks.Property(family, Properties::kBlockCacheUsage));
    figures.memtable_bytes += rocks.Property(family, Properties::kCurSizeAllMemTables);
    figures.table_reader_bytes += rocks.Property(family, Properties::kEstimateTableReadersMem);
    figures.compaction_bytes += rocks.Property(family, Properties::kEstimatePendingCompactionBytes);
    figures.stopped = figures.stopped || rocks.Property(family, Properties::kIsWriteStopped) != 0;
  }
  for (const rocksdb::LiveFileMetaData& table : rocks.Tables()) {
    ++figures.tables;
    figures.table_bytes += table.size;
  }
  return figures;
}

}  // namespace chipline::storage
