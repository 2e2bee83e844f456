// The single-valued fields, the sums and the heading of a record.
import { sureness } from "./api.js";
import { decimalsOf, fieldNamed, offers, shown } from "./values.js";

const ROWS = { items: "item", taxes: "tax", payments: "payment" };
const KEY_FIELDS = ["merchant_name", "date", "total"];
const PARTS = /[a-z_]+/g;
const OF_ROW = /^(items|taxes|payments)\[(\d+)\]: /;

/**
 * The form.
 * @param words gives the words of the receipt
 * @param take is given an input and the offer that was taken
 */
export function createForm({ words, take }) {
  const fields = Object.fromEntries(
    [...document.querySelectorAll("[data-field]")].map((one) => [one.dataset.field, one]),
  );
  const byId = (id) => document.getElementById(id);
  const input = (name) => fields[name].querySelector("[data-input]");
  const form = document.querySelector(".form");
  const toggle = byId("show-empty");
  let record = null;
  let offered = []; // of the selected field: [{offer, input}]

  toggle.addEventListener("click", () => {
    const isShown = form.classList.toggle("with-empty");
    toggle.setAttribute("aria-pressed", isShown);
    toggle.textContent = isShown ? "Hide empty fields" : "Show empty fields";
  });

  const fill = (name, field, decimals, failing) => {
    const row = fields[name];
    const one = input(name);
    const isMoney = one.classList.contains("number") && (one.dataset.type ?? "amount") === "amount";
    const text = shown(field?.value, isMoney ? decimals : 0);
    const isTyped = one === document.activeElement && one.value !== one.dataset.shown;
    if (!isTyped) one.value = text;
    one.dataset.shown = one.tagName === "SELECT" ? one.value : text;
    one.title = text;
    row.classList.remove("good", "fair", "poor");
    if (field) row.classList.add(sureness(field.confidence));
    row.classList.toggle("is-empty", !field && !KEY_FIELDS.includes(name));
    row.classList.toggle("is-missing", !field && KEY_FIELDS.includes(name));
    row.classList.toggle("fails", failing.has(name) && Boolean(field));
    row.querySelector(".sure").textContent = field ? `${Math.round(100 * field.confidence)} %` : "";
    showOffers(name, field);
  };

  const showOffers = (name, field) => {
    const place = fields[name].querySelector(".offers");
    place.replaceChildren();
    if (!field) return;
    if (field.repaired) place.append(note(`printed “${field.text}”; corrected by the sums`));
    else if (field.alternatives?.length) place.append(note(`printed “${field.text}”`));
    for (const [index, offer] of offers(field, words(), record.source.page).entries()) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "text" in offer ? "offer reading" : "offer";
      button.textContent = offer.label;
      button.title = `Take this instead (Alt+${index + 1})`;
      button.disabled = input(name).disabled;
      button.addEventListener("click", () => take(input(name), offer));
      place.append(button);
    }
  };

  const showSums = () => {
    const decimals = decimalsOf(record);
    const ofRows = record.checks.filter((check) => check.ok && OF_ROW.test(check.rule));
    const list = record.checks
      .filter((check) => !ofRows.includes(check))
      .map((check) => {
        const [expected, found] = [check.expected, check.found].map((one) => shown(one, decimals));
        const off = shown(Number((check.found - check.expected).toFixed(4)), decimals);
        const amounts = check.ok ? found : `${found}, not ${expected} (${off})`;
        return line(check.ok, plainRule(check.rule), amounts);
      });
    if (ofRows.length) {
      const count = `${ofRows.length} row${ofRows.length === 1 ? "" : "s"}`;
      list.push(line(true, "quantities and prices of items, taxes and payments", count));
    }
    byId("sums").replaceChildren(...(list.length ? list : [note("No sums to check")]));
  };

  return {
    /** Show a stored receipt. */
    show(stored) {
      record = stored.record;
      const decimals = decimalsOf(record);
      const failed = record.checks.filter((check) => !check.ok);
      const ofFields = failed.filter((check) => !OF_ROW.test(check.rule));
      const failing = new Set(ofFields.flatMap((check) => check.rule.match(PARTS) ?? []));
      for (const name of Object.keys(fields)) fill(name, fieldNamed(record, name), decimals, failing);
      showSums();
      byId("merchant").textContent = record.merchant_name?.value ?? "No merchant";
      document.title = `${record.merchant_name?.value ?? "Review"} · receipts`;
      const state = byId("state");
      state.textContent = stored.accepted ? "accepted" : record.needs_review ? "needs review" : "";
      state.className = `pill ${stored.accepted ? "good" : "fair"}`;
      state.hidden = !state.textContent;
      byId("problem").textContent = record.error ?? "";
      byId("problem").hidden = !record.error;
    },
    /** Mark the field that words are put into. */
    select(one) {
      for (const row of document.querySelectorAll(".selected")) row.classList.remove("selected");
      (one.closest("[data-field]") ?? one.parentElement).classList.add("selected");
      const name = one.dataset.input;
      const field = name ? fieldNamed(record, name) : null;
      const list = field ? offers(field, words(), record.source.page) : [];
      offered = list.map((offer) => ({ offer, input: one }));
    },
    /** Take the offer of that number, from 1. */
    offer(number) {
      const chosen = offered[number - 1];
      if (chosen) take(chosen.input, chosen.offer);
    },
    /** Focus the field, or the cell such as `items.0.total`. */
    focus(name) {
      if (name in fields) return input(name).focus();
      const [table, index, column] = name.split(".");
      const line = document.querySelectorAll(`[data-table=${table}] .body > .row`)[Number(index)];
      line?.querySelector(`[data-cell="${table}.${column}"]`)?.focus();
    },
    /** Focus the field that most needs a look. */
    focusDoubtful() {
      const field = (name) => fieldNamed(record, name);
      const names = Object.keys(fields).filter((name) => field(name) || KEY_FIELDS.includes(name));
      const doubt = (name) =>
        (field(name)?.confidence ?? 0) - (fields[name].classList.contains("fails") ? 1 : 0);
      const [first] = names.sort((a, b) => doubt(a) - doubt(b));
      if (!first) return;
      input(first).focus();
      input(first).select?.();
    },
    invalid: (one) => one?.setAttribute("aria-invalid", "true"),
    valid: (one) => one.removeAttribute("aria-invalid"),
  };
}

function line(isOk, rule, amounts) {
  const item = document.createElement("p");
  item.className = isOk ? "sum good" : "sum poor";
  item.append(part("mark", isOk ? "✓" : "✗"), part("rule", rule), part("amounts", amounts));
  return item;
}

function plainRule(rule) {
  const named = rule.replace(OF_ROW, (_, table, index) => `${ROWS[table]} ${Number(index) + 1}: `);
  return named.replaceAll("_", " ").replaceAll("*", " × ").replace(/([+=])/g, " $1 ");
}

function part(name, text) {
  const span = document.createElement("span");
  span.className = name;
  span.textContent = text;
  return span;
}

const note = (text) => part("note", text);
