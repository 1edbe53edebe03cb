// SPDX-License-Identifier: Apache-2.0
// The report button: <krama-report content-id="p-1" account-id="a-7" lang="km" theme="light">
//                      <a href="https://krama.example.org/report?from=app&content=p-1&account=a-7">Tell us</a>
//                    </krama-report>
// It opens Krama's report page over your product, in a frame that has no storage and no cookies, and closes it again.
// It reads nothing of what is said there, keeps nothing, asks nobody, and needs no style or script of yours.
// The link inside says where Krama is and what stands on the button; it is what people get where this cannot work:
// without scripts, in an old browser, or where the frame is refused.
"use strict";
(() => {
  const able =
    window.customElements &&
    Element.prototype.attachShadow &&
    window.HTMLDialogElement &&
    HTMLDialogElement.prototype.showModal &&
    "adoptedStyleSheets" in Document.prototype;
  if (!able || customElements.get("krama-report")) return; // the plain link stays as it is

  // Served by Krama itself, it knows where Krama is; served by you, it goes by the link inside.
  const SERVED = /^(https?:.*)\/static\/krama\/report-button\.js/.exec(document.currentScript ? document.currentScript.src : "");
  const SANDBOX = [
    "allow-forms", // its answers are sent by plain forms
    "allow-scripts", // its quick exit
    "allow-top-navigation-by-user-activation", // "Leave now", and tel: links
  ]; // and not allow-same-origin: the browser then gives the frame no cookie and no storage at all
  const WORDS = {
    km: { tell: "ប្រាប់យើង", close: "បិទ", page: "បើកជាទំព័រ" },
    en: { tell: "Tell us", close: "Close", page: "Open as a page" },
  };
  const STYLE = `
    :host { display: inline-block; }
    :host([hidden]) { display: none; }
    :host([theme="light"]) { color-scheme: light; }
    :host([theme="dark"]) { color-scheme: dark; }
    button, a { font: inherit; line-height: inherit; cursor: pointer; }
    button { min-width: 44px; min-height: 44px; padding: 6px 16px; color: inherit; background: transparent;
      border: 1px solid currentColor; border-radius: var(--krama-report-radius, 10px); }
    :is(button, a):focus-visible { outline: 3px solid var(--krama-report-focus, currentColor); outline-offset: 2px; }
    [part="button"] { color: var(--krama-report-color, inherit); background: var(--krama-report-background, transparent);
      font: var(--krama-report-font, inherit); }
    :host(:lang(km)) { line-height: 1.85; letter-spacing: 0; }
    dialog { box-sizing: border-box; width: min(100vw, 520px); max-width: none; height: min(100vh, 860px);
      height: min(100dvh, 860px); max-height: none; margin: auto; padding: 0; border: 0; overflow: hidden;
      color: CanvasText; background: Canvas; border-radius: var(--krama-report-radius, 10px); }
    dialog[open] { display: flex; flex-direction: column; }
    dialog::backdrop { background: rgb(0 0 0 / .6); }
    [part="bar"] { display: flex; flex: none; flex-direction: row-reverse; flex-wrap: wrap; gap: 8px 16px; padding: 8px;
      justify-content: space-between; align-items: center; font: 1rem/1.85 system-ui, "Noto Sans Khmer", sans-serif; }
    [part="page"] { color: LinkText; padding: 8px; }
    iframe { flex: 1; width: 100%; min-height: 0; border: 0; background: Canvas; }
    @media (max-width: 520px) { dialog { border-radius: 0; } }
  `;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);

  const made = (name, part, text = "") => {
    const element = document.createElement(name);
    element.setAttribute("part", part);
    element.textContent = text;
    return element;
  };

  class KramaReport extends HTMLElement {
    static observedAttributes = ["lang", "content-id", "account-id"];

    connectedCallback() {
      if (this.shadowRoot) return;
      const root = this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [sheet];
      this.button = made("button", "button");
      this.button.type = "button";
      this.button.setAttribute("aria-haspopup", "dialog");
      this.button.addEventListener("click", () => this.open());
      root.append(this.button);
      this.show();
      // While the page is still being read, the link inside may not be there yet.
      if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => this.show(), { once: true });
    }

    disconnectedCallback() {
      this.close();
    }

    attributeChangedCallback() {
      if (this.button) this.show();
    }

    get link() {
      return this.querySelector("a[href]");
    }

    // Khmer, unless the page or the element says English: many phones here ask for English by themselves.
    get language() {
      const said = this.closest("[lang]");
      return said && said.lang.toLowerCase().startsWith("en") ? "en" : "km";
    }

    // The report page, with what this button is about; null where nobody said where Krama is.
    get address() {
      const from = this.link ? this.link.href : SERVED && `${SERVED[1]}/report`;
      if (!from) return null;
      const address = new URL(from);
      if (!["https:", "http:"].includes(address.protocol)) return null;
      const said = { from: "app", content: this.getAttribute("content-id"), account: this.getAttribute("account-id") };
      for (const [name, value] of Object.entries({ ...said, lang: this.language }))
        if (value) address.searchParams.set(name, value);
      return address.href;
    }

    show() {
      const label = this.link ? this.link.textContent.trim() : "";
      this.button.textContent = label || WORDS[this.language].tell;
      this.button.disabled = !this.address;
    }

    open() {
      const address = this.address;
      if (!address || this.dialog) return;
      const words = WORDS[this.language];
      const dialog = (this.dialog = made("dialog", "dialog"));
      dialog.lang = this.language;
      dialog.setAttribute("aria-label", this.button.textContent);
      const bar = made("div", "bar");
      const close = made("button", "close", words.close);
      close.type = "button";
      close.addEventListener("click", () => this.close());
      const page = made("a", "page", words.page);
      page.href = address;
      page.rel = "noreferrer";
      bar.append(close, page);
      const frame = made("iframe", "frame");
      frame.title = this.button.textContent;
      frame.referrerPolicy = "no-referrer";
      frame.sandbox.add(...SANDBOX);
      frame.src = address;
      dialog.append(bar, frame);
      dialog.addEventListener("close", () => this.dialog === dialog && this.close()); // Escape, and Back on a phone
      // A page whose own policy forbids the frame: the page itself opens, as the plain link would.
      this.refused = (event) => {
        const frame = /^(frame|child|default)-src$/.test(event.effectiveDirective);
        if (frame && event.blockedURI && address.startsWith(event.blockedURI)) location.assign(address);
      };
      document.addEventListener("securitypolicyviolation", this.refused);
      // Whoever comes back to this page finds it closed.
      this.left = () => this.close();
      window.addEventListener("pagehide", this.left);
      this.shadowRoot.append(dialog);
      dialog.showModal();
    }

    close() {
      const dialog = this.dialog;
      if (!dialog) return;
      this.dialog = null;
      document.removeEventListener("securitypolicyviolation", this.refused);
      window.removeEventListener("pagehide", this.left);
      if (dialog.open) dialog.close(); // gives the focus back to the button
      dialog.remove(); // and the frame with it
      this.dispatchEvent(new CustomEvent("krama-report-closed", { bubbles: true, composed: true }));
    }
  }
  customElements.define("krama-report", KramaReport);
})();
