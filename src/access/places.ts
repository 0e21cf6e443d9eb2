import { fileURLToPath } from 'node:url';
import { open } from 'maxmind';

/** Where an address is said to be, as far as the database knows it. */
export interface Place {
  /** ISO 3166-1 alpha-2. */
  country?: string;
  /** Number of the autonomous system. */
  asn?: number;
}

export type FindPlace = (ip: string) => Place;

/** The shapes that mmdb files for countries and networks come in. */
interface PlaceRecord {
  country_code?: unknown;
  country?: { iso_code?: unknown };
  autonomous_system_number?: unknown;
}

/** Countries only, CC0: good enough to begin with, and never fetched from anywhere. */
const INCLUDED = '@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb';

/** @param file of the operator's own (`GEOIP_DB`), in MaxMind's format. @throws Error when it cannot be read. */
export async function openPlaces(file?: string): Promise<FindPlace> {
  const reader = await open(file ?? fileURLToPath(import.meta.resolve(INCLUDED)));
  // IPv4 as a socket for both families writes it (RFC 4291 section 2.5.5.2).
  return (ip) => placeOf((reader.get(ip.replace(/^::ffff:/i, '')) ?? {}) as PlaceRecord);
}

function placeOf({ country_code: code, country, autonomous_system_number: asn }: PlaceRecord): Place {
  const iso = code ?? country?.iso_code;
  return {
    ...(typeof iso === 'string' && /^[A-Z]{2}$/.test(iso) ? { country: iso } : {}),
    ...(typeof asn === 'number' ? { asn } : {}),
  };
}
