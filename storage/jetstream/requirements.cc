#include "storage/jetstream/requirements.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace chipline::jetstream {
namespace {

// Collects what is wrong.
class Faults {
 public:
  void Want(bool right, const std::string& setting, const std::string& is,
            const std::string& must_be) {
    if (!right) faults_.push_back(absl::StrCat(setting, " is ", is, " and must be ", must_be));
  }
  void WantText(const std::string& setting, const std::string& is, const std::string& must_be) {
    Want(is == must_be, setting, is.empty() ? "not set" : is, must_be);
  }
  void WantFlag(const std::string& setting, bool is, bool must_be) {
    Want(is == must_be, setting, is ? "true" : "false", must_be ? "true" : "false");
  }
  // No limit is -1; servers take 0 for that as well.
  void WantUnlimited(const std::string& setting, int64_t is) {
    Want(is <= 0, setting, absl::StrCat(is), "unlimited (-1)");
  }
  const std::vector<std::string>& list() const { return faults_; }

 private:
  std::vector<std::string> faults_;
};

}  // namespace

absl::Status CheckStream(const StreamInfo& info, int replicas) {
  const StreamConfig& config = info.config;
  const std::vector<std::string> subjects = {CommandSubject(config.name)};
  Faults faults;
  faults.Want(config.replicas >= replicas, "num_replicas", absl::StrCat(config.replicas),
              absl::StrCat(replicas, " or more"));
  faults.Want(config.subjects == subjects, "subjects",
              absl::StrCat("[", absl::StrJoin(config.subjects, ", "), "]"),
              absl::StrCat("[", subjects[0], "]"));
  faults.WantText("storage", config.storage, "file");
  faults.WantText("retention", config.retention, "limits");
  faults.WantText("discard", config.discard, "new");
  faults.Want(config.max_age == absl::ZeroDuration(), "max_age",
              absl::FormatDuration(config.max_age), "unlimited (0)");
  faults.WantUnlimited("max_msgs", config.max_messages);
  faults.WantUnlimited("max_msgs_per_subject", config.max_messages_per_subject);
  faults.WantUnlimited("max_msg_size", config.max_message_bytes);
  faults.WantFlag("deny_delete", config.deny_delete, true);
  faults.WantFlag("allow_direct", config.allow_direct, false);
  faults.WantFlag("sealed", config.sealed, false);
  faults.WantFlag("no_ack", config.no_ack, false);
  faults.WantFlag("allow_rollup_hdrs", config.allow_rollup, false);
  faults.WantFlag("allow_msg_ttl", config.allow_message_ttl, false);
  faults.Want(!config.mirrored_or_sourced, "mirror or sources", "set", "left out");
  faults.Want(config.persist_mode.empty() || config.persist_mode == "default", "persist_mode",
              config.persist_mode, "left out");
  if (faults.list().empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "stream ", config.name, " is not set up for a log: ", absl::StrJoin(faults.list(), ", "),
      ". chipline log create makes a stream with the right settings"));
}

}  // namespace chipline::jetstream
