export interface CommonPasswords {
  /** Every piece of the text that is a much used password, also with letters written as digits or signs (`p@ssw0rd`). */
  within(text: string): Set<string>;
}

const SHORTEST = 4;
const SPELLED: Readonly<Record<string, string>> = {
  ...{ '@': 'a', '4': 'a', '3': 'e', '1': 'i', '!': 'i' },
  ...{ '0': 'o', $: 's', '5': 's', '7': 't', '|': 'l' },
};

/** The 49,000 most used passwords, in lower case. They take a few megabytes: load them at the first use, and once. */
export async function loadCommonPasswords(): Promise<CommonPasswords> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  const list = new Set(dictionary['passwords-common'].filter((password) => password.length >= SHORTEST));
  const longest = Math.max(...[...list].map((password) => password.length));
  const known = (piece: string): boolean =>
    list.has(piece) || list.has(piece.replace(/[@4310!$57|]/g, (sign) => SPELLED[sign] ?? sign));

  return {
    within(text) {
      const found = new Set<string>();
      for (let from = 0; from <= text.length - SHORTEST; from += 1) {
        const most = Math.min(text.length, from + longest);
        for (let to = from + SHORTEST; to <= most; to += 1) {
          const piece = text.slice(from, to);
          if (known(piece)) found.add(piece);
        }
      }
      return found;
    },
  };
}
