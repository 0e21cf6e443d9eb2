import { create } from 'qrcode';

/** A text as a QR code: the path of an SVG of `size` units with the quiet zone round it (ISO/IEC 18004). */
export interface QrCode {
  size: number;
  path: string;
}

const QUIET = 4;

export function qrCode(text: string): QrCode {
  const { size, data } = create(text, { errorCorrectionLevel: 'M' }).modules;
  const path = Array.from({ length: size }, (_, row) => {
    const modules = data.subarray(row * size, (row + 1) * size).join('');
    return Array.from(modules.matchAll(/1+/g), ({ 0: { length }, index }) => bar(index + QUIET, row + QUIET, length));
  });
  return { size: size + 2 * QUIET, path: path.flat().join('') };
}

/** Dark modules side by side are one shape: half the size, and no hairlines between them. */
function bar(x: number, y: number, width: number): string {
  return `M${x} ${y}h${width}v1h-${width}z`;
}
