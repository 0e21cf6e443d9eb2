/**
 * What the operator decided: the environment as one frozen, checked `Config`, and the declarative file as a document.
 *
 * Everything is read and checked before anything starts, and every problem is reported at once, in sentences. This room
 * alone knows the names of environment variables; the rest of the house is handed the values it needs. It does not know
 * what a client or a policy looks like: sections of the file are checked by those who own the resources.
 * Called by the processes (`main`, `cli`) only.
 */
export { didYouMean } from './did-you-mean.ts';
export type { Environment } from './environment-texts.ts';
export { type ConfigDocument, type ConfigFile, readConfigFile } from './file.ts';
export { type Config, readConfig } from './read-config.ts';
