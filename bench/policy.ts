// biome-ignore-all lint/suspicious/noThenProperty: policies say if … then …
/**
 * What one evaluation costs, with its trace: `node bench/policy.ts`. It needs nothing but a core.
 *
 * The policies are of several shapes and about a third of them apply; limits are those of docs/performance.md.
 */
import { evaluate, type Policy, parsePolicies, type Signals } from '../src/policy/index.ts';
import { median } from './measure.ts';

const SIZES = [
  { policies: 10, limit: 20 },
  { policies: 200, limit: 200 },
  { policies: 1000, limit: 1000 },
] as const;
const WARM_UP = 20;
const ROUNDS = 31;
const AT = 1_790_000_000;

const SHAPES: readonly ((n: number) => object)[] = [
  (n) => ({
    if: { client: [`app-${n}`, `app-${n % 7}`], not: { group: ['break-glass'] } },
    then: { require: ['mfa'] },
  }),
  (n) => ({ if: { group: ['staff', `team-${n}`] }, then: { require: ['mfa', { fresh: '12h' }] } }),
  (n) => ({ if: { country: ['KP', 'IR'], known_device: n % 2 === 0 }, then: { block: true } }),
  () => ({ if: { network: ['198.51.100.0/24', 'branch'] }, then: { require: ['verified_phone'] } }),
  () => ({ if: { sign_in_risk: ['medium', 'high'] }, then: { require: ['mfa', 'phishing_resistant'] } }),
  () => ({
    if: { any: [{ attribute: { plan: ['gold'] } }, { method: ['federated'] }] },
    then: { require: [{ any: ['mfa', 'verified_phone'] }], session: { max_age: '12h', persistent: false } },
  }),
  () => ({
    if: { time: { days: ['sat', 'sun'], from: '22:00', to: '06:00', zone: 'Europe/Berlin' } },
    then: { require: [{ authenticator: ['totp', 'webauthn'] }] },
  }),
];

const evidence = { amr: [], phishingResistant: false, at: AT - 60 };
const signals: Signals = {
  action: 'sign_in',
  at: AT,
  user: {
    id: 'u-1',
    email: 'ada@example.com',
    disabled: false,
    groups: ['customers', 'staff'],
    attributes: { plan: 'gold' },
  },
  client: { id: 'app-3', tags: ['public'] },
  network: { ip: '203.0.113.9', names: ['office'], trusted: true },
  country: 'DE',
  devicePlatform: 'linux',
  knownDevice: true,
  method: 'password',
  signInRisk: 'low',
  evidence: [
    { ...evidence, by: 'password', kinds: ['knowledge'] },
    { ...evidence, by: 'totp', kinds: ['possession'] },
  ],
  requestedAcr: ['aal2'],
  requiredAcr: [],
  reachable: [{ kinds: ['possession'], phishingResistant: false }],
};

function make(count: number): Policy[] {
  const parsed = parsePolicies(
    Array.from({ length: count }, (_, n) => ({
      name: `policy ${n}`,
      mode: 'enforce',
      ...SHAPES[n % SHAPES.length]?.(n),
    })),
  );
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  return parsed.policies;
}

/** Microseconds of CPU time per evaluation, so that others on the machine do not count: the median of several rounds. */
function measure(policies: readonly Policy[]): number {
  // Asking for the time is itself dear.
  const batch = Math.ceil(20_000 / (policies.length + 10));
  const rounds = Array.from({ length: WARM_UP + ROUNDS }, () => {
    const start = process.cpuUsage();
    for (let n = 0; n < batch; n++) evaluate(policies, { ...signals, at: AT + n });
    const { user, system } = process.cpuUsage(start);
    return (user + system) / batch;
  });
  return median(rounds.slice(WARM_UP));
}

console.log('| policies | µs per evaluation | limit, µs | ÷ limit |\n|--:|--:|--:|--:|');
for (const { policies, limit } of SIZES) {
  const cost = measure(make(policies));
  console.log(`| ${policies} | ${cost.toFixed(1)} | ${limit} | ${(cost / limit).toFixed(2)} |`);
  if (cost > limit) process.exitCode = 1;
}
