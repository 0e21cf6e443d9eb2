import type { AttributeDemand, ReportCompromise } from '../../accounts/index.ts';
import type { AuditType } from '../../audit/index.ts';
import type { Json, JsonObject } from '../../base/index.ts';
import type { Decision } from '../../policy/index.ts';
import { type Demand, demandsIn } from '../demands.ts';
import { notFound, type Section } from '../section.ts';

/** What happened, as it was recorded. */
export interface Happened {
  id: string;
  at: number;
  type: string;
  clientId?: string;
  ip?: string;
  data: JsonObject;
}

export interface ActivityNeeds {
  /** The newest first, of these types, beginning after one. */
  eventsOf: (userId: string, page: { types: readonly string[]; after?: string; limit: number }) => Promise<Happened[]>;
  /** Of this user, by what people are told. */
  decisionsOf: (
    userId: string,
    references: readonly string[],
  ) => Promise<{ reference: string; decision: JsonObject }[]>;
  countryOf: (ip: string) => string | undefined;
  /** Undefined for one that is gone. */
  clientName: (clientId: string) => string | undefined;
  /** The account pages themselves. */
  own: string;
  /** Those in use. */
  providers: () => readonly { id: string; name: string }[];
  /** What a profile is made of. */
  attributes: () => readonly Pick<AttributeDemand, 'name' | 'label'>[];
  report: ReportCompromise;
}

/** What people are shown of what is recorded about them; the rest is the operator's. */
export const SHOWN = [
  ...(['user.registered', 'user.signed_in', 'user.denied', 'user.factor_failed', 'user.throttled'] as const),
  ...(['device.new', 'device.trusted', 'device.untrusted', 'identity.linked', 'identity.unlinked'] as const),
  ...(['factor.enrolled', 'factor.removed', 'factor.renamed', 'user.password_changed'] as const),
  ...(['user.password_removed', 'user.email_changed', 'user.phone_changed', 'user.profile_changed'] as const),
  ...(['user.contact_change_undone', 'user.change_disowned', 'user.compromise_reported'] as const),
  ...(['access_pass.issued', 'recovery.requested', 'recovery.used', 'consent.granted', 'consent.revoked'] as const),
  ...(['terms.accepted', 'session.revoked', 'user.signed_out', 'user.deletion_requested'] as const),
  ...(['user.deletion_cancelled', 'user.export_requested', 'user.export_downloaded'] as const),
] satisfies AuditType[];
const PAGE = 20;

/** What somebody did, and what was done in their name: whoever did it. */
export function activity(needs: ActivityNeeds): Section {
  const { eventsOf, decisionsOf, countryOf, clientName, own, providers, attributes, report } = needs;

  /** An app that is gone still has its id: without any name, it would be taken for the account pages. */
  const appOf = (id?: string) => (id === undefined || id === own ? undefined : (clientName(id) ?? id));
  const providerOf = (id: Json | undefined) => providers().find((one) => one.id === id)?.name ?? id;
  const fieldsOf = (names: Json | undefined) =>
    Array.isArray(names)
      ? names.map((name) => {
          const label = attributes().find((one) => one.name === name)?.label;
          return { name, ...(label && { label }) };
        })
      : undefined;

  function shown({ id, at, type, clientId, ip, data }: Happened, demands: readonly Demand[]): JsonObject {
    const { factor, provider, methods, fields, reason } = data;
    const told = {
      ...{ client: appOf(clientId), country: ip === undefined ? undefined : countryOf(ip), ip },
      ...{ factor, provider: providerOf(provider), methods, fields: fieldsOf(fields), reason },
      demands: demands.length > 0 ? [...demands] : undefined,
    };
    const known = Object.entries(told).filter((entry): entry is [string, Json] => entry[1] !== undefined);
    return { id, at, type, ...Object.fromEntries(known) };
  }

  return {
    name: 'activity',
    async show({ user }, { after }) {
      const begin = after !== undefined && /^\d{1,18}$/.test(after) ? { after } : {};
      const events = await eventsOf(user.id, { types: SHOWN, limit: PAGE + 1, ...begin });
      const page = events.slice(0, PAGE);
      const references = page.map(({ data }) => data.reference).filter((one) => typeof one === 'string');
      const decisions = references.length > 0 ? await decisionsOf(user.id, references) : [];
      const demands = new Map(
        decisions.map(({ reference, decision }) => [reference, demandsIn(decision as unknown as Decision)]),
      );
      const last = events.length > PAGE ? page.at(-1) : undefined;
      return {
        events: page.map((event) => shown(event, demands.get(String(event.data.reference)) ?? [])),
        ...(last ? { next: last.id } : {}),
      };
    },
    verbs: {
      'not-me': {
        secures: false,
        run: async ({ user, sessionUid, origin }, { id = '' }) =>
          (await report(user.id, { eventId: id, sessionUid }, origin))
            ? { ok: true, ended: true, notice: 'disowned' }
            : notFound,
      },
    },
  };
}
