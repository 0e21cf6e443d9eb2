import type { Expiry } from './management/index.ts';
import type { Store } from './store/index.ts';
import type { Metric } from './web/index.ts';

/**
 * What an operator's monitoring is told: what waits to be sent, what text messages cost, and which secrets are about to end.
 *
 * @param expiries of secrets that other providers gave out
 */
export function createCollect(
  { outbox, smsSends }: Pick<Store, 'outbox' | 'smsSends'>,
  expiries: () => readonly Expiry[],
): () => Promise<Metric[]> {
  return async () => {
    const [waiting, texts] = await Promise.all([outbox.statistics(), smsSends.statistics()]);
    const byCountry = (pick: (row: (typeof texts)[number]) => number) =>
      texts.map((row) => ({ labels: { country: row.country }, value: pick(row) }));
    return [
      {
        name: 'sallyport_sms_sent_24h',
        help: 'Text messages asked for in the last 24 hours.',
        values: byCountry(({ sent }) => sent),
      },
      {
        name: 'sallyport_sms_used_24h',
        help: 'Codes of text messages that were entered in the last 24 hours.',
        values: byCountry(({ used }) => used),
      },
      {
        name: 'sallyport_outbox_messages',
        help: 'Messages on their way out, by state.',
        values: Object.entries(waiting)
          .filter((entry): entry is [string, number] => typeof entry[1] === 'number')
          .map(([state, value]) => ({ labels: { state }, value })),
      },
      {
        name: 'sallyport_identity_provider_expires_timestamp_seconds',
        help: 'When the secret that an identity provider gave out, or the certificate it signs with, ends.',
        values: expiries().map(({ provider, what, at }) => ({ labels: { provider, what }, value: at })),
      },
      {
        name: 'sallyport_process_resident_memory_bytes',
        help: 'Memory of this process.',
        values: [{ value: process.memoryUsage.rss() }],
      },
    ];
  };
}
