import type { ParseArgsConfig, parseArgs } from 'node:util';
import type { Config, Environment } from '../config/index.ts';
import type { Operations } from '../operations.ts';

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<Given extends Options> = ReturnType<typeof parseArgs<{ options: Given }>>['values'];

/** One command: a file of this folder, or a part of one, and a line in the list. */
export interface Command<Given extends Options = Options> {
  name: string;
  /** What stands behind the name, as the help shows it: `GROUP USER`, `[FILE]`. */
  takes?: string;
  /** For the help. */
  says: string;
  options?: Given;
  /** @throws Refusal when it could not be done */
  run(call: Call<Values<Given>>): Promise<void>;
}

/** What one call of a command has to go by. What it does not ask for is not opened: some need no database. */
export interface Call<Given = Values<Options>> {
  /** What stands behind the name. */
  words: readonly string[];
  options: Given;
  env: Environment;
  /** @throws Refusal when the environment is wrong */
  config(): Config;
  operations(): Promise<Operations>;
  /** Whoever typed the command: what they change is put down to them. */
  by: string;
}

/** Lets the options of a command say what its call has. */
export function command<const Given extends Options>(made: Command<Given>): Command<Given> {
  return made;
}

/** Exit codes, by sysexits where it has one. */
export const exits = { done: 0, refused: 1, usage: 64, unavailable: 69, configuration: 78 } as const;

/** Carries a sentence for people and the exit code that goes with it. */
export class Refusal extends Error {
  readonly exitCode: number;

  constructor(sentence: string, exitCode: number = exits.refused) {
    super(sentence);
    this.exitCode = exitCode;
  }
}

/** @throws Refusal */
export function wholeNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new Refusal(`${name} must be a whole number from 1 to ${most}; it is ${text}.`, exits.usage);
}
