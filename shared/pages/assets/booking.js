// What pages of a booking do besides, where there is JavaScript. Each of them works without.
"use strict";

const one = (selector, root = document) => root.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];

// The browser knows its zone; ask for the page in it, once.
function askInOwnZone(main) {
  const address = new URL(location.href);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone || zone === main.dataset.zone || address.searchParams.has("zone")) return;
  address.searchParams.set("zone", zone);
  location.replace(address);
}

// A zone is shown as soon as it is chosen.
function chooseZones(form) {
  one("button", form).hidden = true;
  one("select", form).addEventListener("change", () => form.submit());
}

// The times of the week are all here already; without them the link leads on.
function pickDays() {
  const links = all("a[data-day]");
  const sections = all("[data-times]");
  for (const link of links) {
    link.addEventListener("click", (event) => {
      const found = sections.find((section) => section.dataset.times === link.dataset.day);
      if (!found || event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      for (const section of sections) section.hidden = section !== found;
      for (const other of links) other.removeAttribute("aria-current");
      link.setAttribute("aria-current", "date");
      const day = one("form.zones input[name=day]");
      if (day) day.value = link.dataset.day;
      for (const language of all(".languages a")) {
        const address = new URL(language.href);
        address.searchParams.set("day", link.dataset.day);
        language.href = address;
      }
      history.replaceState(null, "", link.href);
    });
  }
}

// One press is enough.
function pressOnce(form) {
  const button = one("button[data-busy]", form);
  if (!button) return;
  const words = button.textContent;
  form.addEventListener("submit", () => {
    button.textContent = button.dataset.busy;
    // After the form's data was taken.
    setTimeout(() => { button.disabled = true; });
  });
  // The browser may bring the page back as it was left.
  addEventListener("pageshow", () => {
    button.textContent = words;
    button.disabled = false;
  });
}

// Looks how the appointment stands until it changes: every two seconds at first, less often later.
function waitForChange(main) {
  const started = Date.now();
  const look = async () => {
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      if (answer.ok) {
        const there = new DOMParser().parseFromString(await answer.text(), "text/html");
        const state = one("main", there)?.dataset.state;
        if (state && state !== main.dataset.state) return location.reload();
      }
    } catch {
      // No network for a moment; the next look may find it again.
    }
    const passed = Date.now() - started;
    if (passed < 15 * 60_000) return setTimeout(look, Math.min(2_000 + passed / 10, 15_000));
    one(".waits").hidden = true;
    one(".tired").hidden = false;
  };
  setTimeout(look, 1_500);
}

const main = one("main");
if ("askZone" in main.dataset) askInOwnZone(main);
for (const form of all("form.zones")) chooseZones(form);
for (const form of all("form[method=post]")) pressOnce(form);
pickDays();
if ("refreshes" in main.dataset) waitForChange(main);
// What went wrong is read first.
one(".alert")?.focus();
