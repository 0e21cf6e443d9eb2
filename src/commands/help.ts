import type { Command } from './command.ts';

const INTRODUCTION = 'sallyport: commands for an installation, with the environment that its server has';
const END = `
  --json   for lists and whatever is shown
  --help   behind a command: its options
  Ends with 0; 1 refused or not there; 64 wrong usage; 69 database not reachable; 78 wrong configuration.
`;

export function help(commands: readonly Command[]): string {
  const calls = commands.map(({ name, takes }) => (takes === undefined ? name : `${name} ${takes}`));
  const width = Math.max(...calls.map((call) => call.length));
  const lines = commands.map(({ says }, index) => `  ${(calls[index] ?? '').padEnd(width)}  ${says}`);
  return [INTRODUCTION, '', ...lines, END].join('\n');
}

export function helpOf({ name, takes = '', says, options = {} }: Command): string {
  const shown = Object.entries(options).map(([option, { type, multiple }]) => {
    return `--${option}${type === 'boolean' ? '' : multiple ? ' A,B' : ' VALUE'}`;
  });
  const all = shown.length > 0 ? `\nOptions: ${shown.join(', ')}\n` : '';
  return `sallyport ${name} ${takes}\n${says}\n${all}`;
}
