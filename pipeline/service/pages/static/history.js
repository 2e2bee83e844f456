// Who changed what, and when.
import { call } from "./api.js";
import { shown } from "./values.js";

/** The list of changes; putBack is given the version of a change that is to be undone. */
export function createHistory(id, { putBack }) {
  const list = document.getElementById("changes");
  const template = document.getElementById("change");

  const line = (change) => {
    const item = template.content.cloneNode(true);
    const put = (name, text) => (item.querySelector(`.${name}`).textContent = text);
    put("what", change.field.replace(/^extra\./, "").replaceAll("_", " "));
    put("from", brief(change.old));
    put("to", brief(change.new));
    const when = new Date(change.changed_at).toLocaleString();
    const who = change.changed_by === "anyone" ? "this machine" : change.changed_by;
    put("who", `${who}, ${when}`);
    const back = item.querySelector(".back");
    back?.addEventListener("click", () => putBack(change.version));
    back?.setAttribute("aria-label", `Put back ${change.field}`);
    return item;
  };

  return {
    async show() {
      const { changes } = await call("GET", `/v1/receipts/${id}/changes`);
      document.getElementById("change-count").textContent = changes.length;
      list.replaceChildren(...changes.reverse().map(line));
    },
  };
}

function brief(value) {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return `${value.length} row${value.length === 1 ? "" : "s"}`;
  if (typeof value === "object") return shown(value.value);
  return value === true ? "yes" : value === false ? "no" : String(value);
}
