// The review page: a record's fields beside its picture; every change is stored at once.
import { call, etagOf } from "./api.js";
import { createClaims } from "./claims.js";
import { createFindings } from "./findings.js";
import { createForm } from "./form.js";
import { createHistory } from "./history.js";
import { listenToKeys } from "./keys.js";
import { createPicture } from "./picture.js";
import { createTables } from "./tables.js";
import {
  correctionOf,
  decimalsOf,
  fieldNamed,
  fieldsOf,
  inOrder,
  newValue,
  wordsOf,
} from "./values.js";

const root = document.getElementById("review");
const { id, place } = root.dataset;
const mayReview = "mayReview" in root.dataset;
const api = `/v1/receipts/${id}`;
const next = `/queue/next?after=${encodeURIComponent(place)}`;
const byId = (name) => document.getElementById(name);

let receipt = null;
let words = [];
let current = null; // the input that has or had the focus
let page = 1;
let saving = Promise.resolve();

const picture = createPicture({
  canPick: () => mayReview && current !== null,
  onPick: (picked) => guarded(() => put(current, null, inOrder(picked))),
  onBox: (field) => form.focus(field),
});
const form = createForm({ words: () => words, take: (input, offer) => guarded(() => take(input, offer)) });
const tables = createTables((table, rows) => change({ [table]: rows }));
const claims = createClaims();
const findings = createFindings(id, {
  mayReview,
  onFindings: claims.compare,
  onLook: (places) => lookAt(places),
  guarded: (act) => guarded(act),
});
const history = createHistory(id, {
  putBack: (version) => guarded(() => revert(version)),
});

/** Show what the service answered. */
function show(stored) {
  receipt = stored;
  form.show(stored);
  tables.show(stored.record, decimalsOf(stored.record));
  drawBoxes();
  history.show();
}

function drawBoxes() {
  const record = receipt.record;
  const firstPage = record.source.page;
  const fields = fieldsOf(record);
  const cells = ["items", "taxes", "payments"].flatMap((table) =>
    record[table].flatMap((row, index) =>
      Object.entries(row).map(([column, cell]) => [`${table}.${index}.${column}`, cell]),
    ),
  );
  const boxes = [...fields, ...cells]
    .filter(([, field]) => field)
    .flatMap(([name, field]) =>
      field.boxes
        .map((box, index) => ({
          box,
          field: name,
          confidence: field.confidence,
          page: field.pages?.[index] ?? firstPage,
        }))
        .filter((one) => one.page === page),
    );
  picture.draw(boxes);
  if (current) picture.light(nameOf(current));
}

function openPage(number) {
  page = number;
  const { source, size, further_pages: further = [] } = receipt.record;
  const ofPage = further.find((one) => one.page === number)?.size ?? size;
  const region = number === source.page ? source.region : null;
  const here = words.filter((word) => word.page === number);
  picture.open(`${api}/image?page=${number}`, ofPage ?? [600, 800], here, region);
  drawBoxes();
}

/** Show the boxes of a finding, on the first page that has one. */
function lookAt(places) {
  if (places[0].page !== page) openPage(places[0].page);
  picture.point(places.filter((place) => place.page === page).map((place) => place.box));
}

/** The name under which an input's boxes are drawn: `total`, or `items.0.total`. */
function nameOf(input) {
  if (input.dataset.input) return input.dataset.input;
  const { table, index, column } = tables.find(input);
  return `${table}.${index}.${column}`;
}

const fieldOf = (input) =>
  input.dataset.input ? fieldNamed(receipt.record, input.dataset.input) : tables.cell(input);

/** Send changes one after the other: each needs the version that the one before made. */
function change(body) {
  return inTurn(() => call("PATCH", api, { body, etag: etagOf(receipt) }));
}

function revert(version) {
  return inTurn(() => call("POST", `${api}/revert`, { body: { version }, etag: etagOf(receipt) }));
}

function inTurn(request) {
  const before = saving.catch(() => {});
  saving = before.then(async () => {
    const version = receipt.version;
    const stored = await request();
    if (stored.version !== version) remember(stored.version);
    show(stored);
    if (stored.version !== version) guarded(findings.load);
    say("Saved");
  });
  return saving;
}

/** Put a typed text, or picked words, into an input's field. */
async function put(input, text, picked = null) {
  const field = input.dataset.input ?? input.dataset.cell;
  const isNumber = input.classList.contains("number");
  const given = picked ? picked.map((word) => word.text).join(" ") : text;
  const { type } = input.dataset;
  const value = await newValue(id, field, given, { isNumber, words: picked, type });
  await store(input, value);
}

async function store(input, value) {
  input.dataset.shown = input.value; // no longer being typed
  const { input: name, type } = input.dataset;
  if (name) await change(correctionOf(name, value, type));
  else await tables.put(input, value);
  form.valid(input);
}

/** Take another reading that is offered. */
async function take(input, offer) {
  const field = fieldOf(input);
  if ("value" in offer) {
    await store(input, { value: offer.value, text: field.text, boxes: field.boxes });
  } else {
    const own = wordsOf(field, words, receipt.record.source.page);
    await put(input, null, own.map((word) => ({ ...word, text: offer.text })));
  }
}

/** Store what is being typed, if it differs from what is stored. */
async function commit(input = current) {
  if (!mayReview || !input || input.value === input.dataset.shown) return;
  await put(input, input.value);
}

async function accept() {
  await commit();
  await saving;
  if (!receipt.accepted) await change({ accepted: true });
  location.assign(next);
}

async function skip() {
  await commit();
  await saving;
  location.assign(next);
}

// What this person changed, also on receipts before this one: [{id, version}].
const STACK = "receipts.undo";
const stack = () => JSON.parse(sessionStorage.getItem(STACK) ?? "[]");
const keep = (entries) => sessionStorage.setItem(STACK, JSON.stringify(entries.slice(-100)));
let isUndoing = false;

function remember(version) {
  if (!isUndoing) keep([...stack(), { id, version }]);
}

async function undo() {
  await saving.catch(() => {});
  const entries = stack();
  const last = entries.pop();
  if (!last) return say("Nothing to undo");
  keep(entries);
  if (last.id !== id) {
    const other = await call("GET", `/v1/receipts/${last.id}`);
    const body = { version: last.version };
    await call("POST", `/v1/receipts/${last.id}/revert`, { body, etag: etagOf(other) });
    location.assign(`/receipts/${last.id}/review`);
    return;
  }
  isUndoing = true;
  try {
    await revert(last.version);
    say("Undone");
  } finally {
    isUndoing = false;
  }
}

/** Run what a person asked for; what fails is told. */
async function guarded(act) {
  try {
    await act();
  } catch (error) {
    if (error.status === 412) {
      show(await call("GET", api));
      say("Somebody else changed this receipt meanwhile. It was loaded again.", true);
    } else {
      form.invalid(current);
      say(error.message, true);
    }
  }
}

function say(text, isError = false) {
  const message = byId("message");
  message.textContent = text;
  message.classList.toggle("error", isError);
}

document.addEventListener("focusin", ({ target }) => {
  if (!target.matches?.("[data-input], [data-cell]")) return;
  current = target;
  form.select(target);
  const on = fieldOf(target)?.pages?.[0] ?? receipt.record.source.page;
  if (on !== page && fieldOf(target)?.boxes?.length) openPage(on);
  picture.light(nameOf(target));
});
document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-input], [data-cell]")) guarded(() => commit(target));
});
document.addEventListener("click", ({ target }) => {
  const row = target.closest("[data-table] .row");
  if (target.matches(".add")) tables.add(target.closest("[data-table]").dataset.table);
  if (target.matches(".remove")) guarded(() => tables.remove(row.querySelector("[data-cell]")));
  if (target.matches(".split")) guarded(() => tables.split(splitInput(row)));
});
const splitInput = (row) => (row.contains(current) ? current : row.querySelector("[data-cell]"));

const clicks = {
  "zoom-in": picture.zoomIn,
  "zoom-out": picture.zoomOut,
  fit: picture.fit,
  turn: picture.turn,
  accept: () => guarded(accept),
  skip: () => guarded(skip),
  undo: () => guarded(undo),
  help: () => byId("keys").showModal(),
};
for (const [name, act] of Object.entries(clicks)) byId(name)?.addEventListener("click", act);
// A button must not take the focus away from the field that words are put into.
for (const tool of document.querySelectorAll(".tools button")) {
  tool.addEventListener("pointerdown", (event) => event.preventDefault());
}
listenToKeys({
  ...clicks,
  commit: () => guarded(() => commit()),
  offer: (number) => form.offer(number),
  addItem: () => mayReview && tables.add("items"),
  split: (input) => mayReview && guarded(() => tables.split(input)),
  remove: (input) => mayReview && guarded(() => tables.remove(input)),
  mayReview,
});

async function begin() {
  const [stored, { words: read }] = await Promise.all([
    call("GET", api),
    call("GET", `${api}/words`),
  ]);
  words = read;
  show(stored);
  const numbers = stored.record.source.pages ?? [stored.record.source.page];
  byId("page-choice").hidden = numbers.length < 2;
  byId("page-number").replaceChildren(...numbers.map((number) => new Option(number, number)));
  byId("page-number").addEventListener("change", ({ target }) => openPage(Number(target.value)));
  openPage(numbers[0]);
  form.focusDoubtful();
  await findings.load();
  root.dataset.ready = "";
}

/** Load the next receipt's picture ahead; its first page is page 1 nearly always. */
async function loadAhead() {
  const { id: following } = await call("GET", `/queue/next.json?after=${encodeURIComponent(place)}`);
  if (following) new Image().src = `/v1/receipts/${following}/image?page=1`;
}

byId("image").addEventListener("load", () => guarded(loadAhead), { once: true });
guarded(begin);
