import { type DeleteAccount, type ExportData, ticked } from '../../accounts/index.ts';
import { done, notFound, refused, type Section } from '../section.ts';

export interface PrivacyNeeds {
  exports: Pick<ExportData, 'request' | 'listFor' | 'download'>;
  deletion: Pick<DeleteAccount, 'request' | 'keep'>;
  deletionDays: () => number;
  accepted: (userId: string) => Promise<{ termsId: string; version: string; acceptedAt: number }[]>;
  /** Undefined for terms that are gone. */
  termsOf: (id: string) => { title: Record<string, string>; uri: string } | undefined;
}

/** What is held about somebody, and how to have it go. */
export function privacy(needs: PrivacyNeeds): Section {
  const { exports, deletion, deletionDays, accepted, termsOf } = needs;
  return {
    name: 'privacy',
    async show({ user }) {
      const [copies, terms] = await Promise.all([exports.listFor(user.id), accepted(user.id)]);
      return {
        exports: copies.map(({ id, requestedAt, readyAt, expiresAt }) => ({
          id,
          requested_at: requestedAt,
          ...(readyAt === undefined ? {} : { ready_at: readyAt }),
          expires_at: expiresAt,
        })),
        terms: terms.map(({ termsId, version, acceptedAt }) => ({
          id: termsId,
          version,
          accepted_at: acceptedAt,
          ...termsOf(termsId),
        })),
        deletion_days: deletionDays(),
        ...(user.deletionDueAt === undefined ? {} : { deletion_due_at: user.deletionDueAt }),
      };
    },
    verbs: {
      export: {
        secures: true,
        run: async ({ user, origin }) =>
          (await exports.request(user, origin)) ? done('export_requested') : refused('', 'export_again'),
      },
      delete: {
        secures: true,
        async run({ user, origin }, { sure }) {
          if (!ticked(sure)) return refused('sure', 'sure_required');
          await deletion.request(user, deletionDays(), origin);
          return done('deletion_requested');
        },
      },
      keep: {
        secures: false,
        run: async ({ user }) => ((await deletion.keep(user.id)) ? done('account_kept') : notFound),
      },
    },
    downloads: {
      async export({ user, origin }, { id = '' }) {
        const body = await exports.download(user.id, id, origin);
        return body === undefined ? undefined : { filename: 'account.json', type: 'application/json', body };
      },
    },
  };
}
