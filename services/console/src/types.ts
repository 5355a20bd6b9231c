// What the page reads of the contract's JSON (proto/chipline/v1). 64-bit numbers come as text; a field
// that is not there has its default.

export interface Decimal { units?: string; nanos?: number }
export interface Figures<N> { value?: N; low?: N; high?: N; bound?: string; approximate?: boolean; verbatim?: string }
export interface Conversion { currency?: string; value?: Decimal; approximate?: boolean }
export interface Amount extends Figures<Decimal> { currency?: string; statedConversions?: Conversion[] }
export interface Quantity extends Figures<string> { unit?: string; unitsPer?: number }
export interface Ratio extends Figures<Decimal> { direction?: string }
export interface CivilDate { edtf?: string; earliest?: string; latest?: string }
export interface Interval { from?: string; to?: string }
export interface Grounds { eventIds?: string[]; rule?: string; reason?: string; derived?: boolean; eventIdsOmitted?: number }
export interface ClaimSummary {
  eventId?: string; position?: string; root?: string; origin?: string; originName?: string; publisher?: string;
  published?: string; standing?: string; deniedBy?: string[]; confirmedBy?: string[]; endedBy?: string;
  flagged?: boolean; conditions?: string[]; scopeText?: string; echoes?: string[]; publishers?: string[]; speaker?: string;
}
export interface Figure { grounds?: Grounds; claim?: ClaimSummary; agrees?: boolean }
export interface AmountFigure extends Figure { amount?: Amount; basis?: string }
export interface QuantityFigure extends Figure { quantity?: Quantity }

export interface CapexKey {
  companies?: string[]; scope?: string; definition?: string; suppliers?: string[]; region?: string; accounting?: string;
  periodKind?: string; period?: string; basisClass?: string; scopeText?: string;
}
export interface RuleKey {
  jurisdiction?: string; gate?: string; chip?: string; destination?: string; chipGroup?: boolean; destinationGroup?: boolean;
}
export interface EntryKey {
  capex?: CapexKey; exportRule?: RuleKey; chipOrder?: { order?: string }; chipSupply?: { chip?: string };
  usage?: { company?: string; product?: string; metric?: string };
  price?: { chip?: string; metric?: string; per?: string; place?: string };
}
export interface Growth { stated?: Ratio; eventId?: string; computed?: Ratio; computedGrounds?: Grounds; impliedYearBefore?: AmountFigure; impliedAmount?: AmountFigure }
export interface Capex {
  agreement?: string; selected?: AmountFigure; alternatives?: AmountFigure[]; envelope?: { low?: Decimal; high?: Decimal };
  revisions?: AmountFigure[]; unquantified?: AmountFigure[]; growth?: Growth[];
  conversions?: { conversion?: Conversion; eventId?: string }[];
  comparisons?: { kind?: string; sum?: AmountFigure; agrees?: boolean; missing?: string[] }[];
  independentRoots?: number; validFrom?: string; validTo?: string;
  alternativesOmitted?: number; revisionsOmitted?: number; unquantifiedOmitted?: number;
}
export interface RuleState {
  effect?: string; gate?: string; endUsers?: string; buyers?: string[]; buyerSeat?: string; purpose?: string;
  quantityCap?: Quantity; conditions?: string[]; ruleId?: string; instrument?: string; grounds?: Grounds;
  claim?: ClaimSummary; warning?: string; status?: string; expires?: string;
}
export interface RuleInterval {
  valid?: Interval; certain?: boolean; general?: RuleState; scoped?: RuleState[]; alternatives?: RuleState[];
  agreement?: string; alternativesOmitted?: number;
}
export interface Rule {
  intervals?: RuleInterval[]; notInForce?: RuleState[]; revisions?: RuleState[]; chipsTexts?: string[];
  omittedBefore?: string; scopesOmitted?: number;
  asked?: { valid?: Interval; gate?: Gate }[];
}
export interface Gate {
  jurisdiction?: string; gate?: string; chip?: string; state?: string; conditions?: string[]; grounds?: Grounds;
  possibleRules?: { condition?: string; gate?: string; entryId?: string }[];
}
export interface Edge { kind?: string; jurisdiction?: string; gate?: string; eventIds?: string[]; day?: string; chip?: string }
export interface OrderInterval { valid?: Interval; state?: string; gates?: Gate[]; edges?: Edge[]; reason?: string }
export interface Stage {
  stage?: string; modality?: string; selected?: QuantityFigure; alternatives?: QuantityFigure[]; chips?: QuantityFigure;
  stageDate?: CivilDate; agreement?: string; conditions?: string[]; alternativesOmitted?: number;
}
export interface Order {
  buyers?: string[]; openGroup?: boolean; supplier?: string; chips?: string[]; destination?: string;
  destinationInferred?: boolean; stages?: Stage[]; unitPrice?: AmountFigure; value?: AmountFigure;
  intervals?: OrderInterval[]; claims?: ClaimSummary[]; conditions?: string[]; omittedBefore?: string;
  valueAgreement?: string; unitPriceAgreement?: string; otherDestinations?: string[];
}
export interface Supply {
  holders?: {
    holder?: string; metric?: string; customer?: string; selected?: QuantityFigure; alternatives?: QuantityFigure[];
    asOf?: CivilDate; modality?: string; agreement?: string; conditions?: string[]; scopeText?: string; claims?: ClaimSummary[];
  }[];
  ordered?: { stage?: string; named?: QuantityFigure; openGroups?: QuantityFigure[]; orders?: string[]; modality?: string }[];
  shortfall?: QuantityFigure; holdersOmitted?: number;
}
export interface Usage {
  readings?: { asOf?: CivilDate; selected?: QuantityFigure; alternatives?: QuantityFigure[]; agreement?: string }[];
  readingsOmitted?: number;
}
export interface Price {
  readings?: { asOf?: CivilDate; selected?: AmountFigure; alternatives?: AmountFigure[]; agreement?: string }[];
  readingsOmitted?: number;
}
export interface Entry {
  entryId: string; key?: EntryKey; lastPosition?: string; claimCount?: number;
  capex?: Capex; exportRule?: Rule; chipOrder?: Order; chipSupply?: Supply; usage?: Usage; price?: Price;
}
export interface Basis { position?: string; recordTime?: string; viewVersion?: number; policyVersion?: number; publicationDate?: string; logId?: string }
export interface Listing { entryId: string; key?: EntryKey; lastPosition?: string; claimCount?: number }

export interface Ref { mention?: string; language?: string; id?: string }
export interface Hop { publisher?: Ref; relation?: string; url?: string; language?: string; published?: CivilDate; verbatim?: string }
export interface Source { origin?: { kind?: string; name?: Ref; count?: number; verbatim?: string }; hops?: Hop[]; confidence?: string }
export interface ChiplineEvent {
  eventId?: string; source?: Source; links?: { relation?: string; eventId?: string }[];
  aliasChange?: { entity?: string; kind?: string; alias?: string; language?: string; change?: string };
  [payload: string]: unknown;
}
export interface Recorded {
  position?: string; subject?: string; revision?: string; recordTime?: string; entities?: string[]; event?: ChiplineEvent;
}
export interface ExplainedClaim { event?: Recorded; summary?: ClaimSummary; selected?: boolean; explanation?: string; echoOf?: string }
export interface ExplainedValue {
  field?: string; valid?: Interval; says?: string; grounds?: Grounds;
  setAside?: { eventId?: string; reason?: string; byEventIds?: string[] }[];
  wouldChange?: { kind?: string; eventIds?: string[]; day?: string; words?: string }[]; setAsideOmitted?: number;
}
export interface Explanation {
  basis?: Basis; entry?: Entry; claims?: ExplainedClaim[]; explanation?: string; values?: ExplainedValue[];
  valuesOmitted?: number; nextPageToken?: string;
}
export interface TimelinePage { basis?: Basis; entries?: Entry[]; nextPageToken?: string }
export interface EventsPage { events?: Recorded[]; nextPageToken?: string; headPosition?: string }
export interface ListingPage { timelines?: Listing[]; nextPageToken?: string; basis?: Basis }
