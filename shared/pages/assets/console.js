// What pages of the console do besides, where there is JavaScript. Each of them works without.
"use strict";

const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const page = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");

// One press is enough. The pressed button's own value still goes along: it is disabled after that.
function pressOnce(form) {
  form.addEventListener("submit", (event) => {
    const button = event.submitter ?? one("button", form);
    if (event.defaultPrevented || !button?.dataset.busy) return;
    const words = button.textContent;
    button.textContent = button.dataset.busy;
    setTimeout(() => { button.disabled = true; });
    // The browser may bring the page back as it was left.
    addEventListener("pageshow", () => {
      button.textContent = words;
      button.disabled = false;
    });
  });
}

function copies(button) {
  const words = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = one("pre", button.parentElement);
    try {
      await navigator.clipboard.writeText(text.textContent);
    } catch {
      // Not allowed here: select it, so that one key copies it.
      return getSelection().selectAllChildren(text);
    }
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = words; }, 2_000);
  });
}

// Everyone on this page at once, and how many there are.
function selects(form) {
  const every = one("[data-all]", form);
  const boxes = all("input[name=user]", form);
  const bar = one(".bulk", form);
  const said = one("[data-chosen]", form);
  if (!every) return;
  const hint = said.textContent;
  const tell = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    every.checked = chosen === boxes.length;
    every.indeterminate = chosen > 0 && !every.checked;
    said.textContent = chosen ? said.dataset.chosen.replace("%count%", chosen) : hint;
    bar.classList.toggle("live", chosen > 0);
    for (const button of all("button", bar)) button.disabled = chosen === 0;
  };
  every.closest("label").hidden = false;
  every.addEventListener("change", () => {
    for (const box of boxes) box.checked = every.checked;
    tell();
  });
  for (const box of boxes) box.addEventListener("change", tell);
  addEventListener("pageshow", tell);
  tell();
}

// Check by check, each shown as soon as it is done. Without this the server runs all of them and answers once.
function checks(form) {
  const said = one("#checks-said");
  const bar = one(".progress", form);
  const button = one("button", form);
  const words = button.textContent;
  const asked = async (name) => {
    const body = new URLSearchParams(new FormData(form));
    body.set("check", name);
    const answer = await fetch(form.action, { method: "POST", body, cache: "no-store" });
    const there = await page(answer);
    const found = one(`[data-check="${name}"]`, there);
    if (!answer.ok || !found) throw new Error(`${answer.status}`);
    return found;
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const names = all("[data-check]").map((item) => item.dataset.check);
    button.disabled = true;
    button.textContent = button.dataset.busy;
    bar.hidden = false;
    one("#checks-summary").hidden = true;
    try {
      for (const [index, name] of names.entries()) {
        said.textContent = form.dataset.progress.replace("%done%", index).replace("%all%", names.length);
        one("progress", bar).value = index;
        const item = one(`[data-check="${name}"]`);
        one(".chip", item)?.replaceWith(one("#running").content.cloneNode(true));
        const found = document.importNode(await asked(name), true);
        item.replaceWith(found);
        for (const copy of all("[data-copy]", found)) copies(copy);
      }
    } catch {
      // Whatever it was, the server's own page tells.
      return form.submit();
    }
    one("progress", bar).value = names.length;
    said.textContent = form.dataset.progress.replace("%done%", names.length).replace("%all%", names.length);
    button.disabled = false;
    button.textContent = words;
    one("#findings").scrollIntoView({ block: "nearest" });
  });
}

// What is at work is looked at again: every two seconds at first, less often later.
function lives() {
  const started = Date.now();
  const look = async () => {
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      const there = answer.ok && !answer.redirected && await page(answer);
      for (const old of there ? all("[data-live]") : []) {
        const fresh = there.getElementById(old.id);
        if (fresh && fresh.innerHTML !== old.innerHTML) old.innerHTML = fresh.innerHTML;
      }
      if (there && !("refreshes" in (one("main", there)?.dataset ?? {}))) return;
    } catch {
      // No network for a moment; the next look may find it again.
    }
    const passed = Date.now() - started;
    if (passed < 15 * 60_000) setTimeout(look, Math.min(2_000 + passed / 10, 15_000));
  };
  setTimeout(look, 1_500);
}

// What was done is told once: a reload does not tell it again.
function forget() {
  const address = new URL(location.href);
  if (!address.searchParams.has("done")) return;
  for (const name of ["done", "count", "skipped", "what"]) address.searchParams.delete(name);
  history.replaceState(null, "", address);
}

// The server shows times in the zone that this cookie names; the two pages where people come in are shown anew,
// once: not where the browser did not take the cookie, nor where the server knows the zone by another name.
function zones(shown) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const noted = `__Host-setten-zone=${own}`;
  const is_noted = () => document.cookie.split("; ").includes(noted);
  if (!shown || !own || is_noted()) return false;
  document.cookie = `${noted}; Path=/; Max-Age=31536000; SameSite=Lax; Secure`;
  const is_entrance = ["/console", "/me"].includes(location.pathname);
  const is_shown_anew = is_entrance && own !== shown && is_noted();
  if (is_shown_anew) location.reload();
  return is_shown_anew;
}

for (const form of all("form[method=post]:not(#checks)")) pressOnce(form);
for (const button of all("[data-copy]")) copies(button);
for (const form of all("#bulk")) selects(form);
for (const form of all("#checks")) checks(form);
if ("refreshes" in one("main").dataset) lives();
// A page that is shown anew tells then what was done.
if (!zones(one("main").dataset.zone)) forget();
one(".alert")?.focus();
