/** A colour of sRGB, each channel 0 to 1. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** Reads `#rgb` and `#rrggbb`, the two forms operators are asked for; anything else is no colour. */
export function parseColour(text: string): Rgb | undefined {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.trim())?.[1];
  if (!hex) return undefined;
  const channel = (at: number) => {
    const digits = hex.length === 3 ? hex.charAt(at).repeat(2) : hex.slice(at * 2, at * 2 + 2);
    return Number.parseInt(digits, 16) / 255;
  };
  return [channel(0), channel(1), channel(2)];
}

/** `#rrggbb`; channels outside the range are cut. */
export function hexOf(colour: Rgb): string {
  return `#${colour.map((channel) => byteOf(channel).toString(16).padStart(2, '0')).join('')}`;
}

/** From 1 to 21 (WCAG 2.2, "contrast ratio"). Text needs 4.5, edges and focus need 3. */
export function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [luminance(a), luminance(b)].sort((one, other) => one - other) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/**
 * The colour nearest to `colour` that stands out from `ground` by `ratio`: hue and strength stay, lightness moves away
 * from the ground. What stands out already is returned as it is.
 */
export function standingOut(colour: Rgb, ground: Rgb, ratio: number): Rgb {
  if (contrast(colour, ground) >= ratio) return colour;
  const { hue, chroma, lightness } = lchOf(colour);
  const end = contrast(white, ground) > contrast(black, ground) ? 1 : 0;
  let [near, far] = [lightness, end];
  for (let round = 0; round < 20; round += 1) {
    const middle = (near + far) / 2;
    if (contrast(rounded(rgbOf({ hue, chroma, lightness: middle })), ground) >= ratio) far = middle;
    else near = middle;
  }
  const found = rounded(rgbOf({ hue, chroma, lightness: far }));
  return contrast(found, ground) >= ratio ? found : end === 1 ? white : black;
}

/** The same hue at another lightness (0 to 1), no stronger than `chroma` allows. */
export function atLightness(colour: Rgb, lightness: number, chroma = Number.POSITIVE_INFINITY): Rgb {
  const lch = lchOf(colour);
  return rounded(rgbOf({ hue: lch.hue, chroma: Math.min(lch.chroma, chroma), lightness }));
}

/** Lighter by a positive amount, darker by a negative one (OKLab lightness, 0 to 1). */
export function shifted(colour: Rgb, amount: number): Rgb {
  return atLightness(colour, Math.min(1, Math.max(0, lchOf(colour).lightness + amount)));
}

const white: Rgb = [1, 1, 1];
const black: Rgb = [0, 0, 0];

interface Lch {
  lightness: number;
  chroma: number;
  hue: number;
}

function byteOf(channel: number): number {
  return Math.round(Math.min(1, Math.max(0, channel)) * 255);
}

/** As a screen will show it, so that what was measured is what is seen. */
function rounded(colour: Rgb): Rgb {
  return [byteOf(colour[0]) / 255, byteOf(colour[1]) / 255, byteOf(colour[2]) / 255];
}

function linear(channel: number): number {
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
}

function gamma(channel: number): number {
  return channel <= 0.0031308 ? channel * 12.92 : 1.055 * channel ** (1 / 2.4) - 0.055;
}

function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

/** OKLab in polar form (Björn Ottosson, "A perceptual color space for image processing"; CSS Color 4 section 9.2). */
function lchOf(colour: Rgb): Lch {
  const [r, g, b] = [linear(colour[0]), linear(colour[1]), linear(colour[2])];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const bb = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  return {
    lightness: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    chroma: Math.hypot(a, bb),
    hue: Math.atan2(bb, a),
  };
}

function rgbOf({ lightness, chroma, hue }: Lch): Rgb {
  const [a, b] = [chroma * Math.cos(hue), chroma * Math.sin(hue)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    gamma(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}
