// Small comforts; everything works without them.
"use strict";

// What was typed survives a lost session or a closed lid: kept in this tab only, until the form has been sent and done.
const SENT = "kessai:sent";
const typedIn = (form) => [...form.elements].filter((e) => e.name && (e.tagName === "TEXTAREA" || e.type === "text"));

function keep(form) {
  const name = "kessai:" + form.dataset.keep;
  const kept = JSON.parse(sessionStorage.getItem(name) || "{}");
  const refused = document.getElementById("error");
  for (const e of typedIn(form)) if (!refused && kept[e.name] && e.value === e.defaultValue) e.value = kept[e.name];
  form.addEventListener("input", () => {
    sessionStorage.setItem(name, JSON.stringify(Object.fromEntries(typedIn(form).map((e) => [e.name, e.value]))));
  });
  form.addEventListener("submit", () => sessionStorage.setItem(SENT, name));
}

function forgetWhatWasDone() {
  if (!document.querySelector(".flash")) return;
  sessionStorage.removeItem(sessionStorage.getItem(SENT));
  sessionStorage.removeItem(SENT);
}

// The route is shown while the sheet is being filled in.
function previewing(form) {
  const place = document.getElementById("preview");
  let timer = 0;
  const ask = async () => {
    const data = new FormData(form);
    data.delete("files");
    data.set("step", "preview");
    if (!data.get("kind") || place.querySelector("[name=step]:focus")) return;
    if (!data.get("title")) data.set("title", "（件名）");
    const answer = await fetch(form.action, { method: "POST", body: data, headers: { "X-Form-Token": data.get("form_token") } });
    const shown = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#preview section");
    place.replaceChildren(...(answer.ok && shown ? [shown] : []));
    const button = place.querySelector("button");
    if (button) button.replaceWith();
  };
  form.addEventListener("change", (event) => {
    if (!["kind", "amount_yen", "flags", "information_system", "multi_year", "counterparty_name", "post_as", "amends"].includes(event.target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(() => ask().catch((error) => console.info("no preview", error.name)), 300);
  });
}

// What this device's clock says when a report is sent; sent again, it is the same report.
for (const stamp of document.querySelectorAll("input[data-now]")) {
  stamp.form.addEventListener("submit", () => (stamp.value ||= new Date().toISOString()));
}

try {
  forgetWhatWasDone();
  for (const form of document.querySelectorAll("form[data-keep]")) keep(form);
} catch (error) {
  console.info("nothing is kept:", error.name); // a browser may forbid storing
}
for (const form of document.querySelectorAll("form[data-preview]")) previewing(form);
document.getElementById("error")?.focus();
