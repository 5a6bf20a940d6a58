"use strict";
// Excerpts of what was found are read from the pages found, which a browser does not allow from a disk.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

// Whoever uses no mouse reaches what scrolls sideways, and nothing else that they could not do anything with.
const WIDE = "pre, .formula, .text_html, .table-wrapper";
const reach = new ResizeObserver((changes) => {
  for (const { target } of changes) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
addEventListener("DOMContentLoaded", () => document.querySelectorAll(WIDE).forEach((part) => reach.observe(part)));
