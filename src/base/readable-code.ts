import { randomInt } from 'node:crypto';

/** Letters and digits that nobody mistakes for each other, on paper or over the telephone. */
const READABLE = '23456789abcdefghjkmnpqrstvwxyz';

/** A secret to be written down or told: `groups` of four such letters, 19.6 bits each, with dashes between. */
export function newReadableCode(groups: number): string {
  const group = () => Array.from({ length: 4 }, () => READABLE[randomInt(READABLE.length)]).join('');
  return Array.from({ length: groups }, group).join('-');
}

/** As it was made, however it was typed: case, spaces and dashes do not count. */
export function tidyReadableCode(text: string): string {
  const letters = text.toLowerCase().replace(/[^0-9a-z]/g, '');
  return letters.match(/.{1,4}/g)?.join('-') ?? '';
}
