#ifndef CHIPLINE_SERVICES_ADMIN_STOPPED_VIEWS_H_
#define CHIPLINE_SERVICES_ADMIN_STOPPED_VIEWS_H_

#include <memory>

#include "storage/finding.h"
#include "storage/stopped_log.h"

namespace chipline::admin {

// The check of DATA/views where no server has the directory; changes nothing. Views that are
// missing or of another version are noted and not looked at: they are made anew at the next start.
// The log must outlive it.
std::unique_ptr<storage::Check> CheckOfViews(const storage::StoppedLog& log);

}  // namespace chipline::admin

#endif  // CHIPLINE_SERVICES_ADMIN_STOPPED_VIEWS_H_
