#ifndef CHIPLINE_SERVICES_CLI_BACKUP_WORDS_H_
#define CHIPLINE_SERVICES_CLI_BACKUP_WORDS_H_

#include <string>
#include <vector>

#include "chipline/v1/admin_service.pb.h"
#include "services/cli/console.h"

namespace chipline::cli {

// "Backup 3 in DIR: the log up to position 1,200, 12 MiB. 1 MiB had to be written."
std::string BackupLine(const v1::Backup& backup);

// As results, one line of JSON each or a table.
void PrintBackups(const std::vector<v1::Backup>& backups, Console& console);

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_BACKUP_WORDS_H_
