// SPDX-License-Identifier: Apache-2.0
// Single keys on the queue and the case page. They do what a link or button there does; without this file all works.
"use strict";
(() => {
  const IN_FIELD = "input, textarea, select, [contenteditable]";
  const rows = () => Array.from(document.querySelectorAll("[data-row]"));

  const step = (by) => {
    const all = rows();
    const at = all.findIndex((row) => row === document.activeElement || row.contains(document.activeElement));
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)];
    if (next) next.focus();
  };

  const act = (thing) => {
    if (thing instanceof HTMLFormElement) thing.requestSubmit();
    else if (thing instanceof HTMLDetailsElement) { thing.open = !thing.open; thing.firstElementChild.focus(); }
    else if (thing instanceof HTMLAnchorElement) thing.click();
    else thing.focus();
  };

  // On a Khmer keyboard the same key writes a Khmer letter: then its place counts.
  const signOf = (event) => {
    if (/^[\x21-\x7e]$/.test(event.key)) return event.key;
    if (event.code === "Slash" && event.shiftKey) return "?";
    return event.key.length === 1 && /^Key[A-Z]$/.test(event.code) ? event.code[3].toLowerCase() : "";
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target instanceof Element && event.target.closest(IN_FIELD)) return;
    const key = signOf(event);
    if (key === "j" || key === "k") { event.preventDefault(); step(key === "j" ? 1 : -1); return; }
    const thing = /^[a-z?]$/.test(key) && document.querySelector(`[data-key="${key}"]`);
    if (thing) { event.preventDefault(); act(thing); }
  });
})();
