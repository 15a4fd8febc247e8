"""Screenshots with a palette: a page has few colours, and so takes a third of the bytes."""

import struct
import zlib
from base64 import b64decode, b64encode
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Browser

_COLOURS = 256
_PIXELS = """async (source) => {
  const image = new Image();
  image.src = source;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const seen = context.getImageData(0, 0, image.width, image.height).data;
  let told = "";
  for (let at = 0; at < seen.length; at += 32768) told += String.fromCharCode(...seen.subarray(at, at + 32768));
  return [image.height, btoa(told)];
}"""


def shrunk(browser: Browser, png: bytes) -> bytes:
    """The same picture with a palette of its own; a colour that is not in it becomes the nearest that is."""
    page = browser.new_page()
    height, told = page.evaluate(_PIXELS, f"data:image/png;base64,{b64encode(png).decode()}")
    page.close()
    pixels = np.frombuffer(b64decode(told), np.uint8).reshape(height, -1, 4)[:, :, :3]
    return encoded(*_indexed(pixels))


def _indexed(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The palette, and each pixel's place in it."""
    colours, places, counts = np.unique(pixels.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True)
    chosen = _chosen(colours.astype(np.int32), counts)
    apart = ((colours[:, None].astype(np.int32) - colours[None, chosen].astype(np.int32)) ** 2).sum(axis=2)
    nearest = apart.argmin(axis=1).astype(np.uint8)
    return colours[chosen], nearest[places.reshape(-1)].reshape(pixels.shape[:2])


def _chosen(colours: NDArray[np.int32], counts: NDArray[np.int64]) -> list[int]:
    """One after the other what is missed most: often seen, or far from all so far, as the few dots of a chart are."""
    missed = np.full(len(colours), 1e6)
    chosen: list[int] = []
    while len(chosen) < min(_COLOURS, len(colours)):
        chosen.append(int((missed * np.sqrt(counts)).argmax()))
        missed = np.minimum(missed, ((colours - colours[chosen[-1]]) ** 2).sum(axis=1))
    return chosen


def encoded(palette: NDArray[np.uint8], indices: NDArray[np.uint8]) -> bytes:
    """A PNG of 8 bits a pixel."""
    height, width = indices.shape
    rows: NDArray[Any] = np.hstack([np.zeros((height, 1), np.uint8), indices])  # each begins with: no filter
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", palette.tobytes()),
        (b"IDAT", zlib.compress(rows.tobytes(), 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
