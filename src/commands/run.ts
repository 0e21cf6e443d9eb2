import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { createLog, systemClock } from '../base/index.ts';
import { didYouMean, type Environment, readConfig } from '../config/index.ts';
import { type Operations, openOperations } from '../operations.ts';
import { type Call, type Command, exits, Refusal } from './command.ts';
import { commands } from './commands.ts';
import { help, helpOf } from './help.ts';
import { listed, note } from './print.ts';

/** @returns the exit code of the process. */
export async function runCommand(args: readonly string[], env: Environment): Promise<number> {
  try {
    await run(args, env);
    return exits.done;
  } catch (error) {
    const { sentence, exitCode } = asRefusal(error);
    note(sentence);
    return exitCode;
  }
}

async function run(args: readonly string[], env: Environment): Promise<void> {
  if (['help', '--help', '-h'].includes(args[0] ?? 'help')) return void process.stdout.write(help(commands));
  const command = commandOf(args);
  if (args.includes('--help') || args.includes('-h')) return void process.stdout.write(helpOf(command));
  const { values, positionals } = parsed(command, args.slice(command.name.split(' ').length));
  let opened: Promise<Operations> | undefined;
  const config: Call['config'] = () => {
    const read = readConfig(env);
    if (read.ok) return read.config;
    throw new Refusal(listed(read.problems), exits.configuration);
  };
  const operations: Call['operations'] = async () => {
    const log = createLog('warn', (line) => process.stderr.write(line));
    opened ??= openOperations({ config: config(), log, clock: systemClock });
    return opened;
  };
  try {
    await command.run({ words: positionals, options: values, env, config, operations, by: whoTypes() });
  } finally {
    await (await opened?.catch(() => undefined))?.close();
  }
}

/** @throws Refusal */
function commandOf([first = '', second = '']: readonly string[]): Command {
  const named = commands.find(({ name }) => name === `${first} ${second}` || name === first);
  if (named) return named;
  const asked = `${first} ${second}`.trim();
  const meant = didYouMean(
    asked,
    commands.map(({ name }) => name),
  );
  throw usage(`There is no command ${asked}${meant ? `; did you mean ${meant}?` : '.'}`);
}

/** @throws Refusal */
function parsed({ name, takes = '', options = {} }: Command, args: readonly string[]) {
  const wanted = takes.split(' ').filter((word) => word !== '');
  const needed = wanted.filter((word) => !word.startsWith('['));
  try {
    const read = parseArgs({ args: [...args], options, allowPositionals: true, allowNegative: true });
    const { positionals } = read;
    if (positionals.length < needed.length) throw new Error(`${name} needs ${needed.join(' and ')}.`);
    if (positionals.length <= wanted.length) return read;
    throw new Error(`${name} does not know what to do with ${positionals[wanted.length]}.`);
  } catch (error) {
    throw usage((error as Error).message);
  }
}

const usage = (sentence: string) => new Refusal(`${sentence}\nTry: sallyport help`, exits.usage);

function asRefusal(error: unknown): { sentence: string; exitCode: number } {
  if (error instanceof Refusal) return { sentence: error.message, exitCode: error.exitCode };
  const { code, message } = error as { code?: string; message: string };
  if (code === 'data_dir_in_use') {
    const instead = 'Stop the server first; to apply a changed file, send it SIGHUP instead.';
    return { sentence: `${message}\n${instead}`, exitCode: exits.unavailable };
  }
  // Undefined table, undefined column (PostgreSQL manual, appendix A).
  if (code === '42P01' || code === '42703') {
    return {
      sentence: 'The database has not the tables of this version. Run: sallyport migrate',
      exitCode: exits.refused,
    };
  }
  return { sentence: message, exitCode: code === 'unavailable' ? exits.unavailable : exits.refused };
}

/** Containers may run as a number that has no name. */
function whoTypes(): string {
  try {
    return `${userInfo().username} (command line)`;
  } catch {
    return `user ${process.getuid?.() ?? ''} (command line)`;
  }
}
