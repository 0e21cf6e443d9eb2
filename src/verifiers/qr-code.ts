import { create } from 'qrcode';

/** A text as a QR code: the path of an SVG of `size` units with the quiet zone round it (ISO/IEC 18004). */
export interface QrCode {
  size: number;
  path: string;
}

const QUIET = 4;

export function qrCode(text: string): QrCode {
  const { size, data } = create(text, { errorCorrectionLevel: 'M' }).modules;
  const dark = Array.from(data, (module, index) => (module ? index : -1)).filter((index) => index >= 0);
  const path = dark.map((index) => `M${(index % size) + QUIET} ${Math.floor(index / size) + QUIET}h1v1h-1z`).join('');
  return { size: size + 2 * QUIET, path };
}
