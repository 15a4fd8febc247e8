"""The Chromium of this machine, which the tests drive and the report's picture is taken with."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_QUIET = (
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-lcd-text"),
)

# The contrast of every text with what lies behind it, where it is less than WCAG asks for.
FAINT = """() => {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    context.clearRect(0, 0, 1, 1); context.fillStyle = colour; context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data].map((part) => part / 255);
  };
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3]));
  const behind = (element) => {
    if (!element) return [1, 1, 1];
    const colour = rgba(getComputedStyle(element).backgroundColor);
    return colour[3] === 1 ? colour : over(colour, behind(element.parentElement));
  };
  const light = (colour) => colour.slice(0, 3)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
  const faint = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = 0, least = 21;
  for (let node; (node = walker.nextNode());) {
    const element = node.parentElement;
    if (!node.textContent.trim() || !element.checkVisibility() || element.closest("script, option, .vh")) continue;
    const style = getComputedStyle(element), ground = behind(element);
    const colour = over(rgba(element.closest("svg") ? style.fill : style.color), ground);
    const [a, b] = [light(colour), light(ground)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    seen += 1;
    least = Math.min(least, ratio);
    if (ratio < 4.5) faint.push(`${node.textContent.trim().slice(0, 30)}: ${ratio.toFixed(2)}`);
  }
  // Shapes and arrows, which need no more than 3.
  for (const element of document.querySelectorAll("td, li, button.sort")) for (const place of ["::before", "::after"]) {
    const style = getComputedStyle(element, place), ground = behind(element);
    if (!element.checkVisibility() || !/^"./.test(style.content)) continue;
    const colour = rgba(style.color);
    const seen = over([...colour.slice(0, 3), colour[3] * style.opacity], ground);
    const [a, b] = [light(seen), light(ground)].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 3) faint.push(`${style.content}: ${((a + 0.05) / (b + 0.05)).toFixed(2)}`);
  }
  return { seen, least, faint: [...new Set(faint)] };
}"""


def path() -> str | None:
    """Where it is, if anywhere."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def launch(playwright: Playwright, path: str) -> Browser:
    """Start it, saying nothing to anybody."""
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=path, args=[*_QUIET, *as_root])
