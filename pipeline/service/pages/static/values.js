// Values of fields: as they are shown, as they are sent, and where they are printed.
import { call } from "./api.js";
import { around } from "./picture.js";

const NUMBER = /^-?\d+(\.\d+)?$/;
const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;

const EXTRA = "extra.";

/** A field of a record by its name; those of custom labels are named such as `extra.litres`. */
export function fieldNamed(record, name) {
  return (name.startsWith(EXTRA) ? record.extra[name.slice(EXTRA.length)] : record[name]) ?? null;
}

/** The names and fields of a record that have a single value. */
export function fieldsOf(record) {
  const custom = Object.entries(record.extra).map(([label, field]) => [EXTRA + label, field]);
  return [...Object.entries(record).filter(([, field]) => field?.boxes), ...custom];
}

/** The body of a request that changes one field; `type` is that of a custom label. */
export function correctionOf(name, value, type) {
  if (!name.startsWith(EXTRA)) return { fields: { [name]: value } };
  return { extra: { [name.slice(EXTRA.length)]: value && { ...value, type } } };
}

/** A value as text; amounts with as many decimals as the receipt's others. */
export function shown(value, decimals = 0) {
  if (value === null || value === undefined) return "";
  if (typeof value !== "number") return String(value);
  const own = String(value).split(".")[1]?.length ?? 0;
  return value.toFixed(Math.max(own, decimals));
}

/** How many decimals amounts of a currency have; 2 if it is unknown. */
export function currencyDecimals(currency) {
  try {
    return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions()
      .maximumFractionDigits;
  } catch {
    return 2;
  }
}

/** How many decimals the amounts of a record have: 2 if any has a fraction. */
export function decimalsOf(record) {
  const cells = record.items.flatMap((row) => [row.unit_price, row.total]);
  const fields = [...cells, record.total, record.subtotal, record.tax];
  return fields.some((field) => field && !Number.isInteger(field.value)) ? 2 : 0;
}

/**
 * What is sent for a text that was typed or picked.
 * @returns null for an empty text
 * @throws Error if the text is no value of the field
 */
export async function newValue(receiptId, field, text, { isNumber, words, type }) {
  const plain = text.trim();
  if (!plain) return null;
  const evidence = words ? { text: plain, ...placesOf(words) } : {};
  if (!words && isNumber && NUMBER.test(plain)) return { value: Number(plain) };
  const isWord = !isNumber && !["date", "time"].includes(type ?? field);
  if (!words && (isWord || ISO_DATE.test(plain))) return { value: plain };
  const body = type ? { field, text: plain, type } : { field, text: plain };
  const { value } = await call("POST", `/receipts/${receiptId}/interpret`, { body });
  if (value === null) throw new Error(`“${plain}” is no ${field.split(".").pop()}`);
  return { value: isNumber ? Number(value) : value, ...evidence };
}

/** The words' boxes, one for each text line and page. */
function placesOf(words) {
  const lines = new Map();
  for (const word of words) {
    const key = `${word.page}:${word.line}`;
    lines.set(key, [...(lines.get(key) ?? []), word]);
  }
  const groups = [...lines.values()];
  const boxes = groups.map((group) => around(group.map((word) => word.box)));
  const pages = groups.map(([word]) => word.page);
  return new Set(pages).size > 1 ? { boxes, pages } : { boxes, pages: null };
}

/** The words in reading order. */
export function inOrder(words) {
  return [...words].sort((a, b) => a.page - b.page || a.line - b.line || a.box[0] - b.box[0]);
}

/** The words whose middle lies in one of a field's boxes. */
export function wordsOf(field, words, firstPage) {
  return words.filter(({ box, page }) => {
    const [x, y] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
    return field.boxes.some(
      ([x0, y0, x1, y1], index) =>
        page === (field.pages?.[index] ?? firstPage) && x0 <= x && x <= x1 && y0 <= y && y <= y1,
    );
  });
}

/**
 * Other values of a field that are offered: {label, value} or {label, text}. A value that is not
 * printed as it is, such as a currency by its sign, has no other readings.
 */
export function offers(field, words, firstPage) {
  const dates = (field.alternatives ?? []).map((value) => ({ label: shown(value), value }));
  const isPrinted = !/^[A-Z]{2,3}$/.test(field.value) || field.text === field.value;
  const own = isPrinted ? wordsOf(field, words, firstPage) : [];
  const plain = (text) => String(text).replace(/[^\p{L}\p{N}]/gu, "").toLowerCase();
  const readings = (own.length === 1 ? [own[0].text, ...(own[0].readings ?? [])] : [])
    .filter((text) => ![field.text, field.value].map(plain).includes(plain(text)))
    .slice(0, 3);
  return [...dates, ...readings.map((text) => ({ label: text, text }))].slice(0, 9);
}
