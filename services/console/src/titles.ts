// What an entry is called: plain text, safe to show.

import { periodWords } from "./days";
import { nameOf } from "./names";
import { visible } from "./text";
import type { CapexKey, EntryKey } from "./types";
import { words } from "./words";

const named = (kind: string, ids: string[] | undefined, between: string) =>
  (ids ?? []).map(id => visible(nameOf(kind, id))).join(between);

export function periodOf(key: CapexKey): string {
  return key.periodKind === "PERIOD_KIND_FISCAL" ? visible(key.period ?? "") : periodWords(key.period);
}

export function companiesOf(key: CapexKey): string {
  return named("company", key.companies, " + ");
}

// "AI chips from Huawei · opex"
export function whatFor(key: CapexKey): string {
  return [
    (key.scopeText ? visible(key.scopeText) : words.enumWords(key.scope)) +
      (key.suppliers?.length ? ` ${words.fromSupplier} ${named("company", key.suppliers, ", ")}` : "") +
      (key.region ? `, ${visible(nameOf("place", key.region))}` : ""),
    key.definition ? visible(key.definition) : "",
    key.accounting === "ACCOUNTING_OPEX" ? "opex" : "",
  ].filter(Boolean).join(" · ");
}

export function titleOf(key: EntryKey | undefined, entryId: string): string {
  const { capex, exportRule: rule, chipOrder, chipSupply, usage, price } = key ?? {};
  if (capex) {
    return [
      periodOf(capex),
      companiesOf(capex),
      whatFor(capex),
      words.enumWords(capex.basisClass),
    ].filter(Boolean).join(" · ");
  }
  if (rule) {
    const what = rule.chip ? visible(nameOf("chip", rule.chip)) : "(chips in words)";
    const where = rule.destination ? visible(nameOf("place", rule.destination)) : "(places in words)";
    return `${what} → ${where} · ${visible(nameOf("place", rule.jurisdiction))} ${words.enumWords(rule.gate)}`;
  }
  if (chipOrder) return visible((chipOrder.order ?? "").replace(/^order\./, ""));
  if (chipSupply) return `${words.supply} · ${visible(nameOf("chip", chipSupply.chip))}`;
  if (usage) return [visible(nameOf("company", usage.company)), visible(usage.product ?? ""), words.enumWords(usage.metric)].filter(Boolean).join(" · ");
  if (price) {
    return [visible(nameOf("chip", price.chip)), words.priceOf(price.metric, price.per), price.place && visible(nameOf("place", price.place))]
      .filter(Boolean).join(" · ");
  }
  return visible(entryId);
}
