// What an entry is called: plain text, safe to show.

import { periodWords } from "./days";
import { nameOf } from "./names";
import { visible } from "./text";
import type { EntryKey } from "./types";
import { words } from "./words";

const named = (kind: string, ids: string[] | undefined, between: string) =>
  (ids ?? []).map(id => visible(nameOf(kind, id))).join(between);

export function titleOf(key: EntryKey | undefined, entryId: string): string {
  const { capex, exportRule: rule, chipOrder, chipSupply, usage } = key ?? {};
  if (capex) {
    return [
      capex.periodKind === "PERIOD_KIND_FISCAL" ? visible(capex.period ?? "") : periodWords(capex.period),
      named("company", capex.companies, " + "),
      (capex.scopeText ? visible(capex.scopeText) : words.enumWords(capex.scope)) +
        (capex.suppliers?.length ? ` ${words.fromSupplier} ${named("company", capex.suppliers, ", ")}` : "") +
        (capex.region ? `, ${visible(nameOf("place", capex.region))}` : ""),
      capex.definition ? visible(capex.definition) : "",
      capex.accounting === "ACCOUNTING_OPEX" ? "opex" : "",
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
  return visible(entryId);
}
