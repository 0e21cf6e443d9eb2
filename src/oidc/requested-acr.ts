import { type Acr, acrValues, meetsAcr } from '../policy/index.ts';
import { essentialAcr } from './essential-acr.ts';

/** Other names of ours for the classes `aal1`, `aal2` and `phr`, by name. */
export type AcrAliases = Readonly<Record<string, Acr>>;

/** Authentication context classes a request asks for, by our names; `essential` ones it insists on. */
export interface RequestedAcr {
  acr: string[];
  essential: string[];
}

interface AcrParameters {
  acr_values?: unknown;
  claims?: unknown;
}

/** From `acr_values` and `claims` of an authorization request (OpenID Connect Core sections 3.1.2.1 and 5.5.1.1). */
export function requestedAcr(parameters: AcrParameters, aliases: AcrAliases): RequestedAcr {
  const ours = (value: string) => (Object.hasOwn(aliases, value) ? (aliases[value] ?? value) : value);
  return { acr: voluntary(parameters).map(ours), essential: essentialAcr(parameters.claims).map(ours) };
}

/**
 * The class to be named in the tokens: a client that asked for some compares the answer with what it asked for, so it is
 * told the strongest of those that are met, by the name it used.
 */
export function answeredAcr(have: Acr | undefined, parameters: AcrParameters, aliases: AcrAliases): string | undefined {
  const essential = essentialAcr(parameters.claims);
  const asked = essential.length > 0 ? essential : voluntary(parameters);
  if (have === undefined || asked.includes(have)) return have;
  const strength = (value: string) => acrValues.indexOf(aliases[value] ?? (value as Acr));
  const met = asked.filter((value) => meetsAcr(have, aliases[value] ?? value));
  return met.sort((a, b) => strength(b) - strength(a))[0] ?? have;
}

function voluntary({ acr_values: values }: AcrParameters): string[] {
  return typeof values === 'string' ? values.split(' ').filter((value) => value !== '') : [];
}
