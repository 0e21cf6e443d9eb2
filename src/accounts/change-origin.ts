/** From where a change of an account comes, for the record and for the people who are told of it. */
export type ChangeOrigin = {
  client: { id: string; name: string };
  lang: string;
  ip: string;
  userAgent: string;
};

/** The same of somebody who followed a link in a mail: no app is behind that. */
export type LinkOrigin = Omit<ChangeOrigin, 'client'>;

/** Who changed what and from where, as every record of a change says it. */
export function changeOf(userId: string, { client, ip }: LinkOrigin & Partial<ChangeOrigin>) {
  return { userId, ip, ...(client ? { clientId: client.id } : {}) };
}
