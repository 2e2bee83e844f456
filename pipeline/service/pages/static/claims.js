// The claims of a receipt: what the audit says about their amounts is shown beside them.
import { currencyDecimals, shown } from "./values.js";

/** The claims; nothing if the receipt has none. */
export function createClaims() {
  const section = document.getElementById("claims");
  const line = section?.querySelector(".difference");
  const rules = section?.dataset.rules.split(" ") ?? [];

  return {
    /** Show the difference from the receipt that one of these findings has. */
    compare(findings) {
      if (!section) return;
      const found = findings.find((finding) => rules.includes(finding.rule));
      line.hidden = !found;
      section.classList.toggle("differs", Boolean(found) && found.label !== "harmless");
      if (!found) return;
      const currency = found.currency ?? "";
      const amount = `${shown(found.amount, currencyDecimals(currency))} ${currency}`.trim();
      line.textContent = `${amount} more than the receipt shows`;
    },
  };
}
