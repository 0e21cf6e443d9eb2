import type { ReportCompromise } from '../../accounts/index.ts';
import type { JsonObject } from '../../base/index.ts';
import type { Decision } from '../../policy/index.ts';
import { demandsIn } from '../demands.ts';
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
  clientName: (clientId: string) => string | undefined;
  report: ReportCompromise;
}

/** What people are shown of what is recorded about them; the rest is the operator's. */
const SHOWN = [
  ...['user.registered', 'user.signed_in', 'user.denied', 'user.factor_failed', 'user.throttled', 'device.new'],
  ...['factor.enrolled', 'factor.removed', 'factor.renamed', 'identity.linked', 'identity.unlinked'],
  ...['device.trusted', 'device.untrusted', 'user.password_changed', 'user.password_removed'],
  ...['user.email_changed', 'user.phone_changed', 'user.contact_change_undone', 'user.profile_changed'],
  ...['user.change_disowned', 'user.compromise_reported', 'access_pass.issued', 'recovery.requested', 'recovery.used'],
  ...['consent.granted', 'consent.revoked', 'terms.accepted', 'session.revoked', 'user.signed_out'],
  ...['user.deletion_requested', 'user.deletion_cancelled', 'user.export_requested', 'user.export_downloaded'],
];
const PAGE = 20;

/** What somebody did, and what was done in their name: whoever did it. */
export function activity({ eventsOf, decisionsOf, countryOf, clientName, report }: ActivityNeeds): Section {
  function shown({ id, at, type, clientId, ip, data }: Happened, demands: readonly string[]): JsonObject {
    const country = ip === undefined ? undefined : countryOf(ip);
    const client = clientId === undefined ? undefined : clientName(clientId);
    const { factor, provider, methods, fields, reason } = data;
    return {
      id,
      at,
      type,
      ...(client === undefined ? {} : { client }),
      ...(country === undefined ? {} : { country }),
      ...(ip === undefined ? {} : { ip }),
      ...Object.fromEntries(
        Object.entries({ factor, provider, methods, fields, reason }).filter(([, value]) => value !== undefined),
      ),
      ...(demands.length > 0 ? { demands: [...demands] } : {}),
    };
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
        run: async ({ user, origin }, { id = '' }) =>
          (await report(user.id, id, origin)) ? { ok: true, ended: true, notice: 'disowned' } : notFound,
      },
    },
  };
}
