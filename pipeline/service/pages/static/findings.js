// What the audit found on a receipt: reasons, the boxes to look at, and a reviewer's verdicts.
import { call } from "./api.js";

const TRIES = 15; // the audit looks at a new or changed record within seconds
const PAUSE = 2000; // milliseconds

/**
 * The findings.
 * @param id of the record
 * @param mayReview whether verdicts may be given
 * @param onFindings is given the findings whenever they are asked for or judged
 * @param onLook is given the boxes of a finding: [{page, box}]
 * @param guarded runs what may fail
 */
export function createFindings(id, { mayReview, onFindings, onLook, guarded }) {
  const section = document.getElementById("findings");
  const list = section.querySelector("ol");
  const template = section.querySelector("template");
  const waiting = section.querySelector(".waiting");
  const address = `/v1/receipts/${id}/findings`;
  let asked = 0; // which request's answer is still wanted

  const show = ({ state, findings }) => {
    section.hidden = !findings.length && state !== "waiting";
    waiting.hidden = state !== "waiting";
    list.replaceChildren(...findings.map(item));
    onFindings(findings);
  };

  const item = (finding) => {
    const one = template.content.firstElementChild.cloneNode(true);
    one.classList.add(finding.severity);
    one.classList.toggle("is-harmless", finding.label === "harmless");
    one.querySelector(".severity").textContent = finding.severity === "info" ? "note" : finding.severity;
    one.querySelector(".rule").textContent = finding.rule.replaceAll("-", " ");
    one.querySelector(".score").textContent = `${Math.round(100 * finding.score)} %`;
    one.querySelector(".reason").textContent = finding.reason;
    one.querySelector(".action").textContent = finding.suggested_action;
    const others = finding.receipts.slice(1);
    one.querySelector(".others").replaceChildren(...others.map(link));
    const boxes = finding.look_at.filter((look) => look.receipt === 0);
    const look = one.querySelector(".look");
    look.hidden = !boxes.length;
    look.addEventListener("click", () => onLook(boxes));
    for (const button of one.querySelectorAll("[data-label]")) {
      const { label } = button.dataset;
      const isGiven = finding.label === label;
      button.setAttribute("aria-pressed", isGiven);
      button.addEventListener("click", () =>
        guarded(() => judge(finding.id, isGiven ? null : label)),
      );
      button.disabled = !mayReview;
    }
    return one;
  };

  const link = ({ id: other, path, page }) => {
    const anchor = document.createElement("a");
    anchor.href = `/receipts/${other}/review`;
    anchor.textContent = page > 1 ? `${path}, page ${page}` : path;
    return anchor;
  };

  const judge = async (finding, label) => {
    show(await call("PUT", `${address}/${finding}/label`, { body: { label } }));
  };

  const load = async (turn, tries) => {
    const answer = await call("GET", address);
    if (turn !== asked) return;
    show(answer);
    if (answer.state === "waiting" && tries > 1) {
      setTimeout(() => guarded(() => load(turn, tries - 1)), PAUSE);
    }
  };

  return {
    /** Ask for them, again until the audit has seen the record as it is. */
    load() {
      asked += 1;
      return load(asked, TRIES);
    },
  };
}
