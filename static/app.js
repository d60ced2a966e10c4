// Every page works without this file; it only makes some of them more pleasant.
"use strict";

(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  // ---- Times: keep "3 minutes ago" true while the page stays open.
  // The server's clock counts, not the visitor's: we only add what has passed since the page came.
  const shownAt = Date.parse(document.documentElement.dataset.now || "");
  const cameAt = Date.now();
  const now = () => (Number.isNaN(shownAt) ? Date.now() : shownAt + (Date.now() - cameAt));

  function inWords(at, from = now()) {
    const seconds = Math.trunc((at - from) / 1000);
    const size = Math.abs(seconds);
    if (size < 60) return seconds > 0 ? "in less than a minute" : "just now";
    const [length, unit] =
      size < 3600 ? [60, "minute"]
      : size < 86400 ? [3600, "hour"]
      : size < 5184000 ? [86400, "day"]
      : size < 63072000 ? [2592000, "month"]
      : [31536000, "year"];
    const count = seconds > 0 ? Math.round(size / length) : Math.floor(size / length);
    const words = `${count} ${unit}${count === 1 ? "" : "s"}`;
    return seconds > 0 ? `in ${words}` : `${words} ago`;
  }

  function refreshTimes() {
    for (const time of all("time[datetime]")) {
      const words = time.querySelector(".words");
      const at = Date.parse(time.dateTime);
      if (!words || Number.isNaN(at)) continue;
      const text = inWords(at);
      if (words.textContent !== text) words.textContent = text;
    }
  }
  if (document.querySelector("time .words")) setInterval(refreshTimes, 30000);

  // ---- The leave guard of the page that shows a secret once.
  const guarded = document.querySelector("[data-guard]");
  let stored = !guarded;
  const isStored = () => { stored = true; };
  addEventListener("beforeunload", (event) => { if (!stored) event.preventDefault(); });
  if (guarded) {
    all("[data-stored]").forEach((link) => link.addEventListener("click", isStored));
    all("form").forEach((form) => form.addEventListener("submit", isStored));
  }

  // ---- Copy buttons: hidden until this runs, and they say what really happened.
  async function copy(text, source) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch { /* not a secure context, or not allowed: try the older way */ }
    select(source);
    try { return document.execCommand("copy"); } catch { return false; }
  }

  function select(source) {
    if (source instanceof HTMLInputElement) {
      source.focus();
      source.select();
      return;
    }
    const range = document.createRange();
    range.selectNodeContents(source);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }

  for (const button of all("[data-copy]")) {
    const source = document.getElementById(button.dataset.copy);
    const status = document.getElementById(button.dataset.status);
    if (!source || !status) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      status.textContent = "";
      const text = source instanceof HTMLInputElement ? source.value : source.textContent;
      if (await copy(text, source)) {
        if (button.hasAttribute("data-secret")) isStored();
        status.textContent = button.dataset.done || "Copied.";
      } else {
        select(source);
        const key = /Mac|iPhone|iPad/.test(navigator.platform) ? "\u2318C" : "Ctrl+C";
        status.textContent = `The browser did not let us copy. It is selected now: press ${key}.`;
      }
    });
  }

  // ---- Check it: write the answer where the link stands, so that the page with the secret stays as it is, and look
  // again for a minute as long as there is nothing to tell.
  for (const link of all("a[data-check]")) {
    const status = document.getElementById(link.dataset.check);
    if (!status) continue;
    let again = 0;
    const look = async (patience) => {
      clearTimeout(again);
      let text = "The server did not answer. Try again.";
      try {
        const answer = await fetch(link.href, { headers: { Accept: "text/plain" } });
        const told = answer.ok && !answer.redirected;
        text = told ? await answer.text() : "This could not be looked up. Open your list of tokens in a new tab instead.";
        if (told && !text.startsWith("Used") && patience > 0) again = setTimeout(look, 3000, patience - 1);
      } catch { /* said above */ }
      if (status.textContent !== text) status.textContent = text;
    };
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      status.textContent = "Looking\u2026";
      look(20);
    });
  }

  // ---- Lists: tick all at once, and say how many are ticked.
  for (const head of all("[data-tick-all]")) {
    const boxes = all(`input[name="${head.dataset.tickAll}"]`);
    const status = document.querySelector(`[data-ticked="${head.dataset.tickAll}"]`);
    const tell = () => {
      const ticked = boxes.filter((box) => box.checked).length;
      head.checked = ticked === boxes.length;
      head.indeterminate = ticked > 0 && ticked < boxes.length;
      if (status) status.textContent = ticked > 0 ? `${ticked} of ${boxes.length} ticked` : "";
    };
    head.hidden = boxes.length === 0;
    head.addEventListener("change", () => { boxes.forEach((box) => { box.checked = head.checked; }); tell(); });
    boxes.forEach((box) => box.addEventListener("change", tell));
    tell();
  }

  // ---- New token: a preset ticks in place, so that nothing that was typed is lost.
  const presets = all("a[data-ticks]");
  const scopes = all("input[name=scopes]");
  const ticked = () => scopes.filter((scope) => scope.checked).map((scope) => scope.value).join(" ");
  const markPreset = () => presets.forEach((preset) => {
    if (preset.dataset.ticks === ticked()) preset.setAttribute("aria-current", "true");
    else preset.removeAttribute("aria-current");
  });
  for (const preset of presets) {
    preset.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const wanted = preset.dataset.ticks.split(" ");
      scopes.forEach((scope) => { scope.checked = wanted.includes(scope.value); });
      markPreset();
    });
  }
  scopes.forEach((scope) => scope.addEventListener("change", markPreset));

  // ---- New token: say in a sentence when it will end.
  const sentence = document.querySelector("[data-expiry-sentence]");
  if (sentence) {
    const day = document.getElementById("until");
    const custom = document.querySelector("input[name=expires][value=custom]");
    const write = (at, from) => {
      const date = new Date(at);
      const text = date.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
      const time = date.toISOString().slice(11, 16);
      return `${text}, ${time} UTC, ${inWords(at, from)}`;
    };
    const tell = () => {
      const chosen = document.querySelector("input[name=expires]:checked");
      if (!chosen) { sentence.textContent = ""; return; }
      if (chosen.value === "never") { sentence.textContent = "It will work until somebody revokes it."; return; }
      const from = now();
      const at = chosen.value === "custom" ? Date.parse(day.value) : from + Number(chosen.value) * 86400000;
      sentence.textContent = Number.isNaN(at) ? "Choose the day on which it ends." : `It will stop working on ${write(at, from)}.`;
    };
    if (day && custom) day.addEventListener("input", () => { custom.checked = true; tell(); });
    all("input[name=expires]").forEach((choice) => choice.addEventListener("change", tell));
    tell();
  }
})();
