// Files that are dropped are posted; their records appear as soon as they are read.
import { call } from "./api.js";
import { currencyDecimals, shown } from "./values.js";

const AT_ONCE = 3;
const PAUSE = 2; // seconds, where the service names none
const TRIES = 20;
const zone = document.getElementById("dropzone");
const input = document.getElementById("files");
const list = document.getElementById("uploads");
const template = document.getElementById("upload");
const summary = document.getElementById("summary");
const waiting = [];
const totals = { files: 0, done: 0, receipts: 0, doubtful: 0 };
let working = 0;

if (zone) {
  input.addEventListener("change", () => {
    add(input.files);
    input.value = "";
  });
  for (const name of ["dragenter", "dragover"])
    document.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.add("over");
    });
  for (const name of ["dragleave", "drop"])
    document.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.remove("over");
    });
  document.addEventListener("drop", (event) => add(event.dataTransfer.files));
}

function add(files) {
  const claim = [...document.querySelectorAll("#claim input")].map((one) => [one.name, one.value]);
  for (const file of files) {
    const line = template.content.cloneNode(true).firstElementChild;
    line.querySelector(".name").textContent = file.name;
    list.prepend(line);
    waiting.push({ file, line, claim });
    totals.files += 1;
    tell(line, "waits");
  }
  goOn();
}

function goOn() {
  count();
  while (working < AT_ONCE && waiting.length) {
    working += 1;
    const { file, line, claim } = waiting.shift();
    handle(file, line, claim)
      .catch((error) => fail(line, error.message))
      .finally(() => {
        working -= 1;
        totals.done += 1;
        goOn();
      });
  }
}

async function handle(file, line, claim) {
  tell(line, "is sent");
  let job = await sent(file, line, claim);
  line.querySelector("progress").removeAttribute("value"); // how long reading takes is unknown
  tell(line, "is read");
  while (!job.finished) job = await call("GET", `/v1/jobs/${job.id}?wait=20`);
  line.querySelector("progress").remove();
  const [read] = job.files;
  if (read.state !== "done" && read.state !== "failed") return fail(line, read.state);
  tell(line, read.duplicate ? "was here before" : "");
  for (const receipt of read.receipts) line.querySelector(".results").append(result(receipt));
}

/** Post a file; again where the service is busy. */
async function sent(file, line, claim, tries = TRIES) {
  try {
    return await posted(file, claim, (share) => (line.querySelector("progress").value = share));
  } catch (error) {
    if (![429, 503].includes(error.status) || tries === 1) throw error;
    tell(line, "waits, the service is busy");
    await new Promise((done) => setTimeout(done, 1000 * (error.retryAfter ?? PAUSE)));
    return sent(file, line, claim, tries - 1);
  }
}

/** fetch tells no progress. */
function posted(file, claim, progress) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("files", file, file.name);
    for (const [name, value] of claim) form.append(name, value);
    request.open("POST", "/v1/receipts?wait=0");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) progress(event.loaded / event.total);
    });
    request.addEventListener("load", () => {
      if (request.status < 300) return done(request.response);
      const error = new Error(request.response?.detail ?? `${request.status}`);
      error.status = request.status;
      error.retryAfter = Number(request.getResponseHeader("Retry-After")) || null;
      failed(error);
    });
    request.addEventListener("error", () => failed(new Error("the service does not answer")));
    request.send(form);
  });
}

function result({ id, record }) {
  totals.receipts += 1;
  const isDoubtful = record.needs_review || record.status !== "ok";
  totals.doubtful += isDoubtful ? 1 : 0;
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = `/receipts/${id}/review`;
  link.textContent = record.merchant_name?.value ?? "No merchant";
  const currency = record.currency?.value ?? "";
  const total = record.total ? shown(record.total.value, currencyDecimals(currency)) : "no total";
  const facts = [record.date?.value ?? "no date", `${total} ${currency}`];
  const rest = document.createElement("span");
  rest.className = "muted";
  rest.textContent = record.status === "error" ? record.error : facts.join(" · ");
  const state = document.createElement("span");
  state.className = `pill ${isDoubtful ? "fair" : "good"}`;
  state.textContent = record.status === "error" ? "unreadable" : isDoubtful ? "needs review" : "read";
  item.append(link, rest, state);
  return item;
}

function fail(line, message) {
  line.querySelector("progress")?.remove();
  line.querySelector(".state").classList.add("error");
  tell(line, message);
}

const tell = (line, text) => (line.querySelector(".state").textContent = text);

function count() {
  const { files, done, receipts, doubtful } = totals;
  if (!files) return;
  summary.textContent =
    `${done} of ${files} files read: ${receipts} receipts, ${doubtful} need review.`;
}
