#ifndef CHIPLINE_SERVICES_KINDS_EVENT_KIND_H_
#define CHIPLINE_SERVICES_KINDS_EVENT_KIND_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "google/protobuf/repeated_ptr_field.h"

#include "chipline/storage/v1/command.pb.h"
#include "chipline/v1/event.pb.h"
#include "chipline/v1/timeline.pb.h"
#include "services/kinds/facets.h"
#include "services/kinds/name_collector.h"
#include "services/values/fold_keys.h"
#include "services/values/names_at.h"

namespace chipline::kinds {

class FieldPath;
class Namer;
class Statement;
struct Review;

// Everything that this server knows of one kind of event, but for the fold of its entries. Each
// kind has a folder here and a row in event_kinds.cc; nothing else asks which kind an event is.
// Pure and without state, so that any thread may use it. An event that is passed must be of this
// kind.
class EventKind {
 public:
  using Texts = google::protobuf::RepeatedPtrField<std::string>;

  virtual ~EventKind() = default;

  // Its rules, as the comments of its .proto state them. Fills in what the server computes
  // (check_dates.h). `path` is the event's.
  virtual void Check(v1::Event& event, const FieldPath& path, Review& review) const = 0;

  // The entities in it, and the tokens of its subject behind the first one. Check has found nothing
  // wrong, and the event has its id.
  virtual void Name(const v1::Event& event, Namer& namer) const = 0;

  // The names in its payload.
  virtual void CollectNames(const v1::Event&, NameCollector&) const {}

  // The words that every payload has.
  virtual const Texts& conditions(const v1::Event& event) const = 0;
  virtual const std::string& scope_text(const v1::Event& event) const = 0;

  // Whether `is` is true of one of those that the claim is about: when they speak, they speak of
  // themselves.
  virtual bool AnyConcerned(const v1::Event&, absl::FunctionRef<bool(const v1::Ref&)>) const {
    return false;
  }

  // What it says, without who says it (statement.h). False: it says nothing that could be repeated.
  virtual bool State(const v1::Event& event, const NamesAt& names, Statement& said) const = 0;

  // The entries that it makes a claim in.
  virtual std::vector<v1::EntryKey> Keys(const v1::RecordedEvent&, const NamesAt&) const {
    return {};
  }

  // What queries find those entries by, besides what their keys say.
  virtual void AddFacets(const v1::EntryKey&, const v1::Event&, const NamesAt&, Facets*) const {}

  // The events whose rows must be beside this claim's, wherever it is a claim. Sorted.
  virtual std::vector<std::string> References(const v1::Event&) const { return {}; }
};

// One kind: how the contract calls it, the first token of its subjects, and what it is.
struct EventKindRow {
  v1::EventType type;
  v1::Event::PayloadCase payload;
  std::string_view subject_root;
  const EventKind& (*kind)();
};

// All kinds, by type, the lowest first.
std::span<const EventKindRow> EventKinds();

// The kind of an event; for one without a payload a kind that says and names nothing, whose check
// reports that the payload is missing.
const EventKind& KindOf(const v1::Event& event);

// The first token of an event's subject; empty for a type that is none.
std::string_view SubjectRoot(v1::EventType type);

// The names in an event whose meaning can change, wherever they stand (payload, origin, hops,
// conversions). The event must outlive them.
std::vector<const v1::Ref*> NamesIn(const v1::Event& event);

// Fills in the naming of an event that Check found nothing wrong with and that has its id.
void NameEvent(const v1::Event& event, FoldKeys& fold_keys, storage::v1::Naming& naming);

// What an event says, as text: what distinguishes it inside its entry, and its figure, without who
// says it, in what words, or how it converts the figure. Two claims of an entry with the same root
// and the same statement are one claim and its echo. "About" is left out, since retellings drop it.
// For comparing only; never shown and never stored. Empty if it says nothing that could be
// repeated.
std::string StatementOf(const v1::Event& event, const NamesAt& names);

}  // namespace chipline::kinds

#endif  // CHIPLINE_SERVICES_KINDS_EVENT_KIND_H_
