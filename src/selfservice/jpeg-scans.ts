const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
/** Stand within what was compressed: a byte 0xff, and where reading may begin again. */
const isWithin = (marker: number) => marker === 0 || (marker >= 0xd0 && marker <= 0xd7);

/**
 * How many scans a JPEG has (ITU-T T.81 section B.1.1): each of them paints all of it once more. What stands behind its end,
 * as telephones append, is not looked at; 0 for what is no JPEG.
 *
 * @param most counting ends there
 */
export function jpegScans(file: Uint8Array, most: number): number {
  let scans = 0;
  let at = file[0] === 0xff && file[1] === SOI ? 2 : file.length;
  while (scans < most) {
    at = file.indexOf(0xff, at);
    const marker = at < 0 ? EOI : (file[at + 1] ?? EOI);
    if (marker === EOI) return scans;
    if (marker === 0xff) at += 1;
    else if (isWithin(marker)) at += 2;
    else {
      if (marker === SOS) scans += 1;
      at += 2 + (file[at + 2] ?? 0) * 256 + (file[at + 3] ?? 0);
    }
  }
  return scans;
}
