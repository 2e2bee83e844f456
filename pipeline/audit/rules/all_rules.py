"""The rules that need no policy, in the order in which their findings are written."""

from __future__ import annotations

from pipeline.audit.duplicates.find import duplicates
from pipeline.audit.rules.claimed_amounts import claimed_amounts
from pipeline.audit.rules.context import Rule
from pipeline.audit.rules.currencies import currency_of_another_country
from pipeline.audit.rules.dates import future_dates
from pipeline.audit.rules.number_series import receipt_numbers
from pipeline.audit.rules.reading import not_read
from pipeline.audit.rules.sums import failing_sums
from pipeline.audit.rules.tax_numbers import tax_numbers
from pipeline.audit.rules.taxes import taxes
from pipeline.audit.statistics.unusual_amounts import unusual_amounts
from pipeline.audit.tampering.find import signs_of_tampering

ALL_RULES: tuple[Rule, ...] = (
    not_read,
    duplicates,
    failing_sums,
    taxes,
    tax_numbers,
    future_dates,
    currency_of_another_country,
    receipt_numbers,
    claimed_amounts,
    unusual_amounts,
    signs_of_tampering,
)
