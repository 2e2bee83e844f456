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
      line.textContent = `${amountOf(found)} more than the receipt shows`.trim();
    },
  };
}

/** Nothing where claims are in several currencies. */
function amountOf({ amount, currency }) {
  if (amount === null) return "";
  return `${shown(amount, currencyDecimals(currency))} ${currency ?? ""}`.trim();
}
