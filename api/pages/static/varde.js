// The conversation and the page of questions, without a reload. Every form works without this file, and what goes wrong
// here ends in the plain form: same key, same version, so that nothing is taken twice.

const QUIET = 20_000; // ms without a byte, pings included, after which the connection counts as lost
const SOON = 150; // ms within which an answer needs no sign that it is coming
const words = document.querySelector("script[data-sent]").dataset;
const live = document.body.appendChild(element("p", "unseen"));
live.setAttribute("role", "status");
let here = address();
let busy = false;
let plain = false;

function element(name, style = "", text = "") {
  const made = document.createElement(name);
  made.className = style;
  made.textContent = text;
  return made;
}

function address() {
  return location.pathname + location.search;
}

// What is being typed stays in this tab until its turn is kept.

const draft = {
  get key() {
    return `varde:${location.pathname.split("/").slice(0, 3).join("/")}`;
  },
  get field() {
    return document.querySelector("main textarea[name=text]");
  },
  get version() {
    return document.querySelector("main [name=version]")?.value;
  },
  keep(sent) {
    const text = this.field?.value;
    if (!text) return this.drop();
    stored(() => sessionStorage.setItem(this.key, JSON.stringify({ text, sent, version: this.version })));
  },
  drop() {
    stored(() => sessionStorage.removeItem(this.key));
  },
  // Sent, and the talk has moved on: it was taken. Otherwise it is put back.
  restore() {
    const kept = stored(() => JSON.parse(sessionStorage.getItem(this.key)));
    if (!kept || !this.field) return;
    if (kept.sent && kept.version !== this.version) this.drop();
    else this.field.value ||= kept.text;
  },
};

function stored(action) {
  try {
    return action();
  } catch {
    return null; // no storage in this browser: nothing is kept, nothing breaks
  }
}

// What is shown while the work goes on: the leader's words, which step it is at, and what stands already.

class Waiting {
  constructor(main, form, said) {
    this.main = main;
    this.place = element("section", "turning");
    this.place.tabIndex = -1;
    if (said) this.place.append(element("p", "said", said));
    this.sentences = this.place.appendChild(element("p", "lead"));
    this.line = this.place.appendChild(element("p", "working", words.sent));
    this.close(true);
    while (form.parentElement !== main) form = form.parentElement;
    this.timer = setTimeout(() => this.show(form), SOON);
  }
  // No second answer while one is under way.
  close(whether) {
    for (const form of this.main.querySelectorAll("form")) form.inert = whether;
    for (const field of this.main.querySelectorAll("textarea")) field.readOnly = whether;
  }
  show(before) {
    before.before(this.place);
    this.main.classList.add("busy");
    this.place.focus({ preventScroll: true });
    this.place.scrollIntoView({ block: "nearest" });
  }
  progress({ text }) {
    this.line.textContent = live.textContent = text;
  }
  sentence({ kind, text, number }) {
    if (kind === "question") return;
    this.sentences.append(element("span", kind, text), " ");
    if (number) this.sentences.append(element("span", "cite", number), " ");
  }
  end(problem) {
    clearTimeout(this.timer);
    this.close(false);
    this.main.classList.remove("busy");
    if (!problem) return;
    const notice = element("p", "notice", problem);
    notice.setAttribute("role", "alert");
    this.main.querySelector(":scope > .notice")?.remove();
    this.main.prepend(notice);
    this.place.remove();
    draft.field?.focus();
  }
}

// One event after the other, as they come.

async function* events(url, options) {
  const lost = new AbortController();
  let timer;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => lost.abort(), QUIET);
  };
  alive();
  try {
    const response = await fetch(url, { ...options, signal: lost.signal, cache: "no-store" });
    if (!response.ok) throw new Error("no stream");
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      alive();
      const blocks = (text + read.value).split("\n\n");
      text = blocks.pop();
      for (const block of blocks) {
        const field = (name) => block.match(new RegExp(`^${name}: (.*)$`, "m"))?.[1];
        if (field("event")) yield { name: field("event"), data: JSON.parse(field("data")) };
      }
    }
  } finally {
    clearTimeout(timer);
    lost.abort();
  }
}

async function follow(form, submitter) {
  const data = new URLSearchParams(new FormData(form, submitter));
  const [asked, switched] = [/ask$/.test(form.action), data.get("kind") === "switched"];
  const url = `${new URL(form.action).pathname}/stream${asked ? `?${data}` : ""}`;
  const said = data.get("text") ?? data.get("question") ?? (switched ? "" : submitter?.textContent);
  const waiting = new Waiting(form.closest("main"), form, said);
  if (!switched) draft.keep(true);
  try {
    for await (const event of events(url, asked ? {} : { method: "POST", body: data })) {
      if (event.name === "progress") waiting.progress(event.data);
      else if (event.name === "sentence") waiting.sentence(event.data);
      else if (event.name === "done") {
        if (!switched) draft.drop();
        return arrive(event.data, asked, switched, waiting);
      } else break;
    }
    throw new Error("not done");
  } catch (fault) {
    if (!form.isConnected) return location.reload();
    if (!(await reachable())) {
      busy = false;
      return waiting.end(words.lost);
    }
    plain = true;
    form.requestSubmit(submitter);
  }
}

function reachable() {
  return fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(3000) }).then((found) => found.ok, () => false);
}

// The page that stands now, as a step of its own in the browser's history, just as a form makes it. All of a talk has
// one address: back and reload show what stands. An answer has its own.

function arrive({ where, html }, asked, switched, waiting) {
  if (!html) return location.assign(where);
  waiting.end();
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const part of ["header", "main", "footer"]) {
    document.querySelector(`body > ${part}`).replaceWith(page.querySelector(`body > ${part}`));
  }
  document.title = page.title;
  history.pushState(null, "", where);
  here = address();
  busy = false;
  draft.restore();
  if (!asked) scrollTo(0, 0);
  const typed = matchMedia("(pointer: fine)").matches && document.querySelector("main [autofocus]");
  const next = document.querySelector("main .answered") || typed || document.querySelector("main h1");
  if (next !== typed) next.tabIndex = -1;
  next.focus({ preventScroll: !asked });
  const read = asked || next.getAttribute("aria-describedby")?.includes("said");
  const state = switched && document.querySelector(".model [role=status]")?.textContent;
  live.textContent = state || (read ? "" : waiting.sentences.textContent);
}

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (plain || !/\/(turn|ask)$/.test(new URL(form.action).pathname)) return;
  event.preventDefault();
  if (busy) return;
  busy = true;
  follow(form, submitter);
});
function noticed(field) {
  const long = field.value.length > field.dataset.most;
  field.setCustomValidity?.(long ? field.dataset.long : "");
  if (long) field.reportValidity();
  if (field === draft.field) draft.keep(false);
}
document.addEventListener("input", ({ target }) => noticed(target));
addEventListener("popstate", () => address() !== here && location.reload());
addEventListener("pageshow", (event) => event.persisted && location.reload());
const early = draft.field?.value; // typed before this ran
draft.restore();
if (early) noticed(draft.field);
