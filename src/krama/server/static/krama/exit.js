// SPDX-License-Identifier: Apache-2.0
// Quick exit: with scripts the exit takes this page's place in the history. Without them it is a plain link.
"use strict";
document.querySelectorAll("a.exit").forEach((link) => {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    try {
      window.top.location.replace(link.href); // framed in a firm's product, the whole product leaves the screen
    } catch (refused) {
      window.location.replace("about:blank"); // the frame may not lead it away: then at least nothing stands here
    }
  });
});
