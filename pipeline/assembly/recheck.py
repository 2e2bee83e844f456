"""The sums of a finished record, computed anew after its values were changed."""

from __future__ import annotations

from decimal import Decimal

from pipeline.assembly.summary.checks import check_sums
from pipeline.assembly.summary.options import ROUNDING, SERVICE
from pipeline.assembly.tables.checks import check_payments, check_taxes
from pipeline.assembly.values.amounts import ZERO
from pipeline.receipt import Check, Contents


def checks_of(contents: Contents) -> list[Check]:
    """The checks of the values that the contents have now.

    Unlike in assembly, only the service charge and the rounding that the record itself holds may
    be added to the total.
    """
    amounts = {
        name: field.value
        for name, field in contents.found_fields().items()
        if isinstance(field.value, Decimal)
    }
    service, rounding = (amounts.get(name, ZERO) for name in (SERVICE, ROUNDING))
    surcharges = dict.fromkeys((ZERO, service, rounding, service + rounding))
    return [
        *check_sums(contents.items, amounts, tuple(surcharges)),
        *check_taxes(contents.taxes, amounts),
        *check_payments(contents.payments, amounts),
    ]
