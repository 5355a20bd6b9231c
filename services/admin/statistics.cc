#include "services/admin/statistics.h"

namespace chipline::admin {

v1::GetStatsResponse CurrentStats(const storage::Log& log, const timeline::Materializer& views,
                                  const Subscribers& subscribers) {
  v1::GetStatsResponse stats;
  // The views first, so that they never seem to be ahead of the log.
  stats.set_view_position(views.ring().position());
  if (const auto meta = views.store().Meta(nullptr); meta.ok()) {
    stats.set_entries(meta->entries());
    stats.set_rebuild_position(views.rebuilding() ? meta->position() : 0);
  }
  if (views.rebuilding()) {
    stats.set_rebuild_target(views.rebuild_target());
  }
  const storage::LogStats counted = log.stats();
  stats.set_head_position(log.reader().head());
  stats.set_indexed_position(counted.indexed_position);
  stats.set_appended_events(counted.appended_events);
  stats.set_appends(counted.appends);
  stats.set_commits(counted.commits);
  stats.set_refused_appends(counted.refused_appends);
  stats.set_duplicate_events(counted.duplicate_events);
  stats.set_queued_bytes(counted.queued_bytes);
  stats.set_disk_bytes(counted.disk_bytes);
  stats.set_tail_bytes(counted.tail_bytes);
  stats.set_streams(subscribers.count());
  const storage::IndexState index = log.index_state();
  if (!index.status.ok()) {
    stats.set_index_rebuild_position(index.built);
    stats.set_index_rebuild_target(index.target);
  }
  stats.set_index_rebuilds(counted.index_rebuilds);
  stats.set_view_rebuilds(views.rebuilds());
  stats.set_disk_errors(counted.disk_errors);
  stats.set_delivered_events(subscribers.delivered_events());
  return stats;
}

}  // namespace chipline::admin
