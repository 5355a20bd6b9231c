"""Builders of valid events, to be changed by the test that wants a wrong one."""

import itertools

from contract import pb

_numbers = itertools.count(1)


def fresh(word="name"):
    """A name that no other test of this process has."""
    return f"{word}-{next(_numbers)}"


def ref(name):
    return pb.Ref(id=name)


def amount(value, currency="CNY"):
    return pb.Amount(currency=currency, value=pb.Decimal(units=value), bound=pb.BOUND_EXACT)


def count(value, unit=None):
    """So many; a quantity is taken as it is."""
    if isinstance(value, pb.Quantity):
        return value
    return pb.Quantity(unit=unit or pb.UNIT_CHIP, value=value, bound=pb.BOUND_EXACT)


def source(published="2025-06-15", publisher="financial-times"):
    return pb.Source(
        origin=pb.Origin(kind=pb.ORIGIN_KIND_PRESS),
        hops=[pb.Hop(publisher=ref(publisher), relation=pb.HOP_RELATION_PRIMARY,
                     published=pb.Date(edtf=published))])


def capex(company, value=1000, period="2026", event_id=None, **others):
    return pb.Event(
        event_id=fresh("capex") if event_id is None else event_id,
        source=others.pop("source", None) or source(),
        links=others.pop("links", ()),
        capex_announcement=pb.CapexAnnouncement(**{
            "companies": [ref(company)], "scope": pb.CAPEX_SCOPE_TOTAL,
            "period": pb.Period(kind=pb.PERIOD_KIND_CALENDAR, edtf=period),
            "basis": pb.CAPEX_BASIS_PLAN, "amount": amount(value),
            "accounting": pb.ACCOUNTING_CAPEX, **others}))


def order(buyer, chip="h200", quantity=100, event_id=None, **others):
    return pb.Event(
        event_id=fresh("order") if event_id is None else event_id, source=source(),
        chip_order=pb.ChipOrder(**{
            "buyers": [ref(buyer)], "supplier": ref("nvidia"), "chips": [ref(chip)],
            "quantity": count(quantity), "stage": pb.ORDER_STAGE_PLACED,
            "modality": pb.MODALITY_REPORTED, **others}))


def rule(chip, destination="cn", effect=None, event_id=None, **others):
    return pb.Event(
        event_id=fresh("rule") if event_id is None else event_id, source=source(),
        export_rule_change=pb.ExportRuleChange(**{
            "nature": pb.RULE_NATURE_CHANGE, "jurisdiction": ref("us"), "gate": pb.GATE_KIND_EXPORT,
            "chips": [ref(chip)], "destinations": [ref(destination)],
            "effect": pb.RULE_EFFECT_PROHIBITED if effect is None else effect,
            "status": pb.RULE_STATUS_IN_FORCE, "effective": pb.Date(edtf="2025-01-15"), **others}))


def supply(chip, quantity=100, event_id=None, **others):
    return pb.Event(
        event_id=fresh("supply") if event_id is None else event_id, source=source(),
        chip_supply=pb.ChipSupply(**{
            "holder": ref("nvidia"), "chips": [ref(chip)], "metric": pb.SUPPLY_METRIC_INVENTORY,
            "quantity": count(quantity), "modality": pb.MODALITY_REPORTED, **others}))


def usage(company, value=1000, as_of="2025-05", event_id=None, **others):
    return pb.Event(
        event_id=fresh("usage") if event_id is None else event_id, source=source(),
        usage_report=pb.UsageReport(**{
            "company": ref(company), "metric": pb.USAGE_METRIC_TOKENS_PER_DAY,
            "value": count(value, pb.UNIT_TOKEN), "as_of": pb.Date(edtf=as_of), **others}))


def alias(entity, name, change=None, event_id=None):
    return pb.Event(
        event_id=fresh("alias") if event_id is None else event_id,
        alias_change=pb.AliasChange(
            entity=entity, kind=pb.ENTITY_KIND_COMPANY, alias=name,
            change=pb.ALIAS_OPERATION_ADD if change is None else change))


def notice(target, relation, event_id=None, **others):
    return pb.Event(
        event_id=fresh("notice") if event_id is None else event_id,
        source=others.pop("source", None) or source(),
        links=[pb.Link(relation=relation, event_id=target)],
        claim_notice=pb.ClaimNotice(text="A statement on an earlier report."))
