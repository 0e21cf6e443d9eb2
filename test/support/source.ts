/** One import of a file, as it is written there. */
export interface Import {
  specifier: string;
  /** `import type …`, or every name in the braces has `type` before it: gone when the program runs. */
  typesOnly: boolean;
}

/** A source file with what a reader of code does not want blanked out. Offsets stay as they were. */
export interface Source {
  text: string;
  /** Without comments. */
  code: string;
  /** Without comments and without the contents of strings, templates and regular expressions. */
  bare: string;
  imports: Import[];
}

const REGEX_MAY_FOLLOW = /(?:^|[(,=:[!&|?{};+<>~%^*-]|\b(?:return|typeof|case|of|in|await|yield))\s*$/;
const STRING = /'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"/y;
const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const REGEX = /\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y;
const TEMPLATE_TEXT = /(?:\\[\s\S]|\$(?!\{)|[^`\\$])*/y;
const IMPORT = /\b(?:import|export)\b(?:\s+(type)\b)?([^'"`;()]*?)\bfrom\s*['"]|\bimport\s*\(?\s*['"]/g;

const blank = (text: string): string => text.replace(/[^\n]/g, ' ');

function matchAt(pattern: RegExp, text: string, index: number): string | undefined {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0];
}

/** Reads TypeScript well enough to check its imports and words; it is no parser and needs none of the grammar. */
export function readSource(text: string): Source {
  let code = '';
  let bare = '';
  const take = (piece: string, inCode: string, inBare: string): void => {
    code += inCode;
    bare += inBare;
    at += piece.length;
  };
  const quoted = (piece: string): void => take(piece, piece, piece[0] + blank(piece.slice(1, -1)) + piece.at(-1));
  // Each entry is one open template expression: how many braces are open inside it.
  const expressions: number[] = [];
  const template = (): void => {
    const words = matchAt(TEMPLATE_TEXT, text, at) ?? '';
    take(words, words, blank(words));
    const opens = text.startsWith('${', at);
    const end = text.slice(at, at + (opens ? 2 : 1));
    take(end, end, end);
    if (opens) expressions.push(0);
  };

  let at = 0;
  while (at < text.length) {
    const char = text[at] ?? '';
    const depth = expressions.length - 1;
    const comment = char === '/' ? matchAt(COMMENT, text, at) : undefined;
    const regex = char === '/' && REGEX_MAY_FOLLOW.test(bare.slice(-40)) ? matchAt(REGEX, text, at) : undefined;
    const string = char === "'" || char === '"' ? matchAt(STRING, text, at) : undefined;
    if (comment !== undefined) take(comment, blank(comment), blank(comment));
    else if (regex !== undefined) quoted(regex);
    else if (string !== undefined) quoted(string);
    else if (char === '`') {
      take(char, char, char);
      template();
    } else if (char === '}' && expressions[depth] === 0) {
      expressions.pop();
      take(char, char, char);
      template();
    } else {
      if (depth >= 0 && char === '{') expressions[depth] = (expressions[depth] ?? 0) + 1;
      if (depth >= 0 && char === '}') expressions[depth] = (expressions[depth] ?? 0) - 1;
      take(char, char, char);
    }
  }
  return { text, code, bare, imports: readImports(code, bare) };
}

function readImports(code: string, bare: string): Import[] {
  return [...bare.matchAll(IMPORT)].map((found) => {
    const start = found.index + found[0].length;
    const quote = bare[start - 1] ?? "'";
    const names = /\{([^}]*)\}/
      .exec(found[2] ?? '')?.[1]
      ?.split(',')
      .filter((name) => name.trim() !== '');
    const onlyBraces = /^\s*\{[^}]*\}\s*$/.test(found[2] ?? '');
    return {
      specifier: code.slice(start, bare.indexOf(quote, start)),
      typesOnly: found[1] !== undefined || (onlyBraces && names?.every((name) => /^\s*type\s/.test(name)) === true),
    };
  });
}
