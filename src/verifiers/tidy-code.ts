/** What people type or paste: spaces, dashes and marks of direction do not count, and digits may be Arabic or Persian. */
export function tidyCode(code: string): string {
  return code
    .replace(/[\s\p{Dash}\p{Cf}]/gu, '')
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 0xf));
}
