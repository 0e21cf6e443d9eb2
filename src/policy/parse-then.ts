import { leavesOf } from './condition.ts';
import type { SessionControl } from './decision.ts';
import { readDuration } from './duration.ts';
import { parseRequire, type Required } from './parse-requirements.ts';
import { complain, inside, type Place, readBoolean, readMap } from './place.ts';
import { asksMfa, demand, type Policy } from './policy.ts';
import type { Requirement } from './requirement.ts';
import type { Condition } from './tests/test.ts';

type Then = Pick<Policy, 'block' | 'demands' | 'session'>;

const RISKS = ['sign_in_risk', 'user_risk'];

/** `{ block: true }`, or what is required and how long the session holds. @param conditions of the same policy */
export function parseThen(place: Place, input: unknown, conditions: readonly Condition[]): Then | undefined {
  const map = readMap(place, input, ['block', 'require', 'session']);
  if (!map) return undefined;
  if (map.block !== undefined) {
    if (map.block !== true) complain(inside(place, 'block'), 'can only be true.');
    if (Object.keys(map).length > 1) complain(place, 'who is blocked is asked for nothing: block stands alone.');
    return { block: true, demands: [], session: {} };
  }
  if (Object.keys(map).length === 0) return complain(place, 'needs block, require or session.');
  const required = map.require === undefined ? undefined : parseRequire(inside(place, 'require'), map.require);
  const session = map.session === undefined ? {} : parseSession(inside(place, 'session'), map.session);
  if (session.trustDevice !== undefined) {
    checkTrust(inside(inside(place, 'session'), 'trust_device'), required, conditions);
  }
  const demands = (required?.requirements ?? []).map((one) => demand(trusting(one, session.trustDevice)));
  return { block: false, demands, session };
}

/** A trusted browser was proven some time ago, so it is no answer to "now" and none to a risk. */
function checkTrust(place: Place, required: Required | undefined, conditions: readonly Condition[]): void {
  if (!required?.requirements.some(asksMfa)) complain(place, 'stands in for mfa, which is not required here.');
  if (required?.fresh) complain(place, 'a trusted browser is never fresh: choose one of the two.');
  if (leavesOf(conditions).some(({ test }) => RISKS.includes(test))) {
    complain(place, 'a trusted browser is no answer to a risk: choose one of the two.');
  }
}

function trusting(requirement: Requirement, trustDevice: number | undefined): Requirement {
  if (trustDevice === undefined) return requirement;
  if (requirement.require === 'any') {
    return { ...requirement, of: requirement.of.map((one) => trusting(one, trustDevice)) };
  }
  return requirement.require === 'mfa' ? { ...requirement, trustDevice } : requirement;
}

function parseSession(place: Place, input: unknown): SessionControl {
  const map = readMap(place, input, ['max_age', 'persistent', 'trust_device']) ?? {};
  const read = <T>(key: string, as: (at: Place, value: unknown) => T | undefined) =>
    map[key] === undefined ? undefined : as(inside(place, key), map[key]);
  const maxAge = read('max_age', readDuration);
  const persistent = read('persistent', readBoolean);
  const trustDevice = read('trust_device', readDuration);
  return {
    ...(maxAge !== undefined && { maxAge }),
    ...(persistent !== undefined && { persistent }),
    ...(trustDevice !== undefined && { trustDevice }),
  };
}
