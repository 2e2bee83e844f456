// The picture of a page with its words and boxes: zoom, pan, turn, and picking words.
import { sureness } from "./api.js";

const SVG = "http://www.w3.org/2000/svg";
const LEAST_TEXT = 9; // height of a lit text in screen pixels below which it is enlarged
const GOOD_TEXT = 18;
const STEP = 1.25;
const TRIES = 4; // a service that is busy may not make the picture in time
const PAUSE = 3000; // milliseconds
const CLICK = 4; // pixels that a pointer may move in a click

/**
 * The picture.
 * @param canPick whether words can be put anywhere at the moment
 * @param onPick is given the picked words, in reading order
 * @param onBox is given the name of the field whose box was clicked
 */
export function createPicture({ canPick, onPick, onBox }) {
  const [stage, sheet, image, overlay] = ["stage", "sheet", "image", "overlay"].map(byId);
  const [wordLayer, boxLayer, pointLayer, band] = ["words", "boxes", "points", "band"].map(byId);
  const view = { x: 0, y: 0, scale: 1, turn: 0 };
  const pointers = new Map();
  let [width, height] = [1, 1];
  let words = [];
  let drag = null;
  let [address, tries] = ["", 0];
  let whole = [0, 0, 1, 1];

  const rotate = ([x, y]) => {
    const [dx, dy] = [x - width / 2, y - height / 2];
    const [cos, sin] = { 0: [1, 0], 90: [0, 1], 180: [-1, 0], 270: [0, -1] }[view.turn];
    return [width / 2 + dx * cos - dy * sin, height / 2 + dx * sin + dy * cos];
  };
  const turned = ([x0, y0, x1, y1]) => {
    const [a, b] = [rotate([x0, y0]), rotate([x1, y1])];
    return [0, 1].map((i) => Math.min(a[i], b[i])).concat([0, 1].map((i) => Math.max(a[i], b[i])));
  };
  const place = () => {
    const [cx, cy] = [width / 2, height / 2];
    sheet.style.transform =
      `translate(${view.x}px,${view.y}px) scale(${view.scale}) ` +
      `translate(${cx}px,${cy}px) rotate(${view.turn}deg) translate(${-cx}px,${-cy}px)`;
  };
  /** How much of the stage's top the tools cover; on narrow screens they lie on it. */
  const covered = () => {
    const [tools, own] = [document.querySelector(".tools"), stage].map((one) =>
      one.getBoundingClientRect(),
    );
    return Math.max(0, tools.bottom - own.top);
  };
  const center = (box, scale) => {
    const [x0, y0, x1, y1] = turned(box);
    view.scale = scale;
    view.x = stage.clientWidth / 2 - (scale * (x0 + x1)) / 2;
    view.y = (stage.clientHeight + covered()) / 2 - (scale * (y0 + y1)) / 2;
    place();
  };
  const fit = () => {
    const [x0, y0, x1, y1] = turned(whole);
    const free = stage.clientHeight - covered();
    const scale = Math.min(stage.clientWidth / (x1 - x0), free / (y1 - y0));
    center(whole, scale * 0.97);
  };
  const zoom = (factor, [x, y] = [stage.clientWidth / 2, stage.clientHeight / 2]) => {
    const scale = Math.min(Math.max(view.scale * factor, 0.02), 12);
    view.x = x - ((x - view.x) * scale) / view.scale;
    view.y = y - ((y - view.y) * scale) / view.scale;
    view.scale = scale;
    place();
  };
  const show = (boxes) => {
    const box = around(boxes);
    const [x0, y0, x1, y1] = turned(box);
    const text = Math.min(...boxes.map((one) => one[3] - one[1])) * view.scale;
    const left = view.x + x0 * view.scale;
    const top = view.y + y0 * view.scale;
    const right = view.x + x1 * view.scale;
    const bottom = view.y + y1 * view.scale;
    const isInside =
      left >= 0 && top >= covered() && right <= stage.clientWidth && bottom <= stage.clientHeight;
    if (isInside && text >= LEAST_TEXT) return;
    const room = (0.9 * stage.clientWidth) / Math.max(1, x1 - x0);
    const wanted = text >= LEAST_TEXT ? view.scale : (view.scale * GOOD_TEXT) / text;
    center(box, Math.min(wanted, room));
  };

  const drawRect = (layer, [x0, y0, x1, y1], classes) => {
    const rect = document.createElementNS(SVG, "rect");
    const sides = { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
    for (const [name, value] of Object.entries(sides)) rect.setAttribute(name, value);
    rect.setAttribute("class", classes);
    layer.append(rect);
    return rect;
  };
  const drawText = (word) => {
    const [x0, y0, x1, y1] = word.box;
    const text = document.createElementNS(SVG, "text");
    const sides = { x: x0, y: y1 - 0.2 * (y1 - y0), textLength: x1 - x0, "font-size": y1 - y0 };
    for (const [name, value] of Object.entries(sides)) text.setAttribute(name, value);
    text.setAttribute("lengthAdjust", "spacingAndGlyphs");
    text.textContent = word.text;
    wordLayer.append(text);
  };

  const at = (event) => {
    const { left, top } = stage.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  const touched = ([x0, y0], [x1, y1]) => {
    const { left, top } = stage.getBoundingClientRect();
    const [a, b] = [Math.min(x0, x1) + left, Math.max(x0, x1) + left];
    const [c, d] = [Math.min(y0, y1) + top, Math.max(y0, y1) + top];
    return words.filter(({ rect }) => {
      const box = rect.getBoundingClientRect();
      return box.right >= a && box.left <= b && box.bottom >= c && box.top <= d;
    });
  };
  const mark = (picked) => {
    for (const one of words) one.rect.classList.toggle("picked", picked.includes(one));
  };

  stage.addEventListener("pointerdown", (event) => {
    event.preventDefault(); // the focus stays in the field
    pointers.set(event.pointerId, at(event));
    stage.setPointerCapture(event.pointerId);
    const word = event.target.closest?.(".word");
    const picks = word && canPick() && event.button === 0 && pointers.size === 1;
    drag = { from: at(event), picks, view: { ...view }, target: event.target, moved: false };
    if (picks) mark(touched(drag.from, drag.from));
  });
  stage.addEventListener("pointermove", (event) => {
    if (!drag || !pointers.has(event.pointerId)) return;
    const before = pointers.get(event.pointerId);
    const now = at(event);
    pointers.set(event.pointerId, now);
    if (pointers.size === 2) {
      const [other] = [...pointers].filter(([id]) => id !== event.pointerId).map(([, p]) => p);
      zoom(distance(now, other) / Math.max(1, distance(before, other)), other);
      drag.picks = false;
      drag.moved = true;
      return;
    }
    drag.moved ||= distance(now, drag.from) > CLICK;
    if (drag.picks && drag.moved) {
      showBand(drag.from, now);
      mark(touched(drag.from, now));
    } else if (!drag.picks && drag.moved) {
      view.x = drag.view.x + now[0] - drag.from[0];
      view.y = drag.view.y + now[1] - drag.from[1];
      place();
    }
  });
  const end = (event) => {
    if (!pointers.delete(event.pointerId) || !drag) return;
    const { picks, from, moved, target } = drag;
    drag = null;
    band.hidden = true;
    if (event.type === "pointercancel") return mark([]);
    if (picks) {
      const picked = touched(from, moved ? at(event) : from);
      mark([]);
      if (picked.length) onPick(picked.map((one) => one.word));
    } else if (!moved && target.dataset?.field) onBox(target.dataset.field);
  };
  stage.addEventListener("pointerup", end);
  stage.addEventListener("pointercancel", end);
  stage.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      zoom(Math.exp(-event.deltaY / 400), at(event));
    },
    { passive: false },
  );
  const showBand = ([x0, y0], [x1, y1]) => {
    band.hidden = false;
    Object.assign(band.style, {
      left: `${Math.min(x0, x1)}px`,
      top: `${Math.min(y0, y1)}px`,
      width: `${Math.abs(x1 - x0)}px`,
      height: `${Math.abs(y1 - y0)}px`,
    });
  };
  image.addEventListener("load", () => sheet.classList.remove("no-picture"));
  image.addEventListener("error", () => {
    tries += 1;
    const again = `${address}&try=${tries}`;
    if (tries < TRIES) setTimeout(() => (image.src = again), PAUSE * tries);
  });
  new ResizeObserver(fit).observe(stage);

  return {
    fit,
    zoomIn: () => zoom(STEP),
    zoomOut: () => zoom(1 / STEP),
    turn: () => {
      view.turn = (view.turn + 90) % 360;
      fit();
    },
    /** Show a page: its picture's address, size, words, and the part to begin with. */
    open(from, size, ofPage, region) {
      [address, tries] = [from, 0];
      [width, height] = size;
      whole = region ?? printed(ofPage.map((word) => word.box), size);
      sheet.classList.add("no-picture"); // the words stand there until it has come
      sheet.style.width = `${width}px`;
      sheet.style.height = `${height}px`;
      overlay.setAttribute("viewBox", `0 0 ${width} ${height}`);
      image.src = address;
      pointLayer.replaceChildren();
      wordLayer.replaceChildren();
      for (const word of ofPage) drawText(word);
      words = ofPage.map((word) => ({ word, rect: drawRect(wordLayer, word.box, "word") }));
      fit();
    },
    /** Draw the fields' boxes: {field, confidence, box}. */
    draw(boxes) {
      boxLayer.replaceChildren();
      for (const { field, confidence, box } of boxes) {
        const rect = drawRect(boxLayer, grown(box), `box ${sureness(confidence)}`);
        rect.dataset.field = field;
      }
    },
    /** Point at boxes, instead of others, and bring them into view. */
    point(boxes) {
      pointLayer.replaceChildren();
      for (const box of boxes) drawRect(pointLayer, grown(box), "point");
      if (boxes.length) show(boxes);
    },
    /** Light up the boxes of a field, and bring them into view. */
    light(field) {
      const lit = [...boxLayer.children].filter((rect) => {
        const isLit = rect.dataset.field === field;
        rect.classList.toggle("lit", isLit);
        return isLit;
      });
      if (lit.length) show(lit.map(boxOf));
    },
  };
}

const byId = (id) => document.getElementById(id);
const distance = ([x0, y0], [x1, y1]) => Math.hypot(x1 - x0, y1 - y0);
const grown = ([x0, y0, x1, y1]) => [x0 - 2, y0 - 2, x1 + 2, y1 + 2];

/** The part of a page that has words, with a margin; the whole page if it has none. */
function printed(boxes, [width, height]) {
  if (!boxes.length) return [0, 0, width, height];
  const [x0, y0, x1, y1] = around(boxes);
  const margin = 0.03 * Math.max(x1 - x0, y1 - y0);
  return [
    ...[x0, y0].map((side) => Math.max(0, side - margin)),
    Math.min(width, x1 + margin),
    Math.min(height, y1 + margin),
  ];
}

function boxOf(rect) {
  const [x, y, width, height] = ["x", "y", "width", "height"].map((name) =>
    Number(rect.getAttribute(name)),
  );
  return [x, y, x + width, y + height];
}

/** The smallest box around several. */
export function around(boxes) {
  const side = (index, pick) => pick(...boxes.map((box) => box[index]));
  return [side(0, Math.min), side(1, Math.min), side(2, Math.max), side(3, Math.max)];
}
