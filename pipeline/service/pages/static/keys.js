// The keys of the review page.

const FIELDS = "[data-input], [data-cell]";

/** Listen to keys, and do what they stand for. */
export function listenToKeys(acts) {
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    const input = event.target.matches?.(FIELDS) ? event.target : null;
    const act = withModifier(event, input, acts) ?? (input ? inField : outside)(event, input, acts);
    if (!act) return;
    event.preventDefault();
    act();
  });
}

function withModifier(event, input, acts) {
  const command = event.ctrlKey || event.metaKey;
  if (command && event.key === "Enter") return acts.mayReview ? acts.accept : acts.skip;
  const isTyping = input && input.value !== input.dataset.shown;
  if (command && event.key.toLowerCase() === "z" && !event.shiftKey && acts.mayReview)
    return isTyping ? null : acts.undo;
  if (!event.altKey || command) return null;
  if (/^Digit[1-9]$/.test(event.code)) return () => acts.offer(Number(event.code.slice(5)));
  const cell = input?.dataset.cell ? input : null;
  const named = {
    KeyN: acts.skip,
    KeyI: acts.addItem,
    KeyS: cell?.dataset.cell.startsWith("items.") ? () => acts.split(cell) : null,
    Backspace: cell ? () => acts.remove(cell) : null,
  };
  return named[event.code] ?? null;
}

function inField(event, input, acts) {
  const isSelect = input.tagName === "SELECT";
  switch (event.key) {
    case "Enter":
      return () => {
        acts.commit();
        step(input, event.shiftKey ? -1 : 1);
      };
    case "ArrowDown":
      return isSelect ? null : () => step(input, 1);
    case "ArrowUp":
      return isSelect ? null : () => step(input, -1);
    case "Escape":
      return () => {
        input.value = input.dataset.shown ?? "";
        input.removeAttribute("aria-invalid");
        input.blur();
      };
    default:
      return null;
  }
}

function outside(event, _input, acts) {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  if (event.target.matches?.("input, select, textarea")) return null;
  const named = {
    a: acts.accept,
    n: acts.skip,
    u: acts.undo,
    "?": acts.help,
    "+": acts["zoom-in"],
    "-": acts["zoom-out"],
    0: acts.fit,
    r: acts.turn,
    ArrowDown: () => step(null, 1),
    ArrowUp: () => step(null, -1),
  };
  return acts.mayReview || !["a", "u"].includes(event.key) ? (named[event.key] ?? null) : null;
}

/** Focus the next visible field, or the one before. */
function step(input, by) {
  const all = [...document.querySelectorAll(FIELDS)].filter((one) => one.offsetParent !== null);
  const at = input ? all.indexOf(input) + by : by > 0 ? 0 : all.length - 1;
  all[at]?.focus();
  all[at]?.select?.();
}
