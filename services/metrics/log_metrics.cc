#include "services/metrics/parts.h"

namespace chipline::metrics {
void AddLog(const storage::Log& log, const ingest::RefusalCounts& refusals, Families& families) {
  const storage::LogStats stats = log.stats();
  const storage::IndexState index = log.index_state();
  families.Gauge("chipline_log_head_position", "The position of the last event.",
                 Number(log.reader().head()));
  families.Gauge("chipline_log_accepts_appends",
                 "1; 0 if the log takes no appends until the server is started again.",
                 log.health().ok() ? 1 : 0);
  families.Gauge("chipline_log_damaged", "1 once a reader met damage in the log, else 0.",
                 log.damage().ok() ? 0 : 1);
  families.Counter("chipline_log_appended_events_total", "Events appended since the start.",
                   Number(stats.appended_events));
  families.Counter("chipline_log_appends_total", "Appends acknowledged since the start.",
                   Number(stats.appends));
  families.Counter("chipline_log_duplicate_events_total",
                   "Events that were sent again and were in the log already.",
                   Number(stats.duplicate_events));
  families.Counter("chipline_append_refused_total",
                   "Appends refused since the start, by reason as in ErrorInfo.");
  for (const auto& [reason, count] : refusals.counts()) {
    families.Add(Number(count), {{"reason", reason}});
  }
  const storage::CommitFigures& commits = log.commit_figures();
  families.Histogram("chipline_commit_decide_seconds",
                     "Time to decide what comes of a round of commands.");
  families.Add(commits.decide_seconds);
  families.Histogram("chipline_commit_write_seconds",
                     "Time to write what a round of commands added, without its sync.");
  families.Add(commits.write_seconds);
  families.Histogram(
      "chipline_commit_sync_seconds",
      "Time that the disk took to sync such a write; none if commits are not synced.");
  families.Add(commits.sync_seconds);
  families.Histogram("chipline_commit_group_events", "Events that one write has.");
  families.Add(commits.events);
  families.Gauge("chipline_commit_writing_seconds",
                 "For how long the write under way has been; 0 if there is none.",
                 absl::ToDoubleSeconds(log.writing_for()));
  families.Gauge("chipline_log_queue_bytes", "Bytes of commands that wait to be decided.",
                 Number(stats.queued_bytes));
  families.Gauge("chipline_log_tail_bytes", "Bytes of events held in memory for live readers.",
                 Number(stats.tail_bytes));
  families.Gauge("chipline_index_stored_position", "Up to where the index on disk reaches.",
                 Number(stats.indexed_position));
  families.Gauge("chipline_index_ready",
                 "1; 0 while the index is made from the log, and appends are refused.",
                 index.status.ok() ? 1 : 0);
  families.Counter("chipline_index_rebuilds_total",
                   "How often the index was made anew from the log since the start.",
                   Number(stats.index_rebuilds));
  families.Counter("chipline_disk_errors_total", "Errors that the disk gave since the start.",
                   Number(stats.disk_errors));
}

void AddViews(const storage::Log& log, const timeline::Materializer& views, absl::Duration lag,
              Families& families) {
  const storage::Position position = views.ring().position();
  const storage::Position head = log.reader().head();
  families.Gauge("chipline_views_position", "Up to where the timelines reach.", Number(position));
  families.Gauge("chipline_views_lag_events", "Events that are not in the timelines yet.",
                 Number(head > position ? head - position : 0));
  families.Gauge(
      "chipline_views_lag_seconds",
      "For how long some events have not been in the timelines; as exact as this is scraped often.",
      absl::ToDoubleSeconds(lag));
  families.Gauge("chipline_views_ready",
                 "1; 0 while timelines are not answered: they are rebuilt, or stand still.",
                 views.health().ok() && !views.rebuilding() ? 1 : 0);
  families.Counter("chipline_views_rebuilds_total",
                   "How often the timelines were made anew since the start.",
                   Number(views.rebuilds()));
}

void AddDisk(const storage::Log& log, const timeline::Materializer& views, Families& families) {
  families.Gauge("chipline_disk_free_bytes", "Free bytes of the disk that the log is on.",
                 Number(log.room().free_bytes()));
  families.Gauge("chipline_disk_min_free_bytes",
                 "Appends are refused while the disk has less free (--min-free-bytes); 0: never.",
                 Number(log.room().min_free_bytes()));
  families.Gauge("chipline_disk_full",
                 "1 while appends are refused since the disk has no room, else 0.",
                 log.room().status().ok() ? 0 : 1);
  auto stores = log.store_figures();
  stores.emplace_back("views", views.store().figures());
  const auto each = [&](const char* name, const char* help, auto figure) {
    families.Gauge(name, help);
    for (const auto& [store, figures] : stores) {
      families.Add(Number(figure(figures)), {{"store", store}});
    }
  };
  using Figures = storage::RocksFigures;
  each("chipline_store_cache_bytes", "Memory for blocks that were read, by database.",
       [](const Figures& f) { return f.cache_bytes; });
  each("chipline_store_memtable_bytes", "Memory for rows that are in no table yet.",
       [](const Figures& f) { return f.memtable_bytes; });
  each("chipline_store_table_reader_bytes", "Memory for what is kept of each table.",
       [](const Figures& f) { return f.table_reader_bytes; });
  each("chipline_store_tables", "Tables on disk.", [](const Figures& f) { return f.tables; });
  each("chipline_store_table_bytes", "Bytes of the tables on disk.",
       [](const Figures& f) { return f.table_bytes; });
  each("chipline_store_compaction_pending_bytes", "Bytes of tables that have yet to be rewritten.",
       [](const Figures& f) { return f.compaction_bytes; });
  each("chipline_store_stopped", "1 while writes wait until tables are rewritten, else 0.",
       [](const Figures& f) -> uint64_t { return f.stopped ? 1 : 0; });
}

}  // namespace chipline::metrics
