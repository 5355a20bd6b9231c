#include "services/cli/backup_words.h"

#include <fmt/format.h>

#include "services/cli/table.h"
#include "services/words/date_words.h"
#include "services/words/number_words.h"

namespace chipline::cli {

std::string BackupLine(const v1::Backup& backup) {
  return fmt::format("Backup {} in {}: the log up to position {}, {}. {} had to be written.",
                     backup.backup_id(), backup.folder(),
                     CountWords(static_cast<int64_t>(backup.head_position())),
                     ByteWords(backup.bytes()), ByteWords(backup.new_bytes()));
}

void PrintBackups(const std::vector<v1::Backup>& backups, Console& console) {
  if (console.json()) {
    for (const v1::Backup& backup : backups) console.PrintJson(backup);
    return;
  }
  Table table({{"BACKUP", Align::kRight},
               {"MADE"},
               {"HEAD", Align::kRight},
               {"RECORDED"},
               {"EPOCH", Align::kRight},
               {"SIZE", Align::kRight},
               {"WRITTEN", Align::kRight},
               {"LOG"}});
  for (const v1::Backup& backup : backups) {
    table.AddRow({std::to_string(backup.backup_id()), TimeWords(backup.create_time()),
                  CountWords(static_cast<int64_t>(backup.head_position())),
                  backup.has_head_time() ? TimeWords(backup.head_time()) : "",
                  std::to_string(backup.epoch()), ByteWords(backup.bytes()),
                  ByteWords(backup.new_bytes()), backup.log_id()});
  }
  console.Print(table);
}

}  // namespace chipline::cli
