// Items, taxes and payments as tables to edit: change, add, delete and split rows.
import { sureness } from "./api.js";
import { shown } from "./values.js";

const SENT = ["value", "text", "boxes", "pages"];
const OPTIONAL = ["code", "discount"]; // columns that are hidden where no row has them

/**
 * The tables of the page.
 * @param save is given a table's name and its rows as they are to be
 */
export function createTables(save) {
  const sections = Object.fromEntries(
    [...document.querySelectorAll("[data-table]")].map((one) => [one.dataset.table, one]),
  );
  const rows = {};
  let decimals = 0;

  const lines = (table) => [...sections[table].querySelectorAll(".body > .row")];
  const inputsOf = (line) => [...line.querySelectorAll("[data-cell]")];
  const columnOf = (input) => input.dataset.cell.split(".")[1];

  const render = (table) => {
    const section = sections[table];
    const body = section.querySelector(".body");
    while (body.children.length > rows[table].length) body.lastElementChild.remove();
    while (body.children.length < rows[table].length)
      body.append(section.querySelector("template").content.cloneNode(true));
    lines(table).forEach((line, index) => fill(line, rows[table][index], index));
    section.classList.toggle("is-empty", rows[table].length === 0);
    for (const column of OPTIONAL) {
      const isUsed = rows[table].some((row) => row[column]);
      section.classList.toggle(`no-${column}`, !isUsed);
    }
  };
  const fill = (line, row, index) => {
    line.dataset.index = index;
    line.setAttribute("aria-label", `Row ${index + 1}`);
    for (const input of inputsOf(line)) {
      const cell = row[columnOf(input)];
      const text = shown(cell?.value, isMoney(input) ? decimals : 0);
      const isTyped = input === document.activeElement && input.value !== input.dataset.shown;
      if (!isTyped) input.value = text;
      input.dataset.shown = text;
      input.title = input.value;
      input.className = input.className.replace(/\b(good|fair|poor)\b/g, "").trim();
      if (cell) input.classList.add(sureness(cell.confidence ?? 1));
    }
  };
  const send = (table, next) => {
    const filled = next.filter((row) => Object.values(row).some(Boolean));
    return save(table, filled.map(sentRow));
  };
  const edited = (table, change) => {
    const next = rows[table].map((row) => ({ ...row }));
    change(next);
    return send(table, next);
  };

  const find = (input) => {
    const [table, column] = input.dataset.cell.split(".");
    return { table, column, index: Number(input.closest(".row").dataset.index) };
  };
  const focus = (table, index, column) => {
    const line = lines(table)[Math.min(index, lines(table).length - 1)];
    line?.querySelector(`[data-cell="${table}.${column}"]`)?.focus();
  };

  return {
    find,
    /** Show the record's rows. */
    show(record, amountDecimals) {
      decimals = amountDecimals;
      for (const table of Object.keys(sections)) {
        rows[table] = record[table];
        render(table);
        lines(table).forEach((line, index) => {
          const fails = (check) => !check.ok && check.rule.startsWith(`${table}[${index}]: `);
          line.classList.toggle("fails", record.checks.some(fails));
        });
      }
    },
    /** The cell of an input as it is stored. */
    cell(input) {
      const { table, column, index } = find(input);
      return rows[table][index]?.[column] ?? null;
    },
    /** Put a value into a cell. */
    put(input, value) {
      const { table, column, index } = find(input);
      const old = rows[table][index]?.[column];
      const cell = value && { ...value, boxes: value.boxes ?? old?.boxes ?? [] };
      return edited(table, (next) => (next[index][column] = cell));
    },
    /** Begin a new row; it is stored with its first value. */
    add(table) {
      rows[table] = [...rows[table], {}];
      render(table);
      const first = table === "items" ? "description" : columnOf(inputsOf(lines(table)[0])[0]);
      focus(table, rows[table].length - 1, first);
    },
    async remove(input) {
      const { table, column, index } = find(input);
      await edited(table, (next) => next.splice(index, 1));
      focus(table, index, column);
    },
    /** Cut a row in two at the cursor in its description; the amounts stay above. */
    async split(input) {
      const { table, index } = find(input);
      const line = lines(table)[index];
      const text = line.querySelector('[data-cell$=".description"]');
      const at = text === input ? input.selectionStart : text.value.length;
      const [above, below] = [text.value.slice(0, at).trim(), text.value.slice(at).trim()];
      const boxes = rows[table][index].description?.boxes ?? [];
      const part = (value) => (value ? { value, text: value, boxes } : null);
      if (!above || !below) {
        rows[table] = [...rows[table].slice(0, index + 1), {}, ...rows[table].slice(index + 1)];
        render(table);
        focus(table, index + 1, "description");
        return;
      }
      await edited(table, (next) => {
        next[index].description = part(above);
        next.splice(index + 1, 0, { description: part(below) });
      });
      focus(table, index + 1, "total");
    },
  };
}

const isMoney = (input) => /\.(unit_price|discount|total|net|amount)$/.test(input.dataset.cell);

function sentRow(row) {
  const cells = Object.entries(row).filter(([, cell]) => cell);
  return Object.fromEntries(
    cells.map(([column, cell]) => [
      column,
      Object.fromEntries(SENT.filter((key) => key in cell).map((key) => [key, cell[key]])),
    ]),
  );
}
