/** Rows of the keyboards people have, for `qwertyuiop` and the like. */
const ROWS = ['qwertyuiop', 'qwertzuiop', 'azertyuiop', 'asdfghjkl', 'qsdfghjklm', 'zxcvbnm', 'yxcvbnm', 'wxcvbn'];
const WALKS = [...ROWS, '01234567890'].flatMap((row) => [row, [...row].reverse().join('')]);
const SHORTEST_WALK = 4;
const YEAR = /(?:19|20)\d\d/g;

/** One form for texts that people take for the same: no capitals, no accents, no width or ligature variants. */
export function foldText(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().normalize('NFC');
}

/** What a text repeats: `abc` for `abcabcab`. The text itself when it is no repetition. */
export function repeatedUnit(text: string): string {
  for (let length = 1; length <= text.length / 2; length += 1) {
    if (text.slice(length) === text.slice(0, -length)) return text.slice(0, length);
  }
  return text;
}

/**
 * How many characters are left when the given words (each time they occur), runs and sequences (`aaa`, `123`, `qwer`)
 * and years are taken out: what one would still have to guess.
 */
export function leftover(text: string, words: Iterable<string>): number {
  const taken = new Array<boolean>(text.length).fill(false);
  const take = (from: number, length: number): void => void taken.fill(true, from, from + length);

  for (const word of words) takeEach(text, word, take);
  for (const match of text.matchAll(YEAR)) take(match.index, match[0].length);
  takeSequences(text, take);
  takeWalks(text, take);
  return taken.filter((gone) => !gone).length;
}

type Take = (from: number, length: number) => void;

function takeEach(text: string, word: string, take: Take): void {
  if (word === '') return;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) take(at, word.length);
}

/** Three or more characters that stay the same or go up or down by one. */
function takeSequences(text: string, take: Take): void {
  const step = (at: number): number => text.charCodeAt(at + 1) - text.charCodeAt(at);
  for (let from = 0; from < text.length - 2; from += 1) {
    const by = step(from);
    if (Math.abs(by) <= 1 && step(from + 1) === by) take(from, 3);
  }
}

function takeWalks(text: string, take: Take): void {
  for (let from = 0; from <= text.length - SHORTEST_WALK; from += 1) {
    const piece = text.slice(from, from + SHORTEST_WALK);
    if (WALKS.some((walk) => walk.includes(piece))) take(from, SHORTEST_WALK);
  }
}
